"""Damages do what they say, the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.bench.restoration.damage import DAMAGES, NONE, spoilt
from rdface.imaging import Image


@pytest.fixture
def picture() -> Image:
    """Smooth colours, 100 x 120."""
    y, x = np.mgrid[0:100, 0:120]
    return np.stack([x * 2, y * 2, 255 - x - y], axis=2).astype(np.uint8)


@pytest.mark.parametrize("name", DAMAGES)
def test_the_face_has_the_width_that_was_asked_for(name: str, picture: Image) -> None:
    small = spoilt(picture, DAMAGES[name], 80.0, "key")
    width = DAMAGES[name].face or 80
    assert small.shape[1] == round(120 * width / 80) and small.shape[2] == 3


def test_a_small_face_is_never_enlarged(picture: Image) -> None:
    assert spoilt(picture, DAMAGES["face64"], 20.0, "key").shape == picture.shape


def test_nothing_is_nothing(picture: Image) -> None:
    assert (spoilt(picture, DAMAGES[NONE], 80.0, "key") == picture).all()


def test_noise_follows_its_key_and_has_its_size(picture: Image) -> None:
    one, again, other = (spoilt(picture, DAMAGES["noise"], 80.0, key) for key in "aab")
    assert (one == again).all() and (one != other).any()
    clean = spoilt(picture, DAMAGES["face48"], 80.0, "a").astype(float)
    inside = (clean > 50) & (clean < 205)
    assert abs((one - clean)[inside].std() - DAMAGES["noise"].noise) < 1


def test_grey_has_no_colour_and_jpeg_and_blur_lose_detail(picture: Image) -> None:
    grey = spoilt(picture, DAMAGES["grey"], 80.0, "a")
    assert (grey[..., 0] == grey[..., 2]).all()
    rough = np.random.default_rng(0).integers(0, 256, picture.shape, dtype=np.uint8)
    plain = spoilt(rough, DAMAGES["face48"], 80.0, "a").astype(float)
    for name in ("blur", "jpeg"):
        assert spoilt(rough, DAMAGES[name], 80.0, "a").astype(float).std() < plain.std()
