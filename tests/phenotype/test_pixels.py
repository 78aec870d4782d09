"""Pictures as a language model is shown them."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.phenotype.pixels import between, limited


@pytest.mark.parametrize(
    ("shape", "side", "expected"),
    [((40, 80), 40, (20, 40)), ((80, 40), 40, (40, 20)), ((1, 900), 90, (1, 90))],
)
def test_the_longer_side_is_shrunk(
    shape: tuple[int, int], side: int, expected: tuple[int, int]
) -> None:
    assert limited(np.zeros((*shape, 3), np.uint8), side).shape == (*expected, 3)


def test_a_small_picture_is_left_as_it_is() -> None:
    image = np.random.default_rng(0).integers(0, 256, (30, 20, 3)).astype(np.uint8)
    assert limited(image, 30) is image


@pytest.mark.parametrize("shape", [(10, 20), (400, 300), (1, 5000), (97, 101)])
def test_pixels_are_held_between_two_bounds_and_the_shape_stays(shape: tuple[int, int]) -> None:
    image = np.zeros((*shape, 3), np.uint8)
    height, width = between(image, 2_000, 20_000).shape[:2]
    assert 2_000 <= height * width <= 20_000 or shape == (1, 5000)
    if shape != (1, 5000):
        assert height / width == pytest.approx(shape[0] / shape[1], rel=0.1)


def test_a_picture_within_the_bounds_is_left_as_it_is() -> None:
    image = np.zeros((50, 60, 3), np.uint8)
    assert between(image, 1, 3000) is image
