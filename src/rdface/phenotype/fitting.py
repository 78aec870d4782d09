"""Fit what the describer `measured` knows: from pictures to measures, from measures to terms.

Two steps, both linear and so both open to a reader. Ridge regression (A. Hoerl and R. Kennard,
Technometrics 12, 1970) goes from a picture's numbers to the measures of the head that was rendered,
in SD of unaffected children of the same age and sex. Logistic regression goes from there to each
term; it is fitted on measures of patients that the ridge has not seen, so that it learns how far
they can be trusted and its probabilities are calibrated. Nothing here opens a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

FOLDS = 5


@dataclass(frozen=True, eq=False)
class Line:
    """A linear map: ``[N, D]`` -> ``[N, K]``."""

    weights: Floats
    offset: Floats

    def __call__(self, x: Floats) -> Floats:
        """Apply it."""
        return np.asarray(x @ self.weights + self.offset)


def folds_of(patients: Sequence[str], seed: int, n_folds: int = FOLDS) -> Ints:
    """Fold of each row; all rows of a patient are in one."""
    people = sorted(set(patients))
    dealt = np.random.default_rng(seed).permutation(len(people)) % n_folds
    of_person = dict(zip(people, dealt.tolist(), strict=True))
    return np.array([of_person[patient] for patient in patients], dtype=np.intp)


def ridge(x: Floats, y: Floats, penalty: float) -> Line:
    """Least squares with ``penalty`` times the sum of squared weights; the offset is free."""
    from sklearn.linear_model import Ridge

    found = Ridge(alpha=penalty, solver="cholesky").fit(x, y)
    return Line(np.asarray(found.coef_).T, np.asarray(found.intercept_))


def logistic(x: Floats, y: Floats, penalty: float) -> Line:
    """One regression for each column of 0 and 1; the offset is free.

    A column without a 1 or without a 0 has no regression; its offset is the log-odds of half a
    patient among all.
    """
    from sklearn.linear_model import LogisticRegression

    found = np.zeros((x.shape[1] + 1, y.shape[1]))
    for column, happened in enumerate(y.T):
        if 0 < happened.sum() < len(x):
            one = LogisticRegression(C=1 / penalty, solver="newton-cholesky", tol=1e-8)
            one.fit(x, happened)
            found[:, column] = *one.coef_[0], one.intercept_[0]
        else:
            rate = np.clip(happened.mean(), 0.5 / len(x), 1 - 0.5 / len(x))
            found[-1, column] = np.log(rate / (1 - rate))
    return Line(found[:-1], found[-1])


def cross_fitted(x: Floats, y: Floats, folds: Ints, penalty: float) -> Floats:
    """The prediction of each row by the ridge of the rows of other folds."""
    out = np.empty(y.shape)
    for fold in np.unique(folds):
        own = folds == fold
        out[own] = ridge(x[~own], y[~own], penalty)(x[own])
    return out


@dataclass(frozen=True, eq=False)
class Fitted:
    """Both steps.

    Attributes:
        ruler: From a picture's numbers to measures.
        centre: Mean of the measures as the ruler gives them for new people, ``[M]``.
        spread: Their SD.
        terms: From standardised measures to log-odds of terms.
    """

    ruler: Line
    centre: Floats
    spread: Floats
    terms: Line

    def probabilities(self, x: Floats) -> Floats:
        """``[N, T]``."""
        return np.asarray(expit(self.terms((self.ruler(x) - self.centre) / self.spread)))


def fit(
    x: Floats,
    measures: Floats,
    terms: Floats,
    folds: Ints,
    *,
    ruler_penalty: float,
    term_penalty: float,
) -> Fitted:
    """Fit both steps to the same people.

    Args:
        x: ``[N, D]``, numbers of the pictures.
        measures: ``[N, M]``, of the heads that were rendered.
        terms: ``[N, T]``, 0 or 1.
        folds: ``[N]``, by which the measures for the second step are cross-fitted.
        ruler_penalty: Of the ridge.
        term_penalty: Of the logistic regressions.
    """
    guessed = cross_fitted(x, measures, folds, ruler_penalty)
    centre, spread = guessed.mean(axis=0), np.maximum(guessed.std(axis=0), 1e-6)
    return Fitted(
        ridge(x, measures, ruler_penalty),
        centre,
        spread,
        logistic((guessed - centre) / spread, terms, term_penalty),
    )


@dataclass(frozen=True, eq=False)
class Validated:
    """What people say of whom nothing was fitted: measures ``[N, M]``, probabilities ``[N, T]``."""

    measures: Floats
    probabilities: Floats


def validate(
    x: Floats,
    measures: Floats,
    terms: Floats,
    folds: Ints,
    *,
    ruler_penalty: float,
    term_penalty: float,
) -> Validated:
    """Cross-validate the whole of :func:`fit`: each fold is left out of both steps."""
    guessed, probabilities = np.empty(measures.shape), np.empty(terms.shape)
    for fold in np.unique(folds):
        own, rest = folds == fold, folds != fold
        inner = x[rest], measures[rest], terms[rest], folds[rest]
        fitted = fit(*inner, ruler_penalty=ruler_penalty, term_penalty=term_penalty)
        guessed[own], probabilities[own] = fitted.ruler(x[own]), fitted.probabilities(x[own])
    return Validated(guessed, probabilities)


def best_threshold(
    probabilities: Floats, terms: Floats, missed: float = 0.0
) -> tuple[float, float]:
    """Probability from which on "present" gives the best micro F1, and that F1.

    With calibrated probabilities one limit for all terms is best (half of the best F1: Z. Lipton,
    C. Elkan and B. Naryanaswamy, ECML 2014); a limit for each term would fit its chance.

    Args:
        probabilities: ``[N, T]``.
        terms: ``[N, T]``, 0 or 1.
        missed: Terms that are recorded and cannot be said at all.
    """
    order = np.argsort(-probabilities, axis=None, kind="stable")
    right = np.cumsum(terms.ravel()[order])
    score = 2 * right / (np.arange(1, len(order) + 1) + right[-1] + missed)
    best = int(score.argmax())
    return float(probabilities.ravel()[order[best]]), float(score[best])


def areas(scores: Floats, happened: Floats) -> Floats:
    """Area under the ROC curve of each column; NaN where all or none happened."""
    from sklearn.metrics import roc_auc_score

    return np.array(
        [
            roc_auc_score(truth, own) if 0 < truth.sum() < len(truth) else np.nan
            for own, truth in zip(scores.T, happened.T, strict=True)
        ]
    )
