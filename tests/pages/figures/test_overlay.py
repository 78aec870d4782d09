"""The map's colours say which way a place speaks, and a hidden face leaves no pixel."""

from __future__ import annotations

import numpy as np

from rdface.explain.deletion import DeletionTest
from rdface.pages.figures.deletion_curves import deletion_curves
from rdface.pages.figures.overlay import SIDE, overlay


def test_orange_speaks_for_and_blue_against() -> None:
    values = np.zeros((40, 40))
    values[:, :10], values[:, 30:] = 1.0, -0.5
    drawn = overlay(values, np.full((40, 40, 3), 128, np.uint8)).astype(int)
    assert drawn.shape == (SIDE, SIDE, 3)
    left, middle, right = drawn[240, 20], drawn[240, 240], drawn[240, 460]
    assert left[0] > left[2] + 100
    assert right[2] > right[0] + 30
    assert middle.tolist() == [128, 128, 128]


def test_without_a_crop_the_points_give_orientation() -> None:
    points = np.array([[10.0, 10.0], [30, 10], [20, 20], [12, 30], [28, 30]])
    plain = overlay(np.zeros((40, 40)), None)
    marked = overlay(np.zeros((40, 40)), None, points)
    assert (plain == 238).all()
    assert not np.array_equal(plain, marked)


def test_a_map_of_nothing_and_flat_curves_are_drawn_without_warnings() -> None:
    overlay(np.zeros((20, 30)), np.zeros((20, 30, 3), np.uint8))
    flat = DeletionTest(np.ones(5), np.ones(5), np.ones((3, 5)), "blur")
    assert "nan" not in deletion_curves(flat, "Score")
