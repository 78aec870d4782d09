"""On a population where the answer is known, the study gives it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.bench.bias_study.draw import draw_cohort
from rdface.bench.bias_study.population import StudyPopulation, read_population
from rdface.bench.bias_study.trial import _accuracy, run_trial
from rdface.bench.bias_study.variants import PAPER, Variant
from tests.bench.bias_study.conftest import write_numbers

MODELS = (("numbers", "prototype"), ("numbers", "knn"))


def _trials(
    population: StudyPopulation, cohorts: int, models: tuple[tuple[str, str], ...] = MODELS
) -> pd.DataFrame:
    tables = []
    for number in range(cohorts):
        draw = draw_cohort(population.images, 60, 0, number)
        tables.append(run_trial(population, draw, number, models))
    return pd.concat(tables)


@pytest.fixture(scope="module")
def trials(population: StudyPopulation) -> pd.DataFrame:
    return _trials(population, 4)


def test_every_model_is_read_under_every_variant(trials: pd.DataFrame) -> None:
    counts = trials.groupby(["cohort", "backbone", "learner", "variant"]).size()
    assert len(counts) == 4 * 2 * 3 and set(counts) == {8}
    assert trials[["estimate", "same", "deployed"]].stack().between(0, 1).all()
    assert (trials["low"] <= trials["estimate"]).all()


def test_division_by_image_flatters_where_patients_differ(trials: pd.DataFrame) -> None:
    """Pictures of one patient are alike, so those who are in training are found again."""
    rows = trials[trials["metric"] == "top1_micro"].set_index("variant")
    gap = rows["estimate"] - rows["same"]
    assert gap["paper + split-by-image"].mean() > 0.05
    assert gap["paper + split-by-image"].mean() > gap["paper"].mean() + 0.03
    assert gap["strict"].mean() < 0.03


def test_protocols_that_divide_patients_are_unbiased_for_the_models_they_test(
    population: StudyPopulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over cohorts, the mean gap lies within three standard errors of zero.

    Three points are allowed on top: patients with several images are drawn more often than held
    back, and those few of this small population may be harder or easier by chance.
    """
    once = (Variant("strict", "strict", {"repeats": 1}), PAPER)
    monkeypatch.setattr("rdface.bench.bias_study.trial.VARIANTS", once)
    rows = _trials(population, 16, (("numbers", "prototype"),))
    rows = rows[rows["metric"] == "top1_micro"]
    for variant in once:
        own = rows[rows["variant"] == variant.name]
        gap = (own["estimate"] - own["same"]).to_numpy()
        assert abs(gap.mean()) < 0.03 + 3 * gap.std(ddof=1) / np.sqrt(len(gap))


def test_a_population_without_persons_shows_no_leak(tmp_path: Path) -> None:
    """Where two pictures of a patient are no more alike than any two, dividing images is sound."""
    write_numbers(tmp_path, of_patient=0.0)
    rows = _trials(read_population(tmp_path), 4)
    rows = rows[rows["metric"] == "top1_micro"].set_index("variant")
    gap = rows["estimate"] - rows["same"]
    assert abs(gap["paper + split-by-image"].mean()) < 0.08


def test_who_is_held_back_moves_no_estimate(population: StudyPopulation) -> None:
    """What a protocol says depends on its cohort alone."""
    draw = draw_cohort(population.images, 60, 0, 0)
    features = {"numbers": population.features["numbers"].copy()}
    features["numbers"][draw.held] = 100.0
    spoilt = StudyPopulation(population.images, features, population.card)
    a, b = (run_trial(one, draw, 0, MODELS) for one in (population, spoilt))
    columns = ["estimate", "low", "high", "spread", "n"]
    pd.testing.assert_frame_equal(a[columns], b[columns])
    assert not np.allclose(a["same"], b["same"])


def test_the_spread_of_a_macro_metric_is_that_of_macro_numbers(trials: pd.DataFrame) -> None:
    """Five models on one test set: the mean of their numbers is the protocol's, micro or macro."""
    right, condition = np.array([True, True, True, False]), np.array([0, 0, 0, 2])
    assert _accuracy(right, condition, macro=False) == 0.75
    assert _accuracy(right, condition, macro=True) == 0.5
    paper = trials[trials["variant"] == PAPER.name].set_index("metric")
    assert not np.allclose(paper.loc["top1_micro", "spread"], paper.loc["top1_macro", "spread"])
