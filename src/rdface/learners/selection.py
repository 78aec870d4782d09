"""Choose hyper-parameters on the inner split, by one stated criterion."""

from __future__ import annotations

import numpy as np

from rdface.learners.learner import Labels
from rdface.learners.preparation import Floats


def mean_reciprocal_rank(scores: Floats, truth: Labels) -> float:
    """Mean of 1 / rank of the true condition; a tie counts against it.

    This is the micro MRR of :mod:`rdface.metrics` (which stands above this folder), and uses
    every rank, where top-k would waste most of some eighty validation images.

    Args:
        scores: ``[M, C]``.
        truth: ``[M]``.
    """
    own = scores[np.arange(len(truth)), truth]
    return float(np.mean(1.0 / np.sum(scores >= own[:, None], axis=1)))
