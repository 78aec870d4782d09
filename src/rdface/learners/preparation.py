"""What is done to embeddings before a learner sees them; every statistic is a fitted one."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_TINY = 1e-12


@dataclass(frozen=True)
class Preparation:
    """Steps in the order in which they are applied; centring comes with scaling and whitening.

    Attributes:
        centre: Take off the mean of the training rows.
        scale: Divide each feature by its standard deviation over the training rows; features
            that do not vary there become 0.
        whiten: Project on so many principal components of the training rows (as many as there
            are, if fewer), each divided by its standard deviation.
        unit: Divide each row by its Euclidean length. Needs no statistic.
    """

    centre: bool = False
    scale: bool = False
    whiten: int = 0
    unit: bool = False

    def fit(self, x: Floats) -> FittedPreparation:
        """Fit the statistics on the training rows ``x [N, D]``, and on nothing else."""
        n_rows, n_features = x.shape
        moved = self.centre or self.scale or self.whiten > 0
        mean = x.mean(axis=0) if moved else np.zeros(n_features)
        factor = np.ones(n_features)
        if self.scale:
            deviation = x.std(axis=0)
            floor = _TINY * max(1.0, float(np.abs(x).max(initial=0.0)))
            factor = np.where(deviation > floor, 1.0 / np.maximum(deviation, floor), 0.0)
        basis = None
        if self.whiten:
            _, lengths, directions = np.linalg.svd((x - mean) * factor, full_matrices=False)
            kept = lengths[: self.whiten] > 1e-6 * max(float(lengths[0]), _TINY)
            deviations = lengths[: self.whiten][kept] / np.sqrt(max(n_rows - 1, 1))
            basis = (directions[: self.whiten][kept] / deviations[:, None]).T
        return FittedPreparation(self, mean, factor, basis)

    def __str__(self) -> str:
        """Short name for results: ``centre+unit``, ``whiten64+unit``, ``raw``."""
        steps = []
        for field in fields(self):
            value = getattr(self, field.name)
            if value:
                steps.append(field.name if value is True else f"{field.name}{value}")
        return "+".join(steps) or "raw"


@dataclass(frozen=True)
class FittedPreparation:
    """A :class:`Preparation` with its statistics.

    Attributes:
        preparation: The steps.
        mean: ``float64 [D]``.
        factor: ``float64 [D]``.
        basis: ``float64 [D, K]``, or None without whitening.
    """

    preparation: Preparation
    mean: Floats
    factor: Floats
    basis: Floats | None

    def apply(self, x: Floats) -> Floats:
        """Prepare rows ``[M, D]``, each by itself; gives ``[M, D]`` or ``[M, K]``."""
        prepared = (x - self.mean) * self.factor
        if self.basis is not None:
            prepared = prepared @ self.basis
        return unit_rows(prepared) if self.preparation.unit else prepared


def unit_rows(x: Floats) -> Floats:
    """Rows divided by their Euclidean length; a row of zeros stays one."""
    lengths = np.linalg.norm(x, axis=1, keepdims=True)
    return np.asarray(x / np.maximum(lengths, _TINY))
