"""Skin is laid on inside the face, in the light of the portrait below."""

from __future__ import annotations

import numpy as np

from rdface.synthesis.morph.texture import blended, inside

SIDE = 64
RING = inside(32 + 22 * np.stack([np.cos(a := np.linspace(0, 6.28, 40)), np.sin(a)], axis=1), SIDE)


def skins() -> tuple[np.ndarray, np.ndarray]:
    """Two pictures of noise in different light."""
    rng = np.random.default_rng(0)
    return (
        rng.integers(100, 200, (SIDE, SIDE, 3)).astype(np.uint8),
        rng.integers(0, 60, (SIDE, SIDE, 3)).astype(np.uint8),
    )


def test_hair_and_background_stay_and_the_light_is_kept() -> None:
    under, over = skins()
    mixed = blended(under, over, RING, 1.0)
    outside = np.hypot(*(np.indices((SIDE, SIDE)) - 31.5)) > 24
    np.testing.assert_array_equal(mixed[outside], under[outside])
    inside = np.hypot(*(np.indices((SIDE, SIDE)) - 31.5)) < 12
    assert abs(mixed[inside].mean() - under[inside].mean()) < 6
    pattern = np.corrcoef(mixed[inside].ravel(), over[inside].ravel())[0, 1]
    assert pattern > 0.95


def test_nothing_of_it_is_nothing_and_a_grey_portrait_stays_grey() -> None:
    under, over = skins()
    np.testing.assert_array_equal(blended(under, over, RING, 0.0), under)
    grey = np.repeat(under[..., :1], 3, axis=2)
    mixed = blended(grey, over, RING, 0.7).astype(int)
    assert np.ptp(mixed, axis=-1).max() <= 1
    toned = np.clip(grey.astype(int) + np.array([20, 10, 0]), 0, 255).astype(np.uint8)
    mixed = blended(toned, over, RING, 0.7).astype(int)
    assert np.abs(np.diff(mixed, axis=-1) + 10).max() <= 1


def test_a_face_outside_of_the_picture_changes_nothing() -> None:
    under, over = skins()
    np.testing.assert_array_equal(
        blended(under, over, inside(np.array([[500, 500], [520, 500], [510, 520]]), SIDE), 1.0),
        under,
    )
