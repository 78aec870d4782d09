"""One picture agrees with itself, moved, mirrored or half cut off; two pictures do not agree."""

from __future__ import annotations

import cv2
import numpy as np

from rdface.curation.quality.picture_agreement import View, agreement

INSIDE = np.full((96, 96), 255, np.uint8)


def band(seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=(96, 96))
    smooth = cv2.GaussianBlur(noise, (0, 0), 4)
    return (smooth / smooth.std()).astype(np.float32)


def test_moved_turned_and_relit() -> None:
    one = band(0)
    matrix = cv2.getRotationMatrix2D((48, 48), 4, 1.03)
    matrix[:, 2] += (3, -2)
    moved = cv2.warpAffine(one, matrix, (96, 96)) * 0.5 + 3
    score, mirrored = agreement(View(one, INSIDE), View(moved, INSIDE))
    assert score > 0.97 and not mirrored


def test_mirrored() -> None:
    score, mirrored = agreement(View(band(0), INSIDE), View(band(0)[:, ::-1].copy(), INSIDE))
    assert score > 0.99 and mirrored


def test_what_lies_outside_of_the_picture_does_not_count() -> None:
    cut, inside = band(0), INSIDE.copy()
    cut[:, :25], inside[:, :25] = 0, 0
    assert agreement(View(band(0), INSIDE), View(cut, inside))[0] > 0.97
    assert agreement(View(cut, inside), View(band(0), INSIDE))[0] > 0.97


def test_others_do_not_agree() -> None:
    assert max(agreement(View(band(0), INSIDE), View(band(k), INSIDE))[0] for k in (1, 2, 3)) < 0.8
    blank = View(np.zeros((96, 96), np.float32), INSIDE)
    assert agreement(blank, blank) == (-1.0, False)
