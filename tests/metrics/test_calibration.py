"""Calibration errors: against torchmetrics, against their null, and whether intervals hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.metrics.calibration import (
    classwise_error,
    equal_mass_bins,
    equal_width_bins,
    top_label_error,
)
from rdface.metrics.calibration_means import (
    brier_score,
    log_loss,
    over_confidence,
    reliability_diagram,
)
from rdface.metrics.means import ImageRows
from rdface.metrics.probabilities import log_softmax

FAST = {"n_resamples": 100, "n_draws": 200}


def world(n: int, n_conditions: int = 6, sharpness: float = 1.0, seed: int = 0) -> tuple:
    """Truths drawn from the softmax of the scores; the model says another sharpness."""
    rng = np.random.default_rng(seed)
    scores = 1.5 * rng.normal(size=(n, n_conditions))
    p = np.exp(log_softmax(scores))
    truth = (p.cumsum(axis=1) < rng.random(n)[:, None]).sum(axis=1)
    return ImageRows(np.arange(n), np.arange(n)), log_softmax(scores, sharpness), truth


def test_ece_is_that_of_torchmetrics() -> None:
    import torch
    from torchmetrics.functional.classification import multiclass_calibration_error

    rows, logs, truth = world(300, sharpness=2.0)
    found = top_label_error(rows, logs, truth, **FAST)
    expected = multiclass_calibration_error(
        torch.tensor(np.exp(logs)), torch.tensor(truth), num_classes=6, n_bins=15, norm="l1"
    )
    assert found.estimate.value == pytest.approx(float(expected), abs=1e-6)


def test_adaptive_and_classwise_ece_are_what_a_loop_makes_of_them() -> None:
    rows, logs, truth = world(90, sharpness=2.0)
    p = np.exp(logs)
    order = np.argsort(p.max(axis=1))
    right = (p.argmax(axis=1) == truth).astype(float)
    gaps = [abs((right - p.max(axis=1))[part].sum()) / 90 for part in np.array_split(order, 15)]
    found = top_label_error(rows, logs, truth, equal_mass=True, **FAST)
    assert found.estimate.value == pytest.approx(sum(gaps))

    total = 0.0
    for condition in range(6):
        for number in range(15):
            own = (p[:, condition] > number / 15) & (p[:, condition] <= (number + 1) / 15)
            total += abs(((truth == condition) - p[:, condition])[own].sum()) / 90 / 6
    assert classwise_error(rows, logs, truth, **FAST).estimate.value == pytest.approx(total)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_bins_hold_every_value_once_and_in_order(values: list[float]) -> None:
    array = np.array(values)
    for bins in (equal_width_bins(array), equal_mass_bins(array, np.ones(len(array)))):
        assert ((bins >= 0) & (bins < 15)).all()
        assert (np.diff(bins[np.argsort(array)]) >= 0).all()


def test_true_probabilities_are_not_accused_and_wrong_ones_are() -> None:
    """Their ECE is well above 0, as the null says; that of an over-confident model is beyond."""
    true = top_label_error(*world(150), **FAST)
    assert true.estimate.value > 0.03
    assert true.p_value > 0.05
    assert abs(true.excess) < 0.04
    assert true.estimate.low < 0.01
    wrong = top_label_error(*world(150, sharpness=3.0), **FAST)
    assert wrong.p_value < 0.01
    assert wrong.estimate.low > 0
    assert classwise_error(*world(150, sharpness=4.0), **FAST).p_value < 0.01


def test_repeats_of_an_image_are_no_new_evidence() -> None:
    """Five copies of each row change neither the error nor its interval nor its null."""
    rows, logs, truth = world(80, sharpness=2.0)
    five = ImageRows(np.tile(rows.image, 5), np.tile(rows.patient, 5))
    one = top_label_error(rows, logs, truth, **FAST)
    many = top_label_error(five, np.tile(logs, (5, 1)), np.tile(truth, 5), **FAST)
    for name in ("null_mean", "null_high", "p_value"):
        assert getattr(many, name) == pytest.approx(getattr(one, name))
    for name in ("value", "low", "high", "n", "n_patients"):
        assert getattr(many.estimate, name) == pytest.approx(getattr(one.estimate, name))


def test_over_confidence_has_its_sign() -> None:
    for sharpness, sign in ((3.0, 1), (0.2, -1)):
        found = over_confidence(*world(200, sharpness=sharpness))
        assert found is not None
        assert sign * found.value > 0.05
        assert found.low <= found.value <= found.high


def test_brier_and_log_loss_are_means_with_intervals() -> None:
    rows, logs, truth = world(200)
    for found in (brier_score(rows, logs, truth), log_loss(rows, logs, truth)):
        assert found is not None
        assert found.low < found.value < found.high
        assert not found.higher_is_better


def test_the_diagram_holds_every_image_and_brackets_a_true_model() -> None:
    points = reliability_diagram(*world(400), n_resamples=100, n_draws=300)
    assert len(points) == 10
    assert sum(one.accuracy.n for one in points) == 400
    inside = [one.null_low <= one.accuracy.value <= one.null_high for one in points]
    assert sum(inside) >= 8


def percentile_interval(confidence: np.ndarray, right: np.ndarray, seed: int) -> np.ndarray:
    """What most would do: 2.5 and 97.5 % of the errors of 400 resamples."""
    n = len(right)
    gaps = np.zeros((n, 15))
    gaps[np.arange(n), equal_width_bins(confidence)] = (right - confidence) / n
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=400)
    return np.percentile(np.abs(drawn @ gaps).sum(axis=1), [2.5, 97.5])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n", "factor"), [(100, 1.0), (350, 1.0), (100, 0.6), (350, 0.6), (350, 0.85), (350, 0.1)]
)
def test_the_interval_of_ece_holds_where_the_percentile_one_does_not(n: int, factor: float) -> None:
    """300 worlds whose accuracy is ``factor`` times the confidence; docs/calibration.md."""
    rng = np.random.default_rng(4)

    def draw(size: int) -> np.ndarray:
        return np.clip(rng.beta(2, 4, size), 0.05, 0.99)

    many = draw(400_000)
    true = np.abs(np.bincount(equal_width_bins(many), many * (1 - factor), 15)).sum() / len(many)
    rows = ImageRows(np.arange(n), np.arange(n))
    held, percentile = 0, 0
    for number in range(300):
        confidence = draw(n)
        right = rng.random(n) < factor * confidence
        # The first condition is always the answer; the others share the rest.
        others = np.repeat((1 - confidence)[:, None] / 50, 50, axis=1)
        logs = np.log(np.concatenate([confidence[:, None], others], axis=1))
        truth = np.where(right, 0, 1)
        found = top_label_error(rows, logs, truth, n_resamples=400, n_draws=1, seed=number)
        held += found.estimate.low <= true + 1e-9 and true <= found.estimate.high + 1e-9
        low, high = percentile_interval(confidence, right, number)
        percentile += low <= true <= high
    print(n, factor, round(true, 3), held / 300, percentile / 300)
    assert held / 300 >= 0.92
    assert factor < 1 or percentile == 0
