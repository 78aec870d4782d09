"""Choose blends for a training part by descriptor: over the whole pool, or per condition.

The rules of `rdface screen select` (``pool`` and ``rounds``), on arrays of many folds at once.
"""

from __future__ import annotations

import numpy as np

from benchmarks.flaws.descriptor import condition_means, cosines
from benchmarks.flaws.frozen import Frozen
from rdface.protocols.synthetic import real_ancestors

SHARES = (0.10, 0.19, 0.39, 0.58)
"""1,000, 2,000, 4,000 and 6,000 of 10,300."""


class Pool:
    """The blends that may join one training part, with their scores.

    Attributes:
        rows: ``intp [P]``: blends whose ancestors are all trained.
        scores: ``float64 [P]``: cosine of each descriptor to the mean of its condition's training
            images.
        labels: ``intp [P]``.
    """

    def __init__(self, data: Frozen, x: np.ndarray, train: np.ndarray) -> None:
        known = {data.cohort.image_ids[row] for row in train}
        row_of = {image: row for row, image in enumerate(data.cohort.image_ids)}
        ancestors = real_ancestors(data.cohort.images)
        self.rows = np.array([row_of[name] for name, old in ancestors.items() if old <= known])
        self.labels = data.labels[self.rows]
        means = condition_means(x[train], data.labels[train], data.n_conditions)
        self.scores = cosines(x[self.rows], means)[np.arange(len(self.rows)), self.labels]

    def over_all(self, n: int, scores: np.ndarray | None = None) -> np.ndarray:
        """Places of the ``n`` best of the whole pool."""
        scores = self.scores if scores is None else scores
        return np.argsort(-scores, kind="stable")[:n]

    def per_condition(self, n: int) -> np.ndarray:
        """Places of ``n``, dealt in rounds: each condition's best, then each one's second ..."""
        order = np.argsort(-self.scores, kind="stable")
        place = np.empty(len(order), dtype=np.intp)
        for label in np.unique(self.labels):
            members = order[self.labels[order] == label]
            place[members] = np.arange(len(members))
        return np.lexsort((-self.scores, place))[:n]


def gini(counts: np.ndarray) -> float:
    """0 where all conditions have the same, towards 1 where one has all."""
    ordered = np.sort(counts.astype(np.float64))
    n = len(ordered)
    ranks = np.arange(1, n + 1)
    return float(2 * (ranks * ordered).sum() / (n * ordered.sum()) - (n + 1) / n)
