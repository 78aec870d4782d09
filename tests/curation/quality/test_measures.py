"""Sharpness falls with blur and with nothing else; parts of a face are held against the face."""

from __future__ import annotations

import cv2
import numpy as np

from rdface.curation.quality.face_regions import COLUMNS, REGION_CROP, describe_regions
from rdface.curation.quality.sharpness import sharpness


def picture(side: int = 112) -> np.ndarray:
    """Large light and dark parts with fine detail on them, as a face has."""
    rng = np.random.default_rng(0)
    large = cv2.GaussianBlur(rng.normal(size=(side, side)), (0, 0), 14)
    fine = cv2.GaussianBlur(rng.normal(size=(side, side)), (0, 0), 1)
    grey = 128 + 40 * large / large.std() + 8 * fine / fine.std()
    return np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


def test_sharpness_falls_with_blur_and_not_with_light_or_contrast() -> None:
    sharp = picture()
    steps = [sharpness(cv2.GaussianBlur(sharp, (0, 0), s)) for s in (0.7, 1.5, 3)]
    assert sharpness(sharp) > steps[0] > steps[1] > steps[2]
    dim = (sharp * 0.6 + 20).astype(np.uint8)
    assert abs(sharpness(dim) - sharpness(sharp)) < 0.1


def test_a_blank_picture_has_numbers() -> None:
    blank = np.full((112, 112, 3), 90, np.uint8)
    assert np.isfinite(sharpness(blank)) and np.isfinite(describe_regions(blank)).all()


def test_a_bar_over_the_eyes_changes_the_eyes_and_no_other_part() -> None:
    plain = np.full((REGION_CROP.height, REGION_CROP.width, 3), (190, 140, 120), np.uint8)
    barred = plain.copy()
    eyes = REGION_CROP.template[:2, 1].mean()
    barred[int(eyes) - 4 : int(eyes) + 5] = 0
    change = np.abs(describe_regions(barred) - describe_regions(plain))
    named = {name.partition(":")[0] for name, by in zip(COLUMNS, change, strict=True) if by > 5}
    assert {"right eye", "left eye"} <= named <= {"right eye", "left eye", "bridge of the nose"}
