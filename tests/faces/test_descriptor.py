"""The five-point descriptor: equal to its definition, blind where the paper's is, never made up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rdface.errors import UsageError
from rdface.faces.descriptor import (
    condition_means,
    cosines_to_means,
    distances_to_means,
    landmark_descriptor,
)

POINTS = np.array([[30, 40], [70, 40], [50, 60], [35, 80], [65, 80]], float)
BOX = np.array([5.0, 8.0, 90.0, 120.0])
numbers = st.floats(-100, 100)


def test_the_descriptor_is_the_papers_double_loop() -> None:
    """Every one of the 25 numbers by its definition, one face at a time."""
    rng = np.random.default_rng(0)
    points, boxes = rng.uniform(0, 100, (7, 5, 2)), rng.uniform(50, 150, (7, 4))
    found = landmark_descriptor(points, boxes)
    assert found.shape == (7, 25)
    for face, box, row in zip(points, boxes, found, strict=True):
        for i in range(5):
            for j in range(5):
                dx, dy = (face[i] - face[j]) / box[2:]
                assert row[5 * i + j] == pytest.approx(np.hypot(dx, dy), abs=1e-12)


def test_the_papers_scale_does_not_see_how_broad_a_face_is_and_the_others_do() -> None:
    """F11: a face and its box stretched by half give the same numbers under `apart` alone."""
    stretched = POINTS * [1.5, 1], BOX * [1.5, 1, 1.5, 1]
    points, boxes = np.stack([POINTS, stretched[0]]), np.stack([BOX, stretched[1]])
    narrow, broad = landmark_descriptor(points, boxes)
    np.testing.assert_allclose(narrow, broad, rtol=1e-12)
    for scale in ("area", "eyes"):
        narrow, broad = landmark_descriptor(points, boxes, scale)  # type: ignore[arg-type]
        assert np.abs(narrow - broad).max() > 0.05


@given(
    arrays(float, (5, 2), elements=numbers),
    st.floats(0.5, 20),
    st.floats(-50, 50),
    st.sampled_from(["apart", "area", "eyes"]),
)
def test_place_and_size_of_the_face_do_not_matter(
    points: np.ndarray, size: float, shift: float, scale: str
) -> None:
    if np.linalg.norm(points[0] - points[1]) < 1:
        points[1] = points[0] + 1
    moved = points * size + shift
    box, moved_box = BOX, np.concatenate([BOX[:2] * size + shift, BOX[2:] * size])
    a, b = landmark_descriptor([points, moved], [box, moved_box], scale)  # type: ignore[arg-type]
    np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-6)


def test_a_missing_face_or_a_flat_box_gives_nan_and_nothing_else_does() -> None:
    points, boxes = np.repeat(POINTS[None], 3, 0), np.repeat(BOX[None], 3, 0)
    points[1, 3, 0] = np.nan
    boxes[2, 2] = 0
    found = landmark_descriptor(points, boxes)
    assert np.isfinite(found[0]).all()
    assert np.isnan(found[1:]).all()


def test_shapes_and_scales_that_do_not_exist_are_refused() -> None:
    with pytest.raises(UsageError, match=r"\[N, 5, 2\]"):
        landmark_descriptor(POINTS, BOX)
    with pytest.raises(UsageError, match="apart, area or eyes"):
        landmark_descriptor([POINTS], [BOX], "height")  # type: ignore[arg-type]


def test_means_leave_out_what_is_missing_and_are_nan_for_an_absent_condition() -> None:
    x = np.array([[1.0, 2.0], [3.0, 4.0], [np.nan, 9.0], [5.0, 6.0]])
    means = condition_means(x, np.array([0, 0, 0, 2]), 4)
    np.testing.assert_array_equal(means[[0, 2]], [[2, 3], [5, 6]])
    assert np.isnan(means[[1, 3]]).all()


def test_cosines_and_distances_are_those_of_the_plain_double_loop() -> None:
    rng = np.random.default_rng(1)
    x, means = rng.normal(size=(6, 25)), rng.normal(size=(4, 25))
    x[2, 7], means[1] = np.nan, np.nan
    cosines, distances = cosines_to_means(x, means), distances_to_means(x, means)
    for i, row in enumerate(x):
        for j, mean in enumerate(means):
            if i == 2 or j == 1:
                assert np.isnan(cosines[i, j]) and np.isnan(distances[i, j])
                continue
            by_lengths = row @ mean / np.linalg.norm(row) / np.linalg.norm(mean)
            assert cosines[i, j] == pytest.approx(by_lengths, abs=1e-12)
            assert distances[i, j] == pytest.approx(np.linalg.norm(row - mean), abs=1e-12)
