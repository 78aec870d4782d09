"""Tiles: bounded, seamless, of the size that was asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from rdface.errors import ImageError
from rdface.restore.upscaling import enlarged

Planes = NDArray[np.float32]


def repeated(planes: Planes) -> Planes:
    return planes.repeat(4, axis=1).repeat(4, axis=2)


@settings(max_examples=30)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(4, 50), st.integers(0, 9))
def test_tiles_leave_no_seam(height: int, width: int, tile: int, overlap: int) -> None:
    """A network that looks at one pixel gives the same picture, however it is cut."""
    rng = np.random.default_rng(height + 100 * width)
    image = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
    drawn = enlarged(image, repeated, outscale=4, tile=tile, overlap=overlap)
    assert (drawn == image.repeat(4, axis=0).repeat(4, axis=1)).all()


def test_a_network_never_sees_more_than_a_tile_with_its_surroundings() -> None:
    seen = []

    def watched(planes: Planes) -> Planes:
        seen.append(planes.shape)
        return repeated(planes)

    enlarged(np.zeros((100, 70, 3), np.uint8), watched, tile=32, overlap=4)
    assert max(max(shape[1:]) for shape in seen) <= 40 and len(seen) == 4 * 3


def test_overlap_hides_what_a_network_does_at_edges() -> None:
    """A network that spoils the border of what it is shown spoils the picture's border only."""

    def spoils(planes: Planes) -> Planes:
        large = repeated(planes)
        large[:, :8] = large[:, -8:] = large[:, :, :8] = large[:, :, -8:] = 1
        return large

    drawn = enlarged(np.zeros((64, 64, 3), np.uint8), spoils, outscale=4, tile=16, overlap=4)
    assert not drawn[8:-8, 8:-8].any() and drawn[:8].all()


def test_the_papers_outscale_is_three_and_a_half() -> None:
    assert enlarged(np.zeros((10, 7, 3), np.uint8), repeated).shape == (35, 24, 3)


def test_a_picture_that_would_grow_beyond_memory_is_refused() -> None:
    with pytest.raises(ImageError, match="is not enlarged"):
        enlarged(np.zeros((2000, 2000, 3), np.uint8), repeated)
