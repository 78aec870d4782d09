"""Score-level ensemble of backbones.

Scores of different backbones have different units; each image's scores are therefore turned to
z-scores over the conditions before they are averaged (score normalisation of Jain, Nandakumar
and Ross, "Score normalization in multimodal biometric systems", Pattern Recognition 2005, here
over the conditions of one image, so that nothing is learned and no other image is looked at).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from rdface.learners.learner import Labels
from rdface.learners.preparation import Floats
from rdface.metrics import mean_reciprocal_rank

STEPS = 4
"""Weights are multiples of 1 / STEPS, besides equal weights."""


def z_scores(scores: Floats) -> Floats:
    """Each row minus its mean, divided by its standard deviation, over the finite scores.

    Args:
        scores: ``[M, C]``; ``-inf`` stays ``-inf``.
    """
    finite = np.isfinite(scores)
    n = np.maximum(finite.sum(axis=1, keepdims=True), 1)
    mean = np.where(finite, scores, 0.0).sum(axis=1, keepdims=True) / n
    centred = np.where(finite, scores - np.where(finite, mean, 0.0), 0.0)
    deviation = np.sqrt((centred**2).sum(axis=1, keepdims=True) / n)
    return np.where(finite, centred / np.maximum(deviation, 1e-12), -np.inf)


def combine(scores: Sequence[Floats], weights: Sequence[float]) -> Floats:
    """Weighted mean of the z-scores.

    Args:
        scores: One ``[M, C]`` per backbone, ``-inf`` at the same conditions.
        weights: One per backbone, adding up to 1; a weight of 0 leaves the backbone out.
    """
    parts = [
        weight * z_scores(part) for part, weight in zip(scores, weights, strict=True) if weight
    ]
    return np.asarray(np.sum(parts, axis=0))


def choose_weights(scores: Sequence[Floats], truth: Labels) -> tuple[float, ...]:
    """Weights with the best MRR on the inner split; at a tie those nearest to equal ones.

    Args:
        scores: Validation scores, one ``[M, C]`` per backbone.
        truth: ``[M]``.
    """
    equal = (1.0 / len(scores),) * len(scores)
    steps = product(range(STEPS + 1), repeat=len(scores))
    candidates = [tuple(n / STEPS for n in point) for point in steps if sum(point) == STEPS]
    candidates.sort(key=lambda point: sum((a - b) ** 2 for a, b in zip(point, equal, strict=True)))
    return max([equal, *candidates], key=lambda w: mean_reciprocal_rank(combine(scores, w), truth))
