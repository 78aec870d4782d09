"""Pareto fronts: images that no other image beats in every score.

Non-dominated sorting after K. Deb, A. Pratap, S. Agarwal, T. Meyarivan: A fast and elitist
multiobjective genetic algorithm: NSGA-II, IEEE Trans Evol Comput 6(2), 2002.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_ROWS = 512


def fronts(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """The front of each row: 1 where nothing dominates it, 2 where only front 1 does, and so on.

    One row dominates another if it is nowhere worse and somewhere better; equal rows share a front.

    Args:
        values: ``[N, K]``, higher is better, no NaN.

    Returns:
        ``int64 [N]``, from 1.

    Example:
        >>> fronts(np.array([[2.0, 1.0], [1.0, 2.0], [1.0, 1.0], [0.0, 0.0]])).tolist()
        [1, 1, 2, 3]
    """
    found = np.zeros(len(values), dtype=np.int64)
    left = np.arange(len(values))
    front = 0
    while len(left):
        front += 1
        beaten = _dominated(values[left])
        found[left[~beaten]] = front
        left = left[beaten]
    return found


def _dominated(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which rows another row dominates."""
    beaten = np.zeros(len(values), dtype=bool)
    for start in range(0, len(values), _ROWS):
        mine = values[start : start + _ROWS]
        nowhere_worse = np.ones((len(mine), len(values)), dtype=bool)
        somewhere_better = np.zeros_like(nowhere_worse)
        for k in range(values.shape[1]):
            nowhere_worse &= values[None, :, k] >= mine[:, None, k]
            somewhere_better |= values[None, :, k] > mine[:, None, k]
        beaten[start : start + _ROWS] = (nowhere_worse & somewhere_better).any(axis=1)
    return beaten
