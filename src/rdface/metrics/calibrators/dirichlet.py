"""Dirichlet calibration: a regularised linear map of the logarithms of the probabilities.

Kull, Perelló Nieto, Kängsepp, Silva Filho, Song and Flach, "Beyond temperature scaling",
NeurIPS 2019, with its off-diagonal and intercept regularisation (ODIR).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from rdface.metrics.calibrators.calibrator import (
    CALIBRATORS,
    Calibrator,
    Numbers,
    trained_truth,
)
from rdface.metrics.calibrators.temperature import best_sharpness
from rdface.metrics.probabilities import log_softmax, negative_log
from rdface.metrics.ranking import Floats

STRENGTHS = (float("inf"), 1e6, 1e5, 1e4, 1e3, 1e2, 1e1)
"""Strengths that are tried, strong to weak; at infinity temperature scaling is left."""

CROSS_FOLDS = 4
_STEPS = 200


@dataclass(frozen=True, eq=False)
class _Map:
    """Logits a z + W z + b of z = ln p, and of conditions that were not met, a z alone.

    Attributes:
        scale: a.
        met: ``int [K]``, columns with calibration rows.
        matrix: ``[K, C']``, W.
        intercept: ``[K]``, b.
    """

    scale: float
    met: Numbers
    matrix: Floats
    intercept: Floats

    def log_probabilities(self, z: Floats) -> Floats:
        logits = self.scale * z
        logits[:, self.met] += z @ self.matrix.T + self.intercept
        return log_softmax(logits)


class _Dirichlet(Calibrator):
    """What the full and the diagonal map share.

    Scores are divided by the temperature first; z is the logarithm of their softmax over the
    trained conditions. The map is fitted by the log loss, plus strength times (mean square of the
    entries of W + mean square of b). Kull et al. leave the diagonal free. Here most conditions
    have no calibration row or one, and a free diagonal of a condition without rows can only do
    one thing: drive its probability to zero. Hence all conditions share one free factor a, the
    diagonal of W is what a condition departs from it and is punished as the rest of W, and a
    condition without calibration rows has no W and no b. At infinite strength this is temperature
    scaling.

    The strength is chosen by four-fold cross-validation over the patients of the calibration
    rows: from strong to weak, as long as the log loss of the patients left out falls.

    Args:
        strengths: Candidates, descending. One alone is taken without cross-validation.
    """

    diagonal: ClassVar[bool]

    def __init__(self, strengths: tuple[float, ...] = STRENGTHS) -> None:
        if list(strengths) != sorted(strengths, reverse=True) or not strengths[-1] > 0:
            raise ValueError("strengths must be positive and descending")
        self._strengths = strengths
        self.sharpness = 1.0
        self.strength = float("inf")
        self._trained: Numbers = np.empty(0, dtype=np.intp)
        self._map: _Map | None = None

    def fit(self, scores: Floats, truth: Numbers, patient: Numbers) -> Self:
        """Choose the strength, then fit with it."""
        usable = trained_truth(scores, truth)
        scores, truth, patient = scores[usable], truth[usable], patient[usable]
        if not len(truth):
            return self
        self.sharpness = best_sharpness(scores, truth)
        self._trained = np.flatnonzero(np.isfinite(scores).all(axis=0))
        column = np.searchsorted(self._trained, truth)
        x = scores[:, self._trained]
        tried = self._choose(x, column, patient)
        self.strength = tried[-1]
        if np.isfinite(self.strength):
            self._map = _fit(log_softmax(x, self.sharpness), column, tried, self.diagonal)
        return self

    def log_probabilities(self, scores: Floats) -> Floats:
        """Logarithms of the mapped probabilities."""
        if self._map is None:
            return log_softmax(scores, self.sharpness)
        spread = np.full(scores.shape, -np.inf)
        z = log_softmax(scores[:, self._trained], self.sharpness)
        spread[:, self._trained] = self._map.log_probabilities(z)
        return spread

    @property
    def settings(self) -> dict[str, float]:
        """Temperature and strength."""
        return {"temperature": 1.0 / self.sharpness, "strength": self.strength}

    def _choose(self, x: Floats, column: Numbers, patient: Numbers) -> tuple[float, ...]:
        """The strengths down to the chosen one."""
        _, place = np.unique(patient, return_inverse=True)
        place = place.reshape(-1)
        n_patients = int(place.max()) + 1
        if n_patients < CROSS_FOLDS or len(self._strengths) == 1:
            return self._strengths[:1]
        lots = np.random.Generator(np.random.PCG64(0)).permutation(n_patients) % CROSS_FOLDS
        parts = [lots[place] == fold for fold in range(CROSS_FOLDS)]
        logs = [log_softmax(x, best_sharpness(x[~out], column[~out])) for out in parts]
        maps: list[_Map | None] = [None] * CROSS_FOLDS
        least = np.inf
        for number, strength in enumerate(self._strengths):
            total = 0.0
            for fold, (out, z) in enumerate(zip(parts, logs, strict=True)):
                mapped = z[out]
                if np.isfinite(strength):
                    one = _fit(z[~out], column[~out], (strength,), self.diagonal, maps[fold])
                    maps[fold], mapped = one, one.log_probabilities(mapped)
                total += float(negative_log(mapped, column[out]).sum())
            if total >= least:
                return self._strengths[:number]
            least = total
        return self._strengths


def _fit(
    z: Floats,
    column: Numbers,
    strengths: tuple[float, ...],
    diagonal: bool,
    start: _Map | None = None,
) -> _Map:
    """Fit every finite strength, each beginning where the stronger one ended; the last map."""
    from scipy.optimize import minimize

    met = np.unique(column)
    shape = (len(met), z.shape[1])
    entry = (np.arange(len(met)), met) if diagonal else np.indices(shape).reshape(2, -1)
    row, other = entry
    n_entries, rows = len(row), np.arange(len(column))

    def unpack(x: Floats) -> _Map:
        matrix = np.zeros(shape)
        matrix[row, other] = x[1 : 1 + n_entries]
        return _Map(float(x[0]), met, matrix, x[1 + n_entries :])

    def loss(x: Floats, strength: float) -> tuple[float, Floats]:
        logs = unpack(x).log_probabilities(z)
        entries, intercept = x[1 : 1 + n_entries], x[1 + n_entries :]
        wrong = np.exp(logs)
        wrong[rows, column] -= 1.0
        wrong /= len(column)
        slope = wrong[:, met].T @ z
        gradient = np.concatenate(
            [
                [np.sum(wrong * z)],
                slope[row, other] + 2 * strength * entries / n_entries,
                wrong[:, met].sum(axis=0) + 2 * strength * intercept / len(met),
            ]
        )
        penalty = strength * (np.mean(entries**2) + np.mean(intercept**2))
        return float(penalty - logs[rows, column].mean()), gradient

    x = np.zeros(1 + n_entries + len(met))
    x[0] = 1.0
    if start is not None:
        x = np.concatenate([[start.scale], start.matrix[row, other], start.intercept])
    for strength in strengths:
        if np.isfinite(strength):
            options = {"maxiter": _STEPS}
            x = minimize(loss, x, (strength,), "L-BFGS-B", jac=True, options=options).x
    return unpack(x)


@CALIBRATORS.register("dirichlet")
class DirichletCalibration(_Dirichlet):
    """The whole matrix: each probability may depend on all others."""

    diagonal = False


@CALIBRATORS.register("dirichlet-diagonal")
class DiagonalDirichletCalibration(_Dirichlet):
    """The diagonal alone: a factor and an offset for each condition, as in vector scaling."""

    diagonal = True
