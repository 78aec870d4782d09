"""Few light paths to a clean picture: light is filtered, colours are not.

Radiance is divided by albedo, so that only the light on the surfaces is filtered. Light is then
fitted in a small window around every pixel as a linear function of what is known without noise:
normal, depth, and which surface it is (K. He et al., Guided image filtering, TPAMI 2013; B.
Bitterli et al., Nonlinearly weighted first-order regression for Monte Carlo denoising, EGSR
2016). Under skin light spreads, red the farthest (J. Jimenez et al., Screen-space perceptual
rendering of human skin, ACM TAP 2009, with the mean free paths of H. W. Jensen et al., 2001).
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Layer = NDArray[np.float32]
_SPREAD_MM = (2.2, 0.9, 0.45)  # radius that light travels under skin: red, green, blue
FLOOR = 0.03  # added to albedo where light is divided by it, so that gloss on black hair stays
_FACE_MM = 175.0  # roughly what half of the picture shows


def demodulate(radiance: Layer, albedo: Layer, coverage: Layer) -> Layer:
    """Light on the surfaces [H, W, 3]: radiance over albedo + FLOOR, 0 where nothing is seen."""
    whole = albedo + FLOOR * coverage[..., None]
    seen = coverage[..., None] > 0.02
    return np.where(seen, radiance / np.maximum(whole, 1e-4), 0).astype(np.float32)


def cut_fireflies(light: Layer, coverage: Layer) -> Layer:
    """Scale pixels that outshine the brightest of their neighbours' medians down to them."""
    level = light.mean(axis=2)
    usual = cv2.medianBlur(level, 5)
    bound = 1.35 * np.maximum(usual, cv2.medianBlur(level, 3)) + 0.02 * coverage
    return np.asarray(light * np.minimum(1, bound / np.maximum(level, 1e-6))[..., None])


def fit_light(
    light: Layer, features: Sequence[Layer], weight: Layer, reach: int = 4, ridge: float = 2e-3
) -> Layer:
    """Fit light [H, W, 3] linearly on features [H, W] in windows of 2 reach + 1 pixels a side.

    Args:
        light: Noisy light.
        features: Noise-free guides, of order 1.
        weight: Trust in each pixel [H, W]; 0 leaves it out.
        reach: Half the window's side.
        ridge: Keeps coefficients of features that do not vary small; relative to 1.
    """
    size = (2 * reach + 1,) * 2

    def near(layer: Layer) -> Layer:
        return np.asarray(cv2.boxFilter(layer, -1, size, borderType=cv2.BORDER_REFLECT), np.float32)

    total = np.maximum(near(weight), np.float32(1e-6))

    def mean(layer: Layer) -> Layer:
        return np.asarray(near(layer * weight) / total, np.float32)

    n = len(features)
    centres = [mean(feature) for feature in features]
    covariance = np.zeros((*weight.shape, n, n), np.float32)
    for i in range(n):
        for j in range(i, n):
            value = mean(features[i] * features[j]) - centres[i] * centres[j]
            covariance[..., i, j] = covariance[..., j, i] = value
    covariance[..., range(n), range(n)] += ridge
    levels = [mean(light[..., c]) for c in range(3)]
    shared = np.stack(
        [
            np.stack(
                [mean(features[i] * light[..., c]) - centres[i] * levels[c] for c in range(3)], -1
            )
            for i in range(n)
        ],
        axis=-2,
    )
    solved = weight > 0
    slope = np.zeros_like(shared)
    slope[solved] = np.linalg.solve(covariance[solved], shared[solved])
    fitted = np.empty_like(light)
    # Averaging the windows' own fits smooths once more (He et al., equation 8).
    for c in range(3):
        base = levels[c] - sum(slope[..., i, c] * centres[i] for i in range(n))
        fitted[..., c] = mean(base) + sum(mean(slope[..., i, c]) * features[i] for i in range(n))
    low = cv2.erode(np.stack(levels, -1), np.ones((3, 3), np.uint8))
    return np.asarray(np.maximum(fitted, 0.3 * low), np.float32)


def scatter(light: Layer, skin: Layer, strength: float = 1.0) -> Layer:
    """Spread light under the skin [H, W] in 0..1, each colour as far as it travels."""
    pixel = 2 * _FACE_MM / skin.shape[0]  # mm
    spread = light.copy()
    for c, radius in enumerate(_SPREAD_MM):
        sigma = strength * radius / pixel
        if sigma < 0.25:
            continue
        blurred = cv2.GaussianBlur(light[..., c] * skin, (0, 0), sigma)
        around = np.maximum(cv2.GaussianBlur(skin, (0, 0), sigma), 1e-3)
        # Held near the own light, or red would shine out of every crease.
        near = np.clip(blurred / around, 0.80 * light[..., c], 1.30 * light[..., c])
        spread[..., c] += (near - light[..., c]) * skin
    return spread
