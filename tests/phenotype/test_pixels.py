"""Pictures as a language model is shown them."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.phenotype.pixels import limited


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
