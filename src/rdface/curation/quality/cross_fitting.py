"""Guess each row from other patients' rows, and flag the stated share that is furthest off.

A row is never judged by what was fitted on its own patient. The share is that of V. Vovk:
Cross-conformal predictors, Annals of Mathematics and Artificial Intelligence 74, 2015: among n
exchangeable rows the chance to be one of the k furthest is k / n, whatever the model.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

FOLDS: Final = 5
Rows = NDArray[np.intp]
Predict = Callable[[Rows, Rows], NDArray[np.float64]]


def crossed(patients: NDArray[Any], predict: Predict) -> NDArray[np.float64]:
    """Predictions ``[N]``, each by a model that saw no row of the same patient.

    Args:
        patients: ``[N]``.
        predict: Takes the rows to fit on and those to predict.
    """
    names, owner = np.unique(patients.astype(str), return_inverse=True)
    fold = np.random.default_rng(0).permutation(len(names)) % FOLDS
    out = np.full(len(patients), np.nan)
    for part in range(FOLDS):
        held = np.flatnonzero(fold[owner] == part)
        if len(held):
            out[held] = predict(np.flatnonzero(fold[owner] != part), held)
    return out


def flagged(off: NDArray[np.float64], rate: float) -> tuple[float, Rows]:
    """The threshold and the rows above it: ``floor(rate * n)`` of them, the furthest first."""
    count = int(np.floor(rate * len(off)))
    order = np.argsort(-off, kind="stable")
    limit = float(off[order[count]]) if count < len(off) else float("-inf")
    return limit, order[:count]
