"""Blank and twofold pictures are told, and others are not."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from rdface.imaging import decode_image, encode_jpeg
from rdface.screening.thumbnails import SIDE, blank, earlier_twins, thumbnails
from tests.conftest import MakeCohort


def small(picture: np.ndarray) -> np.ndarray:
    drawn = cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return drawn.astype(np.float32).ravel()


def smooth(seed: int) -> np.ndarray:
    rough = np.random.default_rng(seed).integers(0, 256, (8, 8, 3)).astype(np.uint8)
    return cv2.resize(rough, (160, 160), interpolation=cv2.INTER_CUBIC)


def test_a_picture_stored_twice_is_found_once_and_its_like_is_not() -> None:
    """A JPEG of quality 75 is the same picture; one that is 3 grey levels brighter is not."""
    one, two = smooth(0), smooth(1)
    again = decode_image(encode_jpeg(one, 75), "again")
    brighter = np.clip(two.astype(int) + 3, 0, 255).astype(np.uint8)
    rows = np.stack([small(x) for x in (one, two, again, brighter, one)])
    assert earlier_twins(rows).tolist() == [-1, -1, 0, -1, 0]


def test_twins_are_those_of_the_plain_double_loop() -> None:
    """Over more rows than one block, with planted pairs at every distance around the limit."""
    rng = np.random.default_rng(4)
    rows = rng.uniform(0, 255, (2300, 3 * SIDE**2)).astype(np.float32)
    for made, (row, noise) in enumerate(zip(range(0, 60), np.linspace(0.2, 2.2, 60), strict=True)):
        rows[2200 + made] = rows[row] + noise * rng.choice([-1, 1], rows.shape[1])
    found = earlier_twins(rows)
    for this in (*range(60, 90), *range(2200, 2260)):
        gaps = np.sqrt(((rows[:this].astype(float) - rows[this]) ** 2).mean(axis=1))
        first = np.flatnonzero(gaps <= 1.25)
        assert found[this] == (first[0] if len(first) else -1)


def test_black_and_grey_pictures_are_blank_and_a_dark_face_is_not() -> None:
    dark = (smooth(2) // 10).astype(np.uint8)
    pictures = [np.zeros((64, 64, 3), np.uint8), np.full((9, 80, 3), 128, np.uint8), dark]
    assert blank(np.stack([small(x) for x in pictures])).tolist() == [True, True, False]


@pytest.mark.usefixtures("own_cache")
def test_thumbnails_of_a_cohort_are_made_once(make_cohort: MakeCohort, own_cache: Path) -> None:
    cohort = make_cohort(conditions=2, patients=2)
    first = thumbnails(cohort)
    assert first.shape == (4, 3 * SIDE**2)
    files = set(own_cache.rglob("*.npz"))
    assert files
    np.testing.assert_array_equal(thumbnails(cohort), first)
    assert set(own_cache.rglob("*.npz")) == files
