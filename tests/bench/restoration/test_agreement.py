"""The statistics recover what was planted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rdface.bench.restoration.agreement import N_RESAMPLES, agree, ranged, resamples

Floats = NDArray[np.float64]


def world(n: int = 300, measures: int = 4, seed: int = 0) -> tuple[Floats, Floats]:
    """z-scores, and signs: who has one lies two SD off in its direction."""
    rng = np.random.default_rng(seed)
    signs = rng.choice([-1, 0, 0, 0, 1], (n, measures)).astype(float)
    return rng.normal(0, 1, (n, measures)) + 2 * signs, signs


def test_a_shift_of_all_faces_is_bias_and_no_slope() -> None:
    z, signs = world()
    found = agree(z, z + 0.5, signs, resamples(len(z)))
    assert np.allclose(found.bias, 0.5) and np.allclose(found.spread, 0, atol=1e-6)
    assert np.allclose(found.slope, 1) and np.allclose(found.kept, 1)
    assert np.allclose(found.rms, 0.5)


def test_faces_drawn_to_the_norm_have_their_slope_and_lose_their_signs() -> None:
    z, signs = world()
    noise = np.random.default_rng(1).normal(0, 0.3, z.shape)
    found = agree(z, 0.8 * z + noise, signs, resamples(len(z)))
    slope, kept = ranged(found.slope.mean(axis=1)), ranged(found.kept)
    assert slope.low < 0.8 < slope.high < 0.9 and kept.low < 0.8 < kept.high < 0.9


def test_noise_of_the_first_measure_lowers_the_slope_but_not_what_is_kept_of_signs() -> None:
    """Why the slope is compared with bicubic, and why signs are looked at besides."""
    true, signs = world(2000)
    rng = np.random.default_rng(2)
    first, second = (true + rng.normal(0, 1, true.shape) for _ in range(2))
    found = agree(first, second, signs, resamples(len(true)))
    assert ranged(found.slope.mean(axis=1)).high < 0.9
    kept = ranged(found.kept)
    assert kept.low < 1 < kept.high


def test_intervals_are_over_children_and_hold_the_truth() -> None:
    """Of 40 studies with a slope of 0.8 about 38 intervals hold it."""
    held = 0
    for seed in range(40):
        z, signs = world(80, 3, seed)
        noise = np.random.default_rng(1000 + seed).normal(0, 0.5, z.shape)
        slope = ranged(agree(z, 0.8 * z + noise, signs, resamples(80)).slope.mean(axis=1))
        held += slope.low <= 0.8 <= slope.high
    assert held >= 34


def test_the_first_row_is_the_sample_itself() -> None:
    z, signs = world(30)
    weights = resamples(30)
    assert weights.shape == (1 + N_RESAMPLES, 30) and (weights[0] == 1).all()
    other = z + np.random.default_rng(3).normal(0, 1, z.shape)
    found = agree(z, other, signs, weights)
    for k in range(z.shape[1]):
        slope = np.polyfit(z[:, k], other[:, k], 1)[0]
        assert np.isclose(found.slope[0, k], slope)
        assert np.isclose(found.bias[0, k], (other - z)[:, k].mean())
        assert np.isclose(found.spread[0, k], (other - z)[:, k].std())
    assert np.isnan(ranged(agree(z, other, 0 * signs, weights).kept).low)
