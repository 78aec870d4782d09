"""How strange an image is by the scores of its conditions alone; higher is stranger.

All three look at one row at a time. None needs strangers to be set up.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.metrics.probabilities import log_softmax
from rdface.metrics.ranking import Floats

_NORMALISED = 1e-3
"""Logarithms of probabilities in float32 add up to 1 as nearly as this."""

Scores = NDArray[np.floating[Any]]


def softmax_strangeness(scores: Scores, sharpness: float) -> Floats:
    """Minus the logarithm of the largest softmax probability of ``sharpness * scores``.

    Hendrycks and Gimpel, "A baseline for detecting misclassified and out-of-distribution examples
    in neural networks", ICLR 2017 (arXiv 1610.02136). The logarithm changes no order and keeps
    apart what rounds to 1.

    Args:
        scores: ``[M, C]``, ``-inf`` where a condition was not trained.
        sharpness: 1 / temperature. It changes the order of rows, so it must be fitted without
            those that are judged.

    Returns:
        ``float64 [M]``, 0 (certain) to ln C.
    """
    return np.asarray(-log_softmax(scores, sharpness).max(axis=1))


def energy(scores: Scores, sharpness: float) -> Floats:
    """``-T ln sum exp(score / T)`` with T = 1 / sharpness.

    Liu, Wang, Owens and Li, "Energy-based out-of-distribution detection", NeurIPS 2020 (arXiv
    2010.03759). Of scores that are logarithms of probabilities it says nothing
    (:func:`are_normalised`).

    Args:
        scores: ``[M, C]``, ``-inf`` where a condition was not trained.
        sharpness: 1 / temperature, above 0.

    Returns:
        ``float64 [M]``.
    """
    return max_score(scores) - softmax_strangeness(scores, sharpness) / sharpness


def max_score(scores: Scores) -> Floats:
    """Minus the highest score ("maximum logit").

    Hendrycks et al., "Scaling out-of-distribution detection for real-world settings", ICML 2022
    (arXiv 1911.11132).

    Args:
        scores: ``[M, C]``.

    Returns:
        ``float64 [M]``.
    """
    return np.asarray(-np.max(scores, axis=1), dtype=np.float64)


def are_normalised(scores: Scores) -> bool:
    """Whether all rows are logarithms of probabilities that add up to 1.

    What they were before is lost: energy is 0 for every image, and the highest score is the
    largest probability again.
    """
    scores = np.asarray(scores, dtype=np.float64)
    total = np.log(np.exp(np.minimum(scores, 700.0)).sum(axis=1))
    return bool(np.all(np.abs(total) < _NORMALISED))
