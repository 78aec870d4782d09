"""The whole of one fold."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.engines.threads import one_blas_thread
from rdface.errors import LeakageError, UsageError
from rdface.learners import LEARNERS, fit_fold, fit_model
from rdface.protocols import FoldRows

ROWS = FoldRows(np.arange(0, 40), np.arange(40, 60), np.arange(60, 80))
Matrix = np.ndarray


@pytest.fixture
def world(rng: np.random.Generator) -> tuple[dict[str, Matrix], Matrix]:
    """Two float32 backbones of different width, ten conditions."""
    labels = np.tile(np.arange(10), 8)
    features = {
        name: (rng.normal(size=(10, d))[labels] + rng.normal(size=(80, d))).astype(np.float32)
        for name, d in (("wide", 120), ("narrow", 16))
    }
    return features, labels


@pytest.mark.parametrize("learner", LEARNERS.names())
def test_same_input_same_bits(world, learner: str) -> None:  # noqa: ANN001
    """Twice the same, and the choices are named."""
    features, labels = world
    one, two = (fit_fold(features, labels, ROWS, learner=learner, n_conditions=10) for _ in "ab")
    assert np.array_equal(one.scores, two.scores)
    assert one.scores.shape == (20, 10)
    assert set(one.chosen) == {"wide", "narrow", "weights"}
    assert {"preparation", "validation_mrr"} <= set(one.chosen["wide"])
    assert sum(one.chosen["weights"].values()) == pytest.approx(1)


def test_an_ensemble_brings_its_parts(world) -> None:  # noqa: ANN001
    """Each backbone's scores are to the bit those of the backbone alone."""
    features, labels = world
    together = fit_fold(features, labels, ROWS, learner="logistic", n_conditions=10)
    for name, x in features.items():
        alone = fit_fold({name: x}, labels, ROWS, learner="logistic", n_conditions=10)
        assert np.array_equal(together.parts[name], alone.scores)
        assert together.chosen[name] == alone.chosen[name]


def test_test_rows_may_come_in_any_order(world) -> None:  # noqa: ANN001
    """Scores follow the order of the fold."""
    features, labels = world
    turned = ROWS._replace(test=ROWS.test[::-1])
    one = fit_fold(features, labels, ROWS, learner="lda", n_conditions=10).scores
    two = fit_fold(features, labels, turned, learner="lda", n_conditions=10).scores
    np.testing.assert_allclose(one, two[::-1])


def test_refit_uses_the_validation_rows(world) -> None:  # noqa: ANN001
    """A condition that only validation shows is known after the refit, and not without it."""
    features, labels = world
    train = ROWS.train[labels[ROWS.train] != 3]
    rows = ROWS._replace(train=train)
    known = fit_fold(features, labels, rows, learner="prototype", n_conditions=10)
    unknown = fit_fold(features, labels, rows, learner="prototype", n_conditions=10, refit=False)
    assert np.isfinite(known.scores[:, 3]).all()
    assert np.isneginf(unknown.scores[:, 3]).all()


@pytest.mark.parametrize("refit", [True, False])
@pytest.mark.parametrize("learner", LEARNERS.names())
def test_the_final_model_is_fitted_anew_with_what_was_chosen(world, learner, refit) -> None:  # noqa: ANN001
    """Not a point of the looser path over the grid: to the bit what ``fit_model`` gives."""
    features, labels = world
    found = fit_fold(
        {"wide": features["wide"]}, labels, ROWS, learner=learner, n_conditions=10, refit=refit
    )
    chosen = dict(found.chosen["wide"])
    rows = np.concatenate([ROWS.train, ROWS.validation]) if refit else ROWS.train
    x = features["wide"].astype(np.float64)
    kind = LEARNERS.get(learner)
    named = {str(preparation): preparation for preparation in kind.preparations}
    preparation = named[chosen.pop("preparation")]
    del chosen["validation_mrr"]
    with one_blas_thread():
        model = fit_model(
            kind,
            x[rows],
            labels[rows],
            n_conditions=10,
            preparation=preparation,
            parameters=chosen,
        )
        assert np.array_equal(found.scores, model.scores(x[ROWS.test]))


