"""Filtering light: nothing is lost, fireflies go, edges stay."""

from __future__ import annotations

import numpy as np

from rdface.simulate.render.denoise import FLOOR, cut_fireflies, demodulate, fit_light, scatter


def _scene(noise: float) -> tuple[np.ndarray, ...]:
    """A ball lit from the left, 64 pixels a side: noisy light, true light, normals, cover."""
    rng = np.random.default_rng(0)
    y, x = (np.mgrid[0:64, 0:64] - 31.5) / 28
    cover = (x**2 + y**2 < 1).astype(np.float32)
    z = np.sqrt(np.maximum(1 - x**2 - y**2, 0))
    normals = np.stack([x, y, z], -1).astype(np.float32) * cover[..., None]
    truth = (0.6 + 0.4 * normals @ np.array([-0.8, 0.0, 0.6])) * cover
    truth = np.repeat(truth[..., None], 3, -1).astype(np.float32)
    noisy = truth * np.exp(rng.normal(-(noise**2) / 2, noise, truth.shape))
    return noisy.astype(np.float32), truth, normals, cover


def test_fitting_removes_noise_and_keeps_the_mean() -> None:
    """Three quarters of the error go; the mean of the light stays within one percent."""
    noisy, truth, normals, cover = _scene(0.4)
    fitted = fit_light(noisy, [normals[..., axis] for axis in range(3)], cover)
    seen = cover > 0
    before, after = (np.abs(light - truth)[seen].mean() for light in (noisy, fitted))
    assert after < 0.25 * before
    assert abs(fitted[seen].mean() / truth[seen].mean() - 1) < 0.01


def test_an_edge_that_the_guides_know_stays_sharp() -> None:
    """Two surfaces side by side do not lend each other light."""
    surface = np.zeros((32, 32), np.float32)
    surface[:, 16:] = 1
    light = np.repeat((0.2 + 0.8 * surface)[..., None], 3, -1)
    noisy = light * np.random.default_rng(1).uniform(0.7, 1.3, light.shape).astype(np.float32)
    fitted = fit_light(noisy, [surface], np.ones_like(surface))
    assert abs(fitted[:, 15].mean() - 0.2) < 0.03
    assert abs(fitted[:, 16].mean() - 1.0) < 0.06


def test_a_firefly_is_cut_and_nothing_else() -> None:
    """One pixel a hundred times too bright comes down to its neighbours; the others stay."""
    _, truth, _, cover = _scene(0.0)
    burnt = truth.copy()
    burnt[30, 30] *= 100
    clean = cut_fireflies(burnt, cover)
    assert clean[30, 30].max() < 1.6 * truth[30, 30].max()
    inside = (slice(15, 49), slice(15, 29))
    assert np.allclose(clean[inside], truth[inside])


def test_light_times_albedo_is_radiance() -> None:
    """Dividing by albedo and multiplying again changes nothing, however dark the surface."""
    rng = np.random.default_rng(2)
    albedo = rng.uniform(0, 1, (8, 8, 3)).astype(np.float32)
    albedo[0] = 0
    cover = np.ones((8, 8), np.float32)
    radiance = rng.uniform(0, 2, (8, 8, 3)).astype(np.float32)
    light = demodulate(radiance, albedo, cover)
    assert np.allclose(light * (albedo + FLOOR), radiance, atol=1e-6)
    assert not demodulate(radiance, albedo, 0 * cover).any()


def test_red_travels_farthest_under_skin_and_nothing_leaves_it() -> None:
    """A shadow's edge on skin is softest in red; beside the skin light stays as it is."""
    light = np.full((256, 256, 3), 1.0, np.float32)
    light[:, 128:] = 0.85
    skin = np.zeros((256, 256), np.float32)
    skin[:128] = 1
    spread = scatter(light, skin)
    change = np.abs(spread - light)
    assert change[128:].max() == 0
    red, green, blue = change[60].sum(0)
    assert red > green > blue
    assert abs(spread[:128].mean() - light[:128].mean()) < 0.002
