"""Pairs of rows whose product is high, for 10,000 rows and more: whole blocks at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
ROWS = 1024


class Pairs(NamedTuple):
    """Pairs of rows, ``first < second``.

    Attributes:
        first: ``intp [P]``.
        second: ``intp [P]``.
        score: ``float32 [P]``.
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    score: Floats


def pairs_above(a: Floats, b: Floats, least: float) -> Pairs:
    """All pairs ``i < j`` with ``a[i] @ b[j] >= least``.

    Args:
        a: ``[N, D]``.
        b: ``[N, D]``: the same rows, or those of the mirror images.
        least: Threshold; no pair is found where a row is NaN.
    """
    firsts, seconds, scores = [], [], []
    for start in range(0, len(a), ROWS):
        block = a[start : start + ROWS] @ b[start:].T
        row, column = np.nonzero(block >= least)
        later = column > row
        firsts.append(row[later] + start)
        seconds.append(column[later] + start)
        scores.append(block[row[later], column[later]])
    if not firsts:
        nothing = np.empty(0, np.intp)
        return Pairs(nothing, nothing, np.empty(0, np.float32))
    return Pairs(np.concatenate(firsts), np.concatenate(seconds), np.concatenate(scores))


def unit_rows(rows: Floats) -> Floats:
    """Rows of length 1; a row of zeros stays one."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(length > 1e-9, length, 1), np.float32)
