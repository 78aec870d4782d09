"""A copy stays near in pixels, whatever was done to it; a stranger does not come near."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from rdface.screening.audit.views import Faces, Known, banded, shifted_correlation


@pytest.fixture(scope="module")
def crops() -> np.ndarray:
    """Twelve smooth random pictures, as different as faces of other people at least."""
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(12, 64, 64, 3))
    smooth = np.stack([cv2.GaussianBlur(each, (0, 0), 2.0) for each in noise])
    return np.clip(128 + 200 * smooth, 0, 255).astype(np.uint8)


def distances(changed: np.ndarray, crops: np.ndarray) -> np.ndarray:
    """Pixel distances of each changed crop to its model and, the least, to the others."""
    empty = np.zeros((len(crops), 4), np.float32)
    known = Known(Faces(empty, crops), empty)
    table = known.pixel_distances(Faces(np.zeros((len(changed), 4), np.float32), changed))
    own = np.diag(table)
    others = np.where(np.eye(len(crops), dtype=bool), np.inf, table).min(axis=1)
    return np.stack([own, others])


def test_the_very_same_and_its_mirror_image_are_at_zero(crops: np.ndarray) -> None:
    for changed in (crops, crops[:, :, ::-1]):
        own, others = distances(np.ascontiguousarray(changed), crops)
        assert np.abs(own).max() < 1e-5 and others.min() > 0.3


def test_light_contrast_noise_shift_and_grey_keep_a_copy_near(crops: np.ndarray) -> None:
    rng = np.random.default_rng(1)
    grey = np.repeat((crops @ np.array([0.299, 0.587, 0.114]))[..., None], 3, axis=3)
    changes = {
        "lit": np.clip(0.8 * crops.astype(float) + 20, 0, 255),
        "noisy": np.clip(crops + rng.normal(0, 10, crops.shape), 0, 255),
        "moved": np.roll(crops, (1, -2), axis=(1, 2)),
        "grey": grey,
    }
    for name, changed in changes.items():
        own, others = distances(changed.astype(np.uint8), crops)
        assert own.max() < 0.5 * others.min(), name


def test_a_blank_picture_is_near_nobody(crops: np.ndarray) -> None:
    blank = np.full_like(crops, 77)
    own, others = distances(blank, crops)
    assert np.allclose(own, 1) and np.allclose(others, 1)
    assert np.isfinite(shifted_correlation(banded(blank), banded(blank))).all()


def test_nobody_is_at_no_distance(crops: np.ndarray) -> None:
    """With nobody held out, or nobody to mix, there are no distances, and no complaint."""
    for n, m in ((12, 0), (0, 12), (0, 0)):
        faces = [Faces(np.zeros((k, 4), np.float32), crops[:k]) for k in (n, m)]
        known = Known(faces[1], faces[1].identity)
        assert known.pixel_distances(faces[0]).shape == (n, m)
        assert known.identity_distances(faces[0]).shape == (n, m)


def test_identity_sees_mirror_images_and_no_lengths() -> None:
    rng = np.random.default_rng(2)
    plain, turned = rng.normal(size=(5, 8)), rng.normal(size=(5, 8))
    pixels = np.zeros((5, 64, 64, 3), np.uint8)
    known = Known(Faces(plain.astype(np.float32), pixels), turned.astype(np.float32))
    for seen in (plain, 3 * turned):
        table = known.identity_distances(Faces(seen.astype(np.float32), pixels))
        assert np.diag(table) == pytest.approx(0, abs=1e-6)
    assert table.min() >= 0 and table.max() <= 2
