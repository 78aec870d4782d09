"""Risk-coverage curves against sums made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.metrics.means import ImageRows
from rdface.metrics.selective import _areas, _weights, risk_coverage
from rdface.metrics.small_samples import wilson_interval


def rows(n: int) -> ImageRows:
    return ImageRows(np.arange(n), np.arange(n))


def integrate(confidence: np.ndarray, wrong: np.ndarray) -> float:
    """The curve's area by a fine grid, without ties."""
    errors = wrong[np.argsort(-confidence)]
    n = len(errors)
    grid = (np.arange(200_000) + 0.5) / 200_000
    loss = np.interp(grid * n, np.arange(n + 1), np.append(0, np.cumsum(errors)))
    return float(np.mean(loss / (grid * n)))


def test_area_and_curve_are_those_of_the_definition() -> None:
    rng = np.random.default_rng(0)
    confidence = rng.random(60)
    wrong = (rng.random(60) > confidence).astype(float)
    found = risk_coverage(rows(60), confidence, wrong, shares=(0.25, 0.5, 1.0), n_resamples=50)
    assert found.aurc.value == pytest.approx(integrate(confidence, wrong), abs=1e-3)
    errors = wrong[np.argsort(-confidence)]
    assert found.risks[0].value == pytest.approx(errors[:15].mean())
    assert found.risks[1].value == pytest.approx(errors[:30].mean())
    assert found.risks[2].value == pytest.approx(wrong.mean())
    assert found.random == pytest.approx(wrong.mean())


def test_an_oracle_has_no_excess_and_its_opposite_the_most() -> None:
    wrong = np.repeat([0.0, 1.0], [70, 30])
    best = risk_coverage(rows(100), 1 - wrong + 1e-6 * np.arange(100), wrong, n_resamples=50)
    worst = risk_coverage(rows(100), wrong + 1e-6 * np.arange(100), wrong, n_resamples=50)
    assert best.excess.value == pytest.approx(0, abs=1e-9)
    assert best.aurc.value < 0.3 < worst.aurc.value
    never = risk_coverage(rows(10), np.arange(10.0), np.ones(10), n_resamples=50)
    assert (never.aurc.value, never.excess.value) == pytest.approx((1, 0))


def test_equal_confidence_is_withholding_by_lot() -> None:
    """The order of the rows must not matter where the model has none."""
    wrong = np.repeat([0.0, 1.0], [70, 30])
    found = risk_coverage(rows(100), np.ones(100), wrong, n_resamples=50)
    assert found.aurc.value == pytest.approx(0.3)
    assert {round(one.value, 9) for one in found.risks} == {0.3}


def test_repeats_are_no_new_evidence_and_intervals_hold_the_value() -> None:
    rng = np.random.default_rng(1)
    confidence = rng.random(80)
    wrong = (rng.random(80) > confidence).astype(float)
    one = risk_coverage(rows(80), confidence, wrong, n_resamples=200)
    five = ImageRows(np.tile(np.arange(80), 5), np.tile(np.arange(80), 5))
    many = risk_coverage(five, np.tile(confidence, 5), np.tile(wrong, 5), n_resamples=200)
    for a, b in ((one.aurc, many.aurc), (one.excess, many.excess), (one.risks[3], many.risks[3])):
        assert (a.value, a.low, a.high, a.n) == pytest.approx((b.value, b.low, b.high, b.n))
        assert a.low <= a.value <= a.high


def test_few_answers_have_no_interval_without_width() -> None:
    """With no wrong answer among the surest every resample has none."""
    confidence = np.linspace(0, 1, 400)
    wrong = (confidence < 0.8).astype(float)
    found = risk_coverage(rows(400), confidence, wrong, shares=(0.02, 0.1, 1.0), n_resamples=50)
    first, second, whole = found.risks
    assert (first.value, first.n, first.n_patients, first.method) == (0, 8, 8, "wilson")
    assert (first.low, first.high) == pytest.approx(wilson_interval(0, 8))
    assert second.n_patients == 40 and second.high == pytest.approx(wilson_interval(0, 40)[1])
    assert whole.n == 400 and whole.method == "bootstrap"
    never = risk_coverage(rows(400), confidence, np.ones(400), n_resamples=50)
    assert never.aurc.value == 1 and 0.95 < never.aurc.low < 0.995
    assert never.excess.low <= never.excess.value <= never.excess.high


def test_an_answer_weighs_in_the_area_as_the_area_says() -> None:
    """The weights give the area back, with ties and with repeats, and add up to 1."""
    rng = np.random.default_rng(2)
    sure = np.sort(rng.integers(0, 12, 60))[::-1].astype(float)
    share = rng.choice([0.5, 1.0], 60)
    wrong = rng.integers(0, 2, 60).astype(float)
    ends = np.append(np.flatnonzero(np.diff(sure)), 59)
    answered, in_area = _weights(share, ends, (0.3, 1.0))
    areas = _areas(share[None], wrong, ends, (0.3, 1.0))
    assert in_area.sum() == pytest.approx(1)
    assert in_area @ wrong == pytest.approx(areas.aurc[0])
    assert answered @ wrong / answered.sum(axis=1) == pytest.approx(areas.risks[0])


def test_the_interval_among_the_surest_holds_the_risk() -> None:
    held = []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        confidence = rng.random(400)
        wrong = (rng.random(400) < 0.93 - 0.9 * confidence).astype(float)
        found = risk_coverage(rows(400), confidence, wrong, shares=(0.05,), n_resamples=200)
        held.append(found.risks[0].low <= 0.03 + 0.9 * 0.025 <= found.risks[0].high)
    assert np.mean(held) >= 0.92
