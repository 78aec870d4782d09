"""Bias, coverage and wrong picks, by hand on outcomes that are written down."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from rdface.bench.bias_study.readings import Reading
from rdface.bench.bias_study.summary import (
    mean_over,
    outcomes_of,
    share_over,
    summarise_choice,
    summarise_models,
    summarise_readings,
)
from rdface.bench.bias_study.variants import BY_IMAGE, PAPER, STRICT, VARIANTS

METRIC = "top1_micro"


def _row(
    cohort: int, variant: str, learner: str, estimate: float, true: float
) -> dict[str, object]:
    return {
        "cohort": cohort,
        "variant": variant,
        "backbone": "b",
        "learner": learner,
        "metric": METRIC,
        "estimate": estimate,
        "low": estimate - 0.1,
        "high": estimate + 0.1,
        "spread": 0.01,
        "same": true,
        "deployed": true + 0.05,
    }


@pytest.fixture
def trials() -> pd.DataFrame:
    """Model x is truly better (0.4 to 0.3); paper takes y for the better one in cohort 1."""
    said = {
        STRICT.name: [(0.41, 0.29), (0.42, 0.31)],
        PAPER.name: [(0.40, 0.35), (0.38, 0.45)],
        BY_IMAGE.name: [(0.60, 0.50), (0.62, 0.52)],
    }
    return pd.DataFrame(
        _row(cohort, variant, learner, estimate, true)
        for variant, cohorts in said.items()
        for cohort, estimates in enumerate(cohorts)
        for learner, estimate, true in zip("xy", estimates, (0.4, 0.3), strict=True)
    )


def test_bias_is_what_is_said_minus_what_is_true(trials: pd.DataFrame) -> None:
    line = summarise_readings(trials, METRIC, readings=[Reading("s", STRICT)])[0]
    assert line.bias.value == pytest.approx(np.mean([0.01, -0.01, 0.02, 0.01]))
    assert line.bias.n == 2
    assert line.estimate.value - line.truth.value == pytest.approx(line.bias.value)
    other = summarise_readings(trials, METRIC, "deployed", [Reading("s", STRICT)])[0]
    assert other.bias.value == pytest.approx(line.bias.value - 0.05)


def test_coverage_counts_the_intervals_that_hold_the_truth(trials: pd.DataFrame) -> None:
    by_image = summarise_readings(trials, METRIC, readings=[Reading("i", BY_IMAGE)])[0]
    assert by_image.coverage.value == 0.0
    assert by_image.coverage.high > 0.5  # two cohorts prove little, and the interval says so
    paper = summarise_readings(trials, METRIC, readings=[Reading("p", PAPER)])[0]
    assert paper.coverage.value == pytest.approx(0.75)
    of_folds = summarise_readings(trials, METRIC, readings=[Reading("p", PAPER, "folds")])[0]
    assert of_folds.width == pytest.approx(2 * 1.96 * 0.01, abs=1e-4)
    assert of_folds.coverage.value == pytest.approx(0.25)
    printed = summarise_readings(trials, METRIC, readings=[Reading("p", PAPER, "printed")])[0]
    assert printed.width == pytest.approx(0.02)


def test_the_winner_is_the_model_with_the_best_estimate(trials: pd.DataFrame) -> None:
    table = outcomes_of(trials, Reading("w", PAPER, best=True), METRIC)
    assert table["learner"].tolist() == ["x", "y"]


def test_a_wrong_pick_is_found_and_costs_what_the_best_has_more(trials: pd.DataFrame) -> None:
    strict, paper, _ = summarise_choice(trials, METRIC)
    assert strict.wrong.value == 0.0 and strict.regret.value == 0.0
    assert paper.wrong.value == 0.5
    assert paper.regret.value == pytest.approx(0.05)


def test_each_model_by_itself(trials: pd.DataFrame) -> None:
    lines = summarise_models(trials, METRIC)
    assert list(lines) == ["b x", "b y"]
    assert [line.reading.variant for line in lines["b y"]] == list(VARIANTS)
    assert lines["b y"][1].bias.value == pytest.approx(0.1)


def test_the_interval_of_a_mean_covers_it() -> None:
    """In about 95 % of samples of 30 cohorts; a percentile bootstrap is a little short of it."""
    rng = np.random.default_rng(0)
    held = [
        found.low <= 0.2 <= found.high
        for _ in range(200)
        for found in [mean_over(rng.normal(0.2, 0.1, 30))]
    ]
    assert 0.88 <= np.mean(held) <= 0.99


def test_few_cohorts_have_wide_intervals_and_one_has_none() -> None:
    """The percentile bootstrap of five cohorts holds the mean in about 83 %, Student's in 95 %."""
    rng = np.random.default_rng(0)
    found = [mean_over(rng.normal(0.2, 0.1, 5)) for _ in range(300)]
    assert 0.92 <= np.mean([one.low <= 0.2 <= one.high for one in found]) <= 0.98
    same = share_over(np.full(5, 0.5))  # no spread between cohorts is no certainty
    assert same.low < 0.2 and same.high > 0.8
    with pytest.raises(ValueError, match="one cohort"):
        mean_over(np.array([0.2]))
    with pytest.raises(ValueError, match="one cohort"):
        share_over(np.array([1.0]))
