"""From scores to probabilities, and the part of them that is the truth's."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rdface.metrics.ranking import Bools, Floats, Ints

FLOOR = 1e-12
"""Least probability that enters a logarithm; see :func:`negative_log`."""


def log_softmax(scores: NDArray[np.floating[Any]], sharpness: float = 1.0) -> Floats:
    """Logarithm of the softmax of ``sharpness * scores``; ``-inf`` stays ``-inf``.

    In logarithms nothing is lost to rounding: the probabilities of a confident model are often
    1 and 0 to machine precision, and their logarithms still differ.

    Args:
        scores: ``[M, C]``, higher is likelier; ``-inf`` where a condition was not trained.
        sharpness: 1 / temperature, 0 or more; 0 makes all trained conditions equally likely.

    Raises:
        ValueError: A score is NaN or ``+inf``, or a row has no finite score.

    Example:
        >>> np.exp(log_softmax(np.array([[0.0, 0.0, -np.inf]]))).round(3)
        array([[0.5, 0.5, 0. ]])
    """
    scores = np.asarray(scores, dtype=np.float64)
    if scores.ndim != 2 or np.isnan(scores).any() or np.isposinf(scores).any():
        raise ValueError("scores must be [M, C] without NaN and +inf")
    known = np.isfinite(scores)
    if not known.any(axis=1).all():
        raise ValueError("a row has no finite score")
    centred = np.where(known, scores - scores.max(axis=1, keepdims=True), 0.0)
    scaled = np.where(known, sharpness * centred, -np.inf)
    return np.asarray(scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True)))


def negative_log(
    log_probabilities: Floats, truth: NDArray[np.integer[Any]], *, floor: float = FLOOR
) -> Floats:
    """``-ln max(p, floor)`` of the true condition, ``[M]``.

    Without a floor one condition that was not trained would make the mean infinite.
    """
    own = log_probabilities[np.arange(len(truth)), truth]
    return np.asarray(-np.maximum(own, np.log(floor)))


def brier(log_probabilities: Floats, truth: NDArray[np.integer[Any]]) -> Floats:
    """Squared distance to the truth, sum over j of (p_j - y_j)^2, ``[M]``, 0 to 2.

    Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review
    1950, in its form for several classes.
    """
    p = np.exp(log_probabilities)
    own = p[np.arange(len(truth)), truth]
    return np.asarray((p**2).sum(axis=1) - 2.0 * own + 1.0)


class TopLabels(NamedTuple):
    """The likeliest condition of each row.

    Attributes:
        confidence: ``float64 [M]``, its probability.
        label: ``int64 [M]``, its column; of several equal ones the first.
        right: ``bool [M]``, whether it is the true one.
    """

    confidence: Floats
    label: Ints
    right: Bools


def top_labels(log_probabilities: Floats, truth: NDArray[np.integer[Any]]) -> TopLabels:
    """Confidence and correctness of the first answer."""
    label = log_probabilities.argmax(axis=1).astype(np.int64)
    confidence = np.exp(log_probabilities[np.arange(len(label)), label])
    return TopLabels(confidence, label, np.asarray(label == truth))
