"""Sets and their coverage: against MAPIE and crepes, nested, as long as they must be, honest."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.metrics.conformal import NONCONFORMITY, SetTable, coverages, lac, sets_of
from rdface.metrics.conformal.nonconformity import own_scores
from rdface.metrics.conformal.quantile import group_quantiles, patient_quantile

N_CAL, N_TEST, C = 60, 80, 7
Make = Callable[[int, int, int], tuple[np.ndarray, np.ndarray]]


def table_of(
    logs: np.ndarray, truth: np.ndarray, method: str, group: np.ndarray | None = None
) -> SetTable:
    """The first rows calibrate; every image has a patient of its own."""
    n = len(truth)
    lots = np.random.default_rng(0).random(n)
    return SetTable(
        NONCONFORMITY[method](logs, lots),
        truth,
        np.zeros(n, dtype=int),
        np.arange(n) < N_CAL,
        np.arange(n),
        np.arange(n),
        np.zeros(logs.shape[1], dtype=int) if group is None else group,
    )


@pytest.mark.parametrize("alpha", [0.05, 0.1, 0.2])
def test_lac_sets_are_those_of_mapie(make_world: Make, alpha: float) -> None:
    """Image by image."""
    from mapie.classification import SplitConformalClassifier
    from sklearn.base import BaseEstimator, ClassifierMixin

    class Given(ClassifierMixin, BaseEstimator):
        """Its input is the logarithm of its probabilities."""

        def fit(self, x: np.ndarray, y: np.ndarray) -> Given:
            self.classes_ = np.arange(C)
            self.n_features_in_ = C
            return self

        def predict_proba(self, x: np.ndarray) -> np.ndarray:
            return np.exp(x)

        def predict(self, x: np.ndarray) -> np.ndarray:
            return x.argmax(axis=1)

    logs, truth = make_world(N_CAL + N_TEST, C, 1)
    theirs = SplitConformalClassifier(
        Given().fit(logs, truth), confidence_level=1 - alpha, conformity_score="lac", prefit=True
    )
    theirs.conformalize(logs[:N_CAL], truth[:N_CAL])
    _, expected = theirs.predict_set(logs[N_CAL:])
    table = table_of(logs, truth, "lac")
    threshold = patient_quantile(own_scores(table.scores, truth)[:N_CAL], np.arange(N_CAL), alpha)
    assert np.array_equal(table.scores[N_CAL:] <= threshold, expected[:, :, 0])
    assert np.array_equal(sets_of(table, alpha).sizes, expected[:, :, 0].sum(axis=1))


@pytest.mark.parametrize("method", list(NONCONFORMITY))
@pytest.mark.parametrize("mondrian", [False, True])
def test_sets_are_those_of_crepes(make_world: Make, method: str, mondrian: bool) -> None:
    """By p-values of the same scores; class-conditional by its bins."""
    from crepes import ConformalClassifier

    logs, truth = make_world(N_CAL + N_TEST, C, 2)
    group = np.array([0, 0, 0, 1, 1, 1, 2]) if mondrian else np.zeros(C, dtype=int)
    table = table_of(logs, truth, method, group)
    own = own_scores(table.scores, truth)
    for alpha in (0.05, 0.2):
        thresholds = group_quantiles(own[:N_CAL], np.arange(N_CAL), group[truth[:N_CAL]], 3, alpha)
        found = table.scores[N_CAL:] <= thresholds[group]
        for label in np.unique(group):
            members = np.flatnonzero(group == label)
            rows = np.isin(truth[:N_CAL], members)
            theirs = ConformalClassifier().fit(own[:N_CAL][rows])
            p = theirs.predict_p(table.scores[N_CAL:][:, members], smoothing=False)
            assert np.array_equal(found[:, members], p > alpha + 1e-12)
        made = sets_of(table, alpha)
        assert np.array_equal(made.sizes, found.sum(axis=1))
        assert np.array_equal(made.covered, found[np.arange(N_TEST), truth[N_CAL:]])


@settings(max_examples=30)
@given(st.integers(0, 1000), st.sampled_from(list(NONCONFORMITY)))
def test_sets_are_nested_in_alpha(seed: int, method: str) -> None:
    """What a careless promise lists, a strict one lists too."""
    rng = np.random.default_rng(seed)
    logs = np.log(rng.dirichlet(np.ones(C), size=N_CAL + 20))
    table = table_of(logs, rng.integers(C, size=N_CAL + 20), method)
    made = [sets_of(table, alpha) for alpha in (0.5, 0.2, 0.1, 0.05, 0.01)]
    for loose, strict in pairwise(made):
        assert (loose.sizes <= strict.sizes).all()
        assert (loose.covered <= strict.covered).all()
    assert (made[-1].sizes == C).all()


@pytest.mark.parametrize("method", list(NONCONFORMITY))
@pytest.mark.parametrize("alpha", [0.05, 0.1, 0.2])
def test_coverage_lies_within_binomial_limits(make_world: Make, method: str, alpha: float) -> None:
    """300 exchangeable worlds; APS with its lot is not above its promise either."""
    hits = []
    for seed in range(300):
        logs, truth = make_world(N_CAL + 20, C, seed)
        lots = np.random.default_rng(seed).random(len(truth))
        scores = NONCONFORMITY[method](logs, lots)
        own = own_scores(scores, truth)
        threshold = patient_quantile(own[:N_CAL], np.arange(N_CAL), alpha)
        hits.append((own[N_CAL:] <= threshold).mean())
    expected = np.ceil(round((N_CAL + 1) * (1 - alpha), 9)) / (N_CAL + 1)
    assert np.mean(hits) == pytest.approx(expected, abs=4 * np.std(hits) / np.sqrt(300))


def test_few_patients_make_every_condition_listed_and_say_so_nowhere_else(
    make_world: Make,
) -> None:
    """Below 1 / alpha - 1 the set is everything, and the truth is always in it."""
    logs, truth = make_world(N_CAL + N_TEST, C, 3)
    table = table_of(logs, truth, "lac", np.arange(C))
    assert (np.bincount(truth[:N_CAL], minlength=C) < 19).all()
    made = sets_of(table, 0.05)
    assert made.covered.all()
    assert (made.sizes == C).all()


def test_intervals_know_of_both_samples(make_world: Make) -> None:
    """Wider than a test's own, hold the value, and small groups get Wilson's."""
    logs, truth = make_world(N_CAL + 400, C, 4)
    table = table_of(logs, truth, "lac")
    few = np.arange(400) < 12
    found = coverages(table, 0.2, {"all": np.ones(400, dtype=bool), "few": few, "none": ~few & few})
    assert set(found) == {"all", "few"}
    whole, small = found["all"].coverage, found["few"].coverage
    assert whole.low <= whole.value <= whole.high
    binomial = 2 * 1.96 * np.sqrt(whole.value * (1 - whole.value) / 400)
    assert whole.high - whole.low > 1.3 * binomial
    assert (small.n_patients, small.method) == (12, "wilson")
    size = found["all"].size
    assert size.low < size.value < size.high
    assert size.value == pytest.approx(sets_of(table, 0.2).sizes.mean())


def test_patients_count_the_same_however_many_images_they_have() -> None:
    logs = np.log(np.full((5, 2), 0.5))
    logs[2:] = np.log([0.9, 0.1])
    table = SetTable(
        lac(logs, np.zeros(5)),
        np.array([0, 0, 0, 0, 1]),
        np.zeros(5, dtype=int),
        np.array([True, True, False, False, False]),
        np.arange(5),
        np.array([0, 1, 2, 2, 3]),
        np.zeros(2, dtype=int),
    )
    found = coverages(table, 0.4, {"all": np.ones(3, dtype=bool)})["all"].coverage
    assert found.value == pytest.approx(0.5)


@pytest.mark.slow
@pytest.mark.parametrize("alpha", [0.2, 0.1, 0.05])
def test_the_interval_holds_the_coverage_of_the_procedure(alpha: float) -> None:
    """Whole cross-validations of 360 patients, 50 calibrate each fold; docs/conformal.md."""
    n, n_cal, held, n_worlds = 360, 50, 0, 150
    for number in range(n_worlds):
        rng = np.random.default_rng(number)
        person = rng.normal(size=n)
        parts: list[tuple[int, bool, np.ndarray]] = []
        for repeat in range(2):
            folds = np.array_split(rng.permutation(n), 5)
            for index, test in enumerate(folds):
                rest = np.setdiff1d(np.arange(n), test)
                model = 5 * repeat + index
                parts += [(model, True, rng.permutation(rest)[:n_cal]), (model, False, test)]
        patient = np.concatenate([ids for *_, ids in parts])
        own = person[patient] + 0.7 * rng.normal(size=len(patient))
        table = SetTable(
            np.stack([own, np.full(len(own), 99.0)], axis=1),
            np.zeros(len(own), dtype=int),
            np.concatenate([np.full(len(ids), model) for model, _, ids in parts]),
            np.concatenate([np.full(len(ids), cal) for _, cal, ids in parts]),
            patient,
            patient,
            np.zeros(2, dtype=int),
        )
        every = np.ones(int((~table.calibration).sum()), dtype=bool)
        found = coverages(table, alpha, {"all": every}, n_resamples=300, seed=number)["all"]
        expected = np.ceil(round((n_cal + 1) * (1 - alpha), 9)) / (n_cal + 1)
        held += found.coverage.low <= expected <= found.coverage.high
    print(alpha, held / n_worlds)
    assert held / n_worlds >= 0.92
