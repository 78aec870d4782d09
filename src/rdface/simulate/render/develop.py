"""From radiance to a photograph: denoise, lay skin and eyes on, expose, add a background, grain."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rdface.simulate.people.child import Child, View
from rdface.simulate.photo.backdrop import paint_backdrop
from rdface.simulate.render.complexion import dress, lid_margins, shade_relief
from rdface.simulate.render.denoise import FLOOR, cut_fireflies, demodulate, fit_light, scatter
from rdface.simulate.render.irises import eye_colours
from rdface.simulate.render.scene import Rendering
from rdface.simulate.render.surfaces import EYE_ALBEDO

Image = NDArray[np.float64]


def develop(rendering: Rendering, child: Child, view: View) -> NDArray[np.uint8]:
    """The finished picture, uint8 [H, W, 3] sRGB."""
    size = rendering.coverage.shape[0]
    seen = shade(rendering, child, view) * exposure(child, view)
    cover = rendering.coverage[..., None]
    scene = seen + paint_backdrop(view.backdrop, view.seed + 2, size) * (1 - cover)
    rng = np.random.default_rng(view.seed + 1)
    scene = scene + view.grain * rng.standard_normal(scene.shape) * np.sqrt(np.maximum(scene, 0.02))
    return np.asarray(255 * tone(scene) ** (1 / 2.2) + 0.5).astype(np.uint8)


def tone(scene: Image) -> Image:
    """Film's answer to light: a little toe, a straight middle, a soft shoulder; 0..1."""
    scene = np.clip(scene, 0, None)
    lifted = scene * (scene + 0.012) / (scene + 0.03)
    return np.asarray(np.clip(lifted * (1 + lifted / 6) / (1 + 0.55 * lifted), 0, 1))


def shade(rendering: Rendering, child: Child, view: View) -> Image:
    """Linear radiance [H, W, 3], without noise, with the detail of skin and eyes."""
    skin, eyes = rendering.skin.share, rendering.eyes.share
    light = denoise(rendering)
    albedo = rendering.albedo.astype(np.float64) + FLOOR * rendering.coverage[..., None]
    factor, height = dress(child, rendering.skin)
    albedo *= 1 + skin[..., None] * (factor - 1)
    colours, mirrored = eye_colours(rendering, child, view)
    albedo += eyes[..., None] * (colours - EYE_ALBEDO - FLOOR)
    upper, lower = lid_margins(eyes, skin)
    albedo *= 1 - 0.75 * upper[..., None] - lower[..., None] * np.array([0.12, 0.26, 0.24])
    key = 0.09 * view.key
    share = key / (key + view.ambient)
    light = light * shade_relief(height, rendering.toward, share, 0.55 * skin.shape[0])[..., None]
    return np.maximum(light * np.maximum(albedo, 0), 0) + (mirrored * eyes)[..., None]


def exposure(child: Child, view: View) -> float:
    """The camera's gain, from the lamps and the skin alone: never from what the traits changed."""
    skin = float(np.mean(child.skin))
    lit = skin * (view.ambient + 0.055 * view.key)
    return float(view.exposure * 0.42 * (skin / 0.45) ** 0.55 / lit)


def denoise(rendering: Rendering) -> Image:
    """Light on the surfaces [H, W, 3] without the noise of few light paths."""
    cover = rendering.coverage
    raw = demodulate(rendering.radiance, rendering.albedo, cover)
    light = cut_fireflies(raw, cover)
    skin = rendering.skin.share.astype(np.float32)
    eyes = rendering.eyes.share.astype(np.float32)
    features = [rendering.normals[..., axis] for axis in range(3)]
    features += [4 * rendering.depth, skin - eyes, 2 * rendering.albedo.mean(axis=2)]
    rows, columns = np.nonzero(cover > 0)
    if len(rows):
        seen = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        fitted = fit_light(light[seen], [feature[seen] for feature in features], cover[seen])
        # Hair keeps some of its own sparkle.
        own = 0.35 * (1 - np.clip(skin + eyes, 0, 1))[seen][..., None]
        light[seen] = fitted + own * (light[seen] - fitted)
    return np.asarray(scatter(light, skin), dtype=np.float64)
