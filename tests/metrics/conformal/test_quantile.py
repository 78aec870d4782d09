"""Thresholds: the finite-sample rule, patients with several images, groups, and the beta law."""

from __future__ import annotations

from math import ceil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.metrics.conformal import (
    expected_spread,
    group_quantiles,
    least_patients,
    patient_quantile,
)


@given(st.integers(0, 80), st.sampled_from([0.05, 0.1, 0.2, 0.3]))
def test_one_image_a_patient_is_the_textbook_rule(n: int, alpha: float) -> None:
    """The ceil((n + 1)(1 - alpha))-th smallest; infinite below 1 / alpha - 1."""
    scores = np.random.default_rng(n).normal(size=n)
    found = patient_quantile(scores, np.arange(n), alpha)
    k = ceil(round((n + 1) * (1 - alpha), 9))
    assert found == (np.sort(scores)[k - 1] if k <= n else np.inf)
    assert np.isinf(found) == (n < least_patients(alpha))


@given(st.integers(1, 30), st.integers(1, 4), st.sampled_from([0.05, 0.1, 0.2]))
def test_copies_of_images_change_nothing(n: int, times: int, alpha: float) -> None:
    """Ten pictures of a child are one child."""
    scores = np.random.default_rng(n).normal(size=n)
    once = patient_quantile(scores, np.arange(n), alpha)
    assert patient_quantile(np.repeat(scores, times), np.repeat(np.arange(n), times), alpha) == once


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=40), st.data())
def test_a_stricter_promise_never_has_a_lower_threshold(
    values: list[float], data: st.DataObject
) -> None:
    patient = np.array(
        data.draw(st.lists(st.integers(0, 9), min_size=len(values), max_size=len(values)))
    )
    thresholds = [patient_quantile(np.array(values), patient, a) for a in (0.5, 0.2, 0.1, 0.05)]
    assert thresholds == sorted(thresholds)


def test_a_weight_is_a_patient_drawn_so_often() -> None:
    """What the bootstrap relies on: weights and copies with new names agree."""
    rng = np.random.default_rng(3)
    scores, patient = rng.normal(size=30), rng.integers(12, size=30)
    times = rng.integers(0, 3, size=12)
    weight = times[patient].astype(float)
    rows = [
        (s, (p, copy)) for s, p in zip(scores, patient, strict=True) for copy in range(times[p])
    ]
    names = {name: i for i, name in enumerate({name for _, name in rows})}
    for alpha in (0.1, 0.3):
        copied = patient_quantile(
            np.array([s for s, _ in rows]), np.array([names[name] for _, name in rows]), alpha
        )
        assert patient_quantile(scores, patient, alpha, weight) == copied


def test_each_group_has_its_own_threshold_or_none() -> None:
    scores = np.arange(30.0)
    group = np.repeat([0, 2], [25, 5])
    found = group_quantiles(scores, np.arange(30), group, 3, 0.1)
    assert found[0] == patient_quantile(scores[:25], np.arange(25), 0.1)
    assert np.isinf(found[1:]).all()


@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_a_promise_of_everything_or_nothing_is_no_promise(alpha: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        patient_quantile(np.zeros(3), np.arange(3), alpha)


@pytest.mark.parametrize("alpha", [0.2, 0.1, 0.05])
def test_coverage_of_exchangeable_patients_is_as_promised(alpha: float) -> None:
    """An image of a new patient; patients have one to four alike images. Binomial limits.

    4,000 worlds of 40 patients: within four standard errors of [1 - alpha, 1 - alpha + 1 / 41 +
    what dividing a patient's weight can add]. Those who are easy are photographed more often, as
    it happens; taking images for patients then falls short by ten points.
    """
    rng = np.random.default_rng(8)
    held, naive = 0, 0
    n_worlds = 4000
    for _ in range(n_worlds):
        own = rng.normal(size=41)
        images = np.where(own < -0.5, 5, 1)
        patient = np.repeat(np.arange(40), images[:40])
        scores = own[patient] + 0.2 * rng.normal(size=len(patient))
        new = own[40] + 0.2 * rng.normal()
        held += new <= patient_quantile(scores, patient, alpha)
        naive += new <= patient_quantile(scores, np.arange(len(scores)), alpha)
    print(1 - alpha, held / n_worlds, naive / n_worlds)
    error = 4 * np.sqrt(alpha * (1 - alpha) / n_worlds)
    assert held / n_worlds >= 1 - alpha - error
    assert held / n_worlds <= 1 - alpha + 2 / 41 + error
    assert naive / n_worlds < 1 - alpha - alpha / 2


def test_the_expected_spread_is_what_happens() -> None:
    """50 calibrate, 75 are tested: 95 % of coverages lie between the ends."""
    rng = np.random.default_rng(2)
    law = expected_spread(50, 75, 0.1)
    found = np.array(
        [
            (rng.random(75) <= patient_quantile(rng.random(50), np.arange(50), 0.1)).mean()
            for _ in range(2000)
        ]
    )
    assert found.mean() == pytest.approx(law.mean, abs=0.005)
    assert law.mean == pytest.approx(46 / 51)
    inside = (found >= law.low) & (found <= law.high)
    assert 0.94 <= inside.mean() <= 0.985
    assert expected_spread(8, 75, 0.1) == (1, 1, 1)
