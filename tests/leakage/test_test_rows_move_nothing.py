"""Canary: change all test rows but one wildly; the score of that one must not move by a bit.

Whatever is fitted on, chosen by or normalised over the test rows would move it. Each fitted step
has a leaky twin below that does move it, which proves that the canary can sing.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from rdface.learners import LEARNERS, Preparation, fit_fold, fit_model
from rdface.learners.ensemble import choose_weights, combine
from rdface.learners.model import choose_model
from rdface.protocols import FoldRows

N_CONDITIONS = 8
Matrix = np.ndarray
Fit = Callable[[dict[str, Matrix], Matrix, FoldRows], Matrix]


@pytest.fixture
def world(rng: np.random.Generator) -> tuple[dict[str, Matrix], Matrix, FoldRows]:
    """Two weakly informative backbones, 96 rows, a fold of 48 / 24 / 24."""
    labels = np.tile(np.arange(N_CONDITIONS), 12)
    centres = rng.normal(size=(N_CONDITIONS, 20))
    features = {
        name: (3 + noise * rng.normal(size=(96, 20)) + centres[labels]).astype(np.float32)
        for name, noise in (("first", 2.0), ("second", 3.0))
    }
    rows = FoldRows(np.arange(48), np.arange(48, 72), np.arange(72, 96))
    return features, labels, rows


def moves(fit: Fit, world: tuple[dict[str, Matrix], Matrix, FoldRows]) -> bool:
    """Whether the first test row's scores depend on the other test rows or on any test label."""
    features, labels, rows = world
    before = fit(features, labels, rows)[0]
    rng = np.random.default_rng(1)
    others = rows.test[1:]
    changed = {name: x.copy() for name, x in features.items()}
    for x in changed.values():
        x[others] = 50 * rng.normal(size=(len(others), x.shape[1])) ** 3
    relabelled = labels.copy()
    relabelled[rows.test] = (labels[rows.test] + 3) % N_CONDITIONS
    by_features = fit(changed, labels, rows)[0]
    by_labels = fit(features, relabelled, rows)[0]
    return not (np.array_equal(before, by_features) and np.array_equal(before, by_labels))


@pytest.mark.parametrize("backbones", [["first"], ["first", "second"]], ids=["one", "ensemble"])
@pytest.mark.parametrize("refit", [True, False], ids=["refit", "train-only"])
@pytest.mark.parametrize("learner", LEARNERS.names())
def test_no_learner_and_no_ensemble_looks_at_the_test_rows(
    world,  # noqa: ANN001
    learner: str,
    backbones: list[str],
    refit: bool,
) -> None:
    """To the bit, for every learner that is registered."""

    def fit(features: dict[str, Matrix], labels: Matrix, rows: FoldRows) -> Matrix:
        chosen = {name: features[name] for name in backbones}
        return fit_fold(
            chosen, labels, rows, learner=learner, n_conditions=N_CONDITIONS, refit=refit
        ).scores

    assert not moves(fit, world)


@pytest.mark.parametrize("learner", LEARNERS.names())
def test_no_test_label_is_read(world, learner: str) -> None:  # noqa: ANN001
    """Labels that are no labels at all change nothing."""
    features, labels, rows = world
    hidden = labels.copy()
    hidden[rows.test] = -999
    seen, unseen = (
        fit_fold(features, y, rows, learner=learner, n_conditions=N_CONDITIONS)
        for y in (labels, hidden)
    )
    assert np.array_equal(seen.scores, unseen.scores)
    assert seen.chosen == unseen.chosen


@pytest.mark.parametrize("learner", LEARNERS.names())
def test_an_image_alone_gets_the_score_that_it_gets_in_company(world, learner: str) -> None:  # noqa: ANN001
    """One test row at a time; equal but for the rounding of BLAS on other shapes."""
    features, labels, rows = world

    def scores(test: Matrix) -> Matrix:
        part = rows._replace(test=test)
        return fit_fold(features, labels, part, learner=learner, n_conditions=N_CONDITIONS).scores

    together = scores(rows.test)
    alone = np.concatenate([scores(rows.test[i : i + 1]) for i in range(3)])
    np.testing.assert_allclose(alone, together[:3], rtol=1e-9, atol=1e-9)


