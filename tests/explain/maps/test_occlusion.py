"""Occlusion finds the place that a backbone looks at, in one call, with either fill."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.explain import draw_map
from rdface.explain.fills import FILLS, Fill
from rdface.explain.maps.occlusion import occluded, patches
from rdface.explain.pointing import hits, mass_in
from tests.explain.toys import PLANTED, SIDE, TOWARDS, Toy, picture


def planted() -> np.ndarray:
    region = np.zeros((SIDE, SIDE), dtype=bool)
    region[PLANTED] = True
    return region


@pytest.mark.parametrize("fill", FILLS)
def test_it_finds_the_planted_place_and_not_its_bright_twin(fill: Fill) -> None:
    """The highest place lies in the patch; its mass is several times its share of the area."""
    found = draw_map("occlusion", picture(), Toy(), TOWARDS, fill)
    assert hits(found.values, planted())
    assert mass_in(found.values, planted()) > 4 * planted().mean()
    twin = np.zeros((SIDE, SIDE), dtype=bool)
    twin[4:16, 30:42] = True
    assert abs(found.values[twin]).max() < 0.01 * found.values.max()


def test_all_occlusions_are_one_call() -> None:
    toy = Toy()
    draw_map("occlusion", picture(), toy, TOWARDS)
    assert toy.calls == 1


def test_a_place_that_speaks_against_is_below_zero() -> None:
    """The same picture with the opposite direction has the opposite map."""
    from rdface.explain.target import Target

    away = Target("away", -TOWARDS.direction)
    first = occluded(picture(), Toy(), TOWARDS, "blur", grid=8, patch=0.2)
    second = occluded(picture(), Toy(), away, "blur", grid=8, patch=0.2)
    np.testing.assert_allclose(second.values, -first.values, atol=1e-12)


@given(st.integers(8, 70), st.integers(8, 70), st.integers(1, 9), st.floats(0.0, 0.9))
def test_the_patches_leave_no_pixel_uncovered(
    height: int, width: int, grid: int, patch: float
) -> None:
    """Whatever the picture's shape, so that every pixel has a value of its own."""
    grid = min(grid, height, width)
    seen = np.zeros((height, width), dtype=bool)
    for top, bottom, left, right in patches(height, width, grid, patch):
        assert 0 <= top < bottom <= height
        assert 0 <= left < right <= width
        seen[top:bottom, left:right] = True
    assert seen.all()
