"""From radiance to a photograph: denoise, lay over a background, expose, add grain, encode."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, median_filter

from rdface.simulate.backdrop import paint_backdrop
from rdface.simulate.child import Child, View
from rdface.simulate.scene import Rendering

Image = NDArray[np.float64]


def develop(rendering: Rendering, child: Child, view: View) -> NDArray[np.uint8]:
    """The finished picture, uint8 [H, W, 3] sRGB."""
    size = rendering.coverage.shape[0]
    light = denoise(rendering) * exposure(child, view)
    cover = rendering.coverage[..., None]
    scene = light + paint_backdrop(view.backdrop, view.seed + 2, size) * (1 - cover)
    rng = np.random.default_rng(view.seed + 1)
    scene = scene + view.grain * rng.standard_normal(scene.shape) * np.sqrt(np.maximum(scene, 0.02))
    scene = np.clip(scene, 0, None)
    toned = np.clip(scene * (1 + scene / 6) / (1 + 0.55 * scene), 0, 1)  # a soft shoulder
    return np.asarray(255 * toned ** (1 / 2.2) + 0.5).astype(np.uint8)


def exposure(child: Child, view: View) -> float:
    """The camera's gain, from the lamps and the skin alone: never from what the traits changed."""
    skin = float(np.mean(child.skin))
    lit = skin * (view.ambient + 0.055 * view.key)
    return float(view.exposure * 0.42 * (skin / 0.45) ** 0.55 / lit)


def denoise(rendering: Rendering) -> Image:
    """Filter the light on the surfaces, not their colours, across pixels of one surface.

    A cross-bilateral filter on the demodulated irradiance, guided by albedo and normals (as in
    C. Dammertz et al., HPG 2010), after fireflies are cut; red light is spread a little farther,
    as it is under skin.
    """
    albedo = np.clip(rendering.albedo, 0, 4)
    solid = rendering.coverage > 0.95
    floor = np.maximum(albedo, 0.03)
    # Radiance and albedo both carry the coverage, so their ratio holds on edges too; only where
    # nothing is seen is there no light to filter.
    seen = rendering.coverage > 0.1
    light = np.where(
        seen[..., None],
        rendering.radiance / np.maximum(albedo, 0.03 * rendering.coverage[..., None] + 1e-6),
        0.0,
    )
    level = light.mean(-1)
    empty = gaussian_filter(level * seen, 1.0) / np.maximum(gaussian_filter(seen * 1.0, 1.0), 1e-3)
    level = np.where(seen, level, empty)
    usual = median_filter(level, size=3)
    peak = np.minimum(1.0, (1.6 * usual + 0.05) / np.maximum(level, 1e-6))
    light = light * peak[..., None]
    smooth = _cross_bilateral(light, albedo, rendering.normals, solid)
    scale = solid.shape[0] / 256
    inside = solid.astype(float)
    weight = np.maximum(gaussian_filter(inside, 0.8 * scale), 1e-3)
    red = gaussian_filter(smooth[..., 0] * inside, 0.8 * scale) / weight
    # Held near the own light, or the red would shine out of every crease.
    near = np.clip(red, 0.93 * smooth[..., 0], 1.12 * smooth[..., 0])
    smooth[..., 0] = 0.4 * smooth[..., 0] + 0.6 * near
    smooth = 0.8 * smooth + 0.2 * light
    return np.where(solid[..., None], smooth * floor, rendering.radiance)


def _cross_bilateral(
    light: Image, albedo: Image, normals: Image, solid: NDArray[np.bool_], reach: int = 3
) -> Image:
    total = np.zeros_like(light)
    weights = np.zeros(solid.shape)
    tone = np.log(np.maximum(albedo.mean(-1), 0.01))
    local = gaussian_filter(light.mean(-1), 1.0)
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):

            def moved(layer: Image, down: int = down, right: int = right) -> Image:
                return np.roll(layer, (down, right), (0, 1))

            apart = ((moved(normals) - normals) ** 2).sum(-1) / 0.12
            apart += (moved(tone) - tone) ** 2 / 0.10
            apart += ((moved(local) - local) / (0.25 * local + 0.05)) ** 2
            apart += (down**2 + right**2) / (2 * 1.6**2)
            weight = np.exp(-apart) * moved(solid.astype(float))
            weights += weight
            total += weight[..., None] * moved(light)
    return total / np.maximum(weights, 1e-9)[..., None]