# --- Positive controls: one leaky twin for every fitted step. ---------------------------------


def prepared_on(rows_of: Callable[[FoldRows], Matrix], preparation: Preparation) -> Fit:
    """A prototype model whose preparation is fitted on the rows that ``rows_of`` names."""

    def fit(features: dict[str, Matrix], labels: Matrix, rows: FoldRows) -> Matrix:
        x = features["first"].astype(np.float64)
        fitted = preparation.fit(x[rows_of(rows)])
        kind = LEARNERS.get("prototype")
        learner = kind().fit(fitted.apply(x[rows.train]), labels[rows.train], n_conditions=8)
        return learner.scores(fitted.apply(x[rows.test]))

    return fit


def all_rows(rows: FoldRows) -> Matrix:
    """The leak."""
    return np.concatenate(rows)


def train_rows(rows: FoldRows) -> Matrix:
    """The honest twin."""
    return rows.train


@pytest.mark.parametrize(
    "preparation",
    [Preparation(centre=True), Preparation(scale=True), Preparation(whiten=10)],
    ids=str,
)
def test_control_statistics_of_all_rows_are_caught(world, preparation: Preparation) -> None:  # noqa: ANN001
    """Mean, standard deviation and principal components; the honest twin passes."""
    assert moves(prepared_on(all_rows, preparation), world)
    assert not moves(prepared_on(train_rows, preparation), world)


@pytest.mark.parametrize("learner", LEARNERS.names())
def test_control_a_learner_fitted_on_all_rows_is_caught(world, learner: str) -> None:  # noqa: ANN001
    """Prototypes, gallery, probe weights, shrunk covariance."""

    def leaky(features: dict[str, Matrix], labels: Matrix, rows: FoldRows) -> Matrix:
        kind, x = LEARNERS.get(learner), features["first"].astype(np.float64)
        everything = all_rows(rows)
        model = fit_model(
            kind,
            x[everything],
            labels[everything],
            n_conditions=8,
            preparation=kind.preparations[0],
            parameters=kind.grid[0],
        )
        return model.scores(x[rows.test])

    assert moves(leaky, world)


def test_control_hyper_parameters_chosen_on_the_test_rows_are_caught(world) -> None:  # noqa: ANN001
    """The inner split replaced by the test fold."""

    def leaky(features: dict[str, Matrix], labels: Matrix, rows: FoldRows) -> Matrix:
        x = features["first"].astype(np.float64)
        model, _ = choose_model(
            LEARNERS.get("knn"),
            x[rows.train],
            labels[rows.train],
            x[rows.test],
            labels[rows.test],
            n_conditions=8,
        )
        return model.scores(x[rows.test])

    assert moves(leaky, world)


def test_control_ensemble_weights_chosen_on_the_test_rows_are_caught(world) -> None:  # noqa: ANN001
    """Everything else is honest."""

    def leaky(features: dict[str, Matrix], labels: Matrix, rows: FoldRows) -> Matrix:
        parts = [
            fit_fold({name: x}, labels, rows, learner="lda", n_conditions=8).scores
            for name, x in features.items()
        ]
        return combine(parts, choose_weights(parts, labels[rows.test]))

    assert moves(leaky, world)


def test_control_scores_normalised_over_the_test_rows_are_caught(world) -> None:  # noqa: ANN001
    """A transductive step: each condition's scores standardised over the test images."""

    def leaky(features: dict[str, Matrix], labels: Matrix, rows: FoldRows) -> Matrix:
        scores = fit_fold(features, labels, rows, learner="lda", n_conditions=8).scores
        return (scores - scores.mean(axis=0)) / scores.std(axis=0)

    assert moves(leaky, world)
