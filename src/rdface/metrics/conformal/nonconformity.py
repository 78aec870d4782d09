"""How strange a condition would be for an image: the scores that a set is cut from.

A set holds the conditions whose score is at most the threshold. Each score depends on its own
row (and its own lot) alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.metrics.ranking import Floats

RANK_PENALTY = 0.01
FREE_RANKS = 5
"""RAPS: what a rank beyond the free ones costs.

Values that Angelopoulos et al. used on ImageNet, fixed before any set of ours was seen: choosing
them anew would take calibration patients, of whom there are too few already.
"""

Nonconformity = Callable[[Floats, Floats], Floats]


def lac(log_probabilities: Floats, lots: Floats) -> Floats:
    """Minus the logarithm of the probability: the least ambiguous sets, of all with their coverage.

    Sadinle, Lei and Wasserman, "Least ambiguous set-valued classifiers with bounded error levels",
    JASA 2019. They take 1 - p, which orders alike, but rounds all improbable conditions to 1.

    Args:
        log_probabilities: ``[M, C]``; ``-inf`` where a condition was not trained.
        lots: ``[M]``, not used: there is nothing random in it.

    Returns:
        ``[M, C]``; ``inf`` where a condition was not trained.
    """
    return -log_probabilities


def aps(log_probabilities: Floats, lots: Floats) -> Floats:
    """Probability of all likelier conditions plus a lot's share of its own.

    Romano, Sesia and Candès, "Classification with valid and adaptive coverage", NeurIPS 2020.
    Without the lot, coverage is above what is promised, the more so the surer the model is.

    Args:
        log_probabilities: ``[M, C]``; ``-inf`` where a condition was not trained.
        lots: ``[M]``, uniform between 0 and 1, drawn for each row once.

    Returns:
        ``[M, C]``, 0 to 1; ``inf`` where a condition was not trained.
    """
    return _cumulated(log_probabilities, lots, 0.0, 0)


def raps(
    log_probabilities: Floats,
    lots: Floats,
    *,
    penalty: float = RANK_PENALTY,
    free_ranks: int = FREE_RANKS,
) -> Floats:
    """APS, and a penalty for each rank beyond the free ones, which shortens the longest sets.

    Angelopoulos, Bates, Malik and Jordan, "Uncertainty sets for image classifiers using conformal
    prediction", ICLR 2021.

    Args:
        log_probabilities: See :func:`aps`.
        lots: See :func:`aps`.
        penalty: Their lambda, per rank.
        free_ranks: Their k_reg.
    """
    return _cumulated(log_probabilities, lots, penalty, free_ranks)


def _cumulated(logs: Floats, lots: Floats, penalty: float, free_ranks: int) -> Floats:
    order = np.argsort(-logs, axis=1, kind="stable")
    p = np.exp(np.take_along_axis(logs, order, axis=1))
    ahead = np.cumsum(p, axis=1) - p
    beyond = np.maximum(np.arange(1, logs.shape[1] + 1) - free_ranks, 0)
    ranked = ahead + lots[:, None] * p + penalty * beyond
    scores = np.empty_like(ranked)
    np.put_along_axis(scores, order, ranked, axis=1)
    return np.where(np.isneginf(logs), np.inf, scores)


NONCONFORMITY: Mapping[str, Nonconformity] = {"lac": lac, "aps": aps, "raps": raps}
"""The scores by name."""


def own_scores(scores: Floats, truth: NDArray[np.integer[Any]]) -> Floats:
    """The score of the true condition, ``[M]``."""
    return np.asarray(scores[np.arange(len(truth)), truth])