@pytest.mark.parametrize("n_validation", [0, 4])
@pytest.mark.parametrize("learner", LEARNERS.names())
def test_two_conditions_are_told_apart(
    rng: np.random.Generator, learner: str, n_validation: int
) -> None:
    """Two far clusters, of three that the cohort has; each backbone and their ensemble."""
    labels = np.tile([0, 2], 20)
    features = {
        name: 9.0 * np.eye(3, 12)[labels] + rng.normal(size=(40, 12)) for name in ("one", "two")
    }
    rows = FoldRows(np.arange(10), np.arange(10, 10 + n_validation), np.arange(20, 40))
    found = fit_fold(features, labels, rows, learner=learner, n_conditions=3)
    for scores in (found.scores, *found.parts.values()):
        assert (scores.argmax(axis=1) == labels[rows.test]).all()
        assert np.isneginf(scores[:, 1]).all()
        assert len(np.unique(scores[:, 0])) > 1


@pytest.mark.parametrize("n_validation", [0, 4])
@pytest.mark.parametrize("learner", LEARNERS.names())
def test_one_condition_is_no_obstacle(rng: np.random.Generator, learner: str, n_validation) -> None:  # noqa: ANN001
    """It has a finite score, whether the cohort has others or not."""
    labels = np.ones(20, dtype=np.intp)
    features = {name: rng.normal(size=(20, 12)) for name in ("one", "two")}
    rows = FoldRows(np.arange(10), np.arange(10, 10 + n_validation), np.arange(15, 20))
    found = fit_fold(features, labels, rows, learner=learner, n_conditions=3)
    for scores in (found.scores, *found.parts.values()):
        assert np.isfinite(scores[:, 1]).all()
        assert np.isneginf(scores[:, [0, 2]]).all()


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("learner", LEARNERS.names())
def test_one_image_of_each_condition_is_enough(rng, learner: str, size: float) -> None:  # noqa: ANN001
    """Nothing varies within conditions; scores are finite, also as float32, and not useless."""
    labels = np.tile(np.arange(6), 3)
    features = {"made": size * (5.0 * np.eye(6, 12)[labels] + 0.3 * rng.normal(size=(18, 12)))}
    rows = FoldRows(np.arange(6), np.arange(0), np.arange(6, 18))
    scores = fit_fold(features, labels, rows, learner=learner, n_conditions=6).scores
    assert np.isfinite(scores.astype(np.float32)).all()
    assert (scores.argmax(axis=1) == labels[rows.test]).all()


def test_an_empty_inner_split_is_no_obstacle(world) -> None:  # noqa: ANN001
    """Tiny cohorts have none; the first candidate is taken and said to be unchosen."""
    features, labels = world
    rows = ROWS._replace(validation=ROWS.validation[:0])
    found = fit_fold(features, labels, rows, learner="knn", n_conditions=10)
    assert found.chosen["wide"] == {"preparation": "unit", "k": 1, "validation_mrr": None}


def test_what_cannot_be_fitted_is_refused(world) -> None:  # noqa: ANN001
    """Overlaps, NaN, wrong shapes, unknown learners."""
    features, labels = world
    with pytest.raises(LeakageError, match="Row 40"):
        overlap = ROWS._replace(test=np.append(ROWS.test, 40))
        fit_fold(features, labels, overlap, learner="knn", n_conditions=10)
    with pytest.raises(UsageError, match="Did you mean logistic"):
        try:
            fit_fold(features, labels, ROWS, learner="logistics", n_conditions=10)
        except UsageError as error:
            raise UsageError(str(error.hint)) from error
    bad = {"wide": features["wide"].copy()}
    bad["wide"][7, 0] = np.nan
    with pytest.raises(UsageError, match="'wide' are not finite in row 7"):
        fit_fold(bad, labels, ROWS, learner="knn", n_conditions=10)
    with pytest.raises(UsageError, match="expected"):
        fit_fold({"wide": features["wide"][:9]}, labels, ROWS, learner="knn", n_conditions=10)
    with pytest.raises(UsageError, match="without features"):
        fit_fold({}, labels, ROWS, learner="knn", n_conditions=10)
