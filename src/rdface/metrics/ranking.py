"""From scores to ranks, and from ranks to what is averaged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def true_ranks(scores: NDArray[np.floating[Any]], truth: NDArray[np.integer[Any]]) -> Ints:
    """Rank of the true condition: how many conditions score at least as high, itself included.

    A tie counts against the model, so a constant score is ranked last and not first. A true
    condition that scores ``-inf`` (it was not trained) gets the last rank, C.

    Args:
        scores: ``[M, C]``, higher is likelier.
        truth: ``[M]``, 0 to C - 1.

    Returns:
        ``int64 [M]``, 1 to C.

    Raises:
        ValueError: A score is NaN or ``+inf``, or the shapes do not fit.

    Example:
        >>> true_ranks(np.array([[0.1, 0.7, 0.2], [0.5, 0.5, 0.0]]), np.array([1, 0]))
        array([1, 2])
    """
    scores, truth = np.asarray(scores), np.asarray(truth)
    if scores.ndim != 2 or truth.shape != scores.shape[:1]:
        raise ValueError(f"scores {scores.shape} and truth {truth.shape} do not fit")
    if np.isnan(scores).any() or np.isposinf(scores).any():
        raise ValueError("a score is NaN or +inf")
    if len(truth) and not 0 <= truth.min() <= truth.max() < scores.shape[1]:
        raise ValueError("truth names a condition without a score")
    own = scores[np.arange(len(truth)), truth]
    return np.asarray(np.sum(scores >= own[:, None], axis=1, dtype=np.int64))


def top_k(ranks: Ints, k: int) -> Floats:
    """1 where the true condition is among the first k, else 0."""
    return (ranks <= k).astype(np.float64)


def reciprocal_ranks(ranks: Ints) -> Floats:
    """1 / rank; their mean is the MRR."""
    return 1.0 / ranks


def mean_reciprocal_rank(
    scores: NDArray[np.floating[Any]], truth: NDArray[np.integer[Any]]
) -> float:
    """MRR over rows, micro: the criterion by which the inner split chooses.

    It uses every rank, where top-k would waste most of some eighty validation images.

    Args and raises: see :func:`true_ranks`.
    """
    return float(np.mean(reciprocal_ranks(true_ranks(scores, truth))))


def bands(
    training_count: NDArray[np.integer[Any]], edges: Sequence[int] = (1, 3, 5)
) -> dict[str, Bools]:
    """Divide rows by how many training images the true condition had.

    Args:
        training_count: ``[M]``.
        edges: Where the bands begin, ascending; the last one is open. Counts below the first
            edge get a band of their own, so that no row is lost.

    Returns:
        Label (``1-2``, ``3-4``, ``5+``) -> ``bool [M]``; bands without rows are left out.

    Example:
        >>> {name: rows.tolist() for name, rows in bands(np.array([1, 2, 7])).items()}
        {'1-2': [True, True, False], '5+': [False, False, True]}
    """
    begins = list(edges) if edges[0] <= 0 else [0, *edges]
    made = {}
    for begin, end in zip(begins, [*begins[1:], None], strict=True):
        rows = training_count >= begin
        if end is not None:
            rows &= training_count < end
        last = "+" if end is None else "" if end - 1 == begin else f"-{end - 1}"
        if rows.any():
            made[f"{begin}{last}"] = np.asarray(rows)
    return made
