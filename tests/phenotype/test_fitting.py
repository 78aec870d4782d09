"""The two linear steps: they find what is there, nothing where nothing is, and never cheat."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from rdface.phenotype.fitting import (
    areas,
    best_threshold,
    cross_fitted,
    fit,
    folds_of,
    logistic,
    ridge,
    validate,
)

PENALTIES = {"ruler_penalty": 1.0, "term_penalty": 1.0}


def world(
    n: int = 400, d: int = 30, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Pictures that show two measures in noise, terms where a measure is high; two a patient."""
    rng = np.random.default_rng(seed)
    measures = np.repeat(rng.normal(size=(n // 2, 2)), 2, axis=0)
    x = measures @ rng.normal(size=(2, d)) + rng.normal(size=(n, d))
    chance = 1 / (1 + np.exp(-(3 * measures - 1.5)))
    terms = np.repeat(rng.random((n // 2, 2)) < chance[::2], 2, axis=0).astype(float)
    return x, measures, terms, [f"P{k // 2:04d}" for k in range(n)]


def test_ridge_is_scikit_learns() -> None:
    from sklearn.linear_model import Ridge

    x, y, _, _ = world(60)
    theirs = Ridge(alpha=2.5).fit(x, y)
    ours = ridge(x, y, 2.5)
    np.testing.assert_allclose(ours.weights.T, theirs.coef_, atol=1e-8)
    np.testing.assert_allclose(ours(x), theirs.predict(x), atol=1e-8)


def test_logistic_is_scikit_learns() -> None:
    from sklearn.linear_model import LogisticRegression

    _, x, y, _ = world(200)
    theirs = LogisticRegression(C=1 / 3.0, tol=1e-10, max_iter=1000).fit(x, y[:, 0])
    ours = logistic(x, y, 3.0)
    np.testing.assert_allclose(expit(ours(x))[:, 0], theirs.predict_proba(x)[:, 1], atol=1e-5)


def test_a_term_that_nobody_has_is_unlikely_for_everybody() -> None:
    _, x, y, _ = world(100)
    assert (expit(logistic(x, np.zeros_like(y), 1.0)(x)) < 0.02).all()


def test_pictures_of_a_patient_share_a_fold() -> None:
    _, _, _, patients = world()
    folds = folds_of(patients, 0)
    assert (folds[::2] == folds[1::2]).all()
    assert (np.bincount(folds) > 0).all()
    assert (folds == folds_of(patients, 0)).all()


def test_cross_fitted_is_the_ridge_of_the_other_folds() -> None:
    x, y, _, patients = world(100)
    folds = folds_of(patients, 0)
    found = cross_fitted(x, y, folds, 2.0)
    own = folds == 3
    changed = y.copy()
    changed[own] += 100
    np.testing.assert_array_equal(cross_fitted(x, changed, folds, 2.0)[own], found[own])
    np.testing.assert_array_equal(found[own], ridge(x[~own], y[~own], 2.0)(x[own]))


def test_a_rare_term_that_nearly_parts_the_people_still_converges() -> None:
    """Newton steps without a line search ran away on such a column, and one term was lost."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((600, 40))
    y = (x[:, 0] > 2.3).astype(float)[:, None]
    line = logistic(x, y, 0.05)
    p = expit(line(x))
    slope = x.T @ (p - y) + 0.05 * line.weights
    assert 0 < y.sum() < 20 and np.abs(slope).max() < 1e-3


def test_planted_measures_give_the_term() -> None:
    x, measures, terms, patients = world()
    found = validate(x, measures, terms, folds_of(patients, 0), **PENALTIES)
    assert (areas(found.probabilities, terms) > 0.8).all()
    assert np.corrcoef(found.measures[:, 0], measures[:, 0])[0, 1] > 0.9


def test_permuted_labels_have_no_skill() -> None:
    """The measures of a patient are dealt to another: nothing is left to learn."""
    x, measures, terms, patients = world(600)
    dealt = np.random.default_rng(5).permutation(300)
    rows = np.stack([2 * dealt, 2 * dealt + 1], axis=1).ravel()
    found = validate(x, measures[rows], terms[rows], folds_of(patients, 0), **PENALTIES)
    assert (np.abs(areas(found.probabilities, terms[rows]) - 0.5) < 0.12).all()


def test_a_fold_says_nothing_of_its_own_labels() -> None:
    """The canary: terms and measures of a fold are turned over; what is said of it stays."""
    x, measures, terms, patients = world(200)
    folds = folds_of(patients, 0)
    own = folds == 2
    before = validate(x, measures, terms, folds, **PENALTIES)
    turned, other = terms.copy(), measures.copy()
    turned[own], other[own] = 1 - turned[own], -9 * other[own]
    after = validate(x, other, turned, folds, **PENALTIES)
    np.testing.assert_array_equal(before.probabilities[own], after.probabilities[own])
    np.testing.assert_array_equal(before.measures[own], after.measures[own])
    assert (before.probabilities[~own] != after.probabilities[~own]).any()


def test_fit_is_deterministic_and_calibrated_on_new_people() -> None:
    x, measures, terms, patients = world(800)
    one, two = slice(0, 400), slice(400, 800)
    folds = folds_of(patients[one], 0)
    first = fit(x[one], measures[one], terms[one], folds, **PENALTIES)
    again = fit(x[one], measures[one], terms[one], folds, **PENALTIES)
    np.testing.assert_array_equal(first.probabilities(x), again.probabilities(x))
    p = first.probabilities(x[two])
    high = p > 0.6
    assert p[high].mean() == pytest.approx(terms[two][high].mean(), abs=0.1)


def test_best_threshold_is_the_best_by_search() -> None:
    rng = np.random.default_rng(0)
    p = rng.random((40, 3))
    terms = (rng.random((40, 3)) < p).astype(float)
    limit, score = best_threshold(p, terms, missed=5)

    def f1(at: float) -> float:
        said = p >= at
        return float(2 * (said * terms).sum() / (said.sum() + terms.sum() + 5))

    assert score == pytest.approx(f1(limit))
    assert score == pytest.approx(max(f1(at) for at in p.ravel()))


def test_areas_are_scikit_learns() -> None:
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(0)
    scores, terms = rng.integers(0, 4, (50, 2)).astype(float), rng.random((50, 2)) < 0.4
    terms[:, 1] = False
    found = areas(scores, terms * 1.0)
    assert found[0] == pytest.approx(roc_auc_score(terms[:, 0], scores[:, 0]))
    assert np.isnan(found[1])
