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

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

FOLDS = 5
ROUNDS = 12
"""Newton steps of a logistic regression; it stops earlier once it stands still."""


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
    x_mean, y_mean = x.mean(axis=0), y.mean(axis=0)
    rows = x - x_mean
    gram = rows @ rows.T + penalty * np.eye(len(rows))  # the weights lie in the span of the rows
    weights = rows.T @ np.linalg.solve(gram, y - y_mean)
    return Line(weights, y_mean - x_mean @ weights)


def _by_gram(gram: Floats, y: Floats, train: Ints, new: Ints, penalty: float) -> Floats:
    """What :func:`ridge` of the rows ``train`` says of ``new``, from ``x @ x.T`` of all rows."""
    own = gram[np.ix_(train, train)]
    mean = own.mean(axis=0)
    whole = own - mean[:, None] - mean[None] + own.mean()
    solved = np.linalg.solve(whole + penalty * np.eye(len(train)), y[train] - y[train].mean(axis=0))
    across = gram[np.ix_(new, train)]
    across = across - across.mean(axis=1, keepdims=True) - mean[None] + own.mean()
    return np.asarray(across @ solved + y[train].mean(axis=0))


def logistic(x: Floats, y: Floats, penalty: float) -> Line:
    """One regression for each column of 0 and 1, by Newton's method.

    A column without a 1 or without a 0 has no regression; its offset is the log-odds of half a
    patient among all.
    """
    n, d = x.shape
    design = np.concatenate([x, np.ones((n, 1))], axis=1)
    price = np.append(np.full(d, penalty), 1e-9)
    found = np.zeros((d + 1, y.shape[1]))
    for column, happened in enumerate(y.T):
        rate = min(max(float(happened.mean()), 0.5 / n), 1 - 0.5 / n)
        weights = np.zeros(d + 1)
        weights[-1] = np.log(rate / (1 - rate))
        if 0 < happened.sum() < n:
            for _ in range(ROUNDS):
                p = expit(design @ weights)
                slope = design.T @ (p - happened) + price * weights
                curve = (design * (p * (1 - p))[:, None]).T @ design + np.diag(price)
                step = np.linalg.solve(curve, slope)
                weights = weights - np.clip(step, -2, 2)
                if np.abs(step).max() < 1e-6:
                    break
        found[:, column] = weights
    return Line(found[:-1], found[-1])


def expit(x: Floats) -> Floats:
    """Probability of log-odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -40, 40))))


def cross_fitted(gram: Floats, y: Floats, folds: Ints, rows: Ints, penalty: float) -> Floats:
    """The prediction of each of ``rows`` by the ridge of those of them in other folds."""
    out = np.empty((len(rows), y.shape[1]))
    for fold in np.unique(folds[rows]):
        own = folds[rows] == fold
        out[own] = _by_gram(gram, y, rows[~own], rows[own], penalty)
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
        return expit(self.terms((self.ruler(x) - self.centre) / self.spread))


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
    guessed = cross_fitted(x @ x.T, measures, folds, np.arange(len(x)), ruler_penalty)
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
    gram = x @ x.T  # of pictures alone: no label of a fold is in it
    for fold in np.unique(folds):
        own, rest = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        inner = cross_fitted(gram, measures, folds, rest, ruler_penalty)
        centre, spread = inner.mean(axis=0), np.maximum(inner.std(axis=0), 1e-6)
        said = logistic((inner - centre) / spread, terms[rest], term_penalty)
        guessed[own] = _by_gram(gram, measures, rest, own, ruler_penalty)
        probabilities[own] = expit(said((guessed[own] - centre) / spread))
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
    from scipy.stats import rankdata

    ranks = rankdata(scores, axis=0)
    positive = happened.sum(axis=0)
    negative = len(happened) - positive
    wins = (ranks * happened).sum(axis=0) - positive * (positive + 1) / 2
    total = positive * negative
    return np.asarray(np.divide(wins, total, out=np.full(len(total), np.nan), where=total > 0))
