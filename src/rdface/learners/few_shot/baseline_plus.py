"""Baseline++: a cosine classifier fitted to the support of each episode.

W.-Y. Chen, Y.-C. Liu, Z. Kira, Y.-C. F. Wang, J.-B. Huang: A closer look at few-shot
classification. ICLR 2019. Their first stage, which trains the backbone on base classes, is
replaced by the backbone's own pretraining; the second stage, here, leaves the backbone frozen as
theirs does. Three more differences, all so that the answer needs no seed: the weights begin at
the means of the support's unit vectors and not at random, each step takes the whole support and
not four images of it, and momentum is not dampened.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from rdface.learners.few_shot.distances import products, unit
from rdface.learners.few_shot.method import METHODS, FrozenMethod
from rdface.learners.preparation import Floats

_TINY = 1e-12


@METHODS.register("baseline++")
class BaselinePlus(FrozenMethod):
    """A cosine classifier fitted to the support, frozen embeddings.

    Attributes:
        steps: Of gradient descent.
        learning_rate: Its rate.
        momentum: Its momentum.
        weight_decay: Its weight decay.
        scale: What a cosine is multiplied by before the softmax.
    """

    steps: int = Field(default=100, ge=0)
    learning_rate: float = Field(default=0.01, gt=0)
    momentum: float = Field(default=0.9, ge=0, lt=1)
    weight_decay: float = Field(default=1e-3, ge=0)
    scale: float = Field(default=10.0, gt=0)

    def answer(self, support: Floats, queries: Floats) -> Floats:
        """Cosines to the fitted weights.

        The gradient of a weight is a sum of support vectors and of the weight itself, so the
        weights never leave the span of the support: they are kept as coefficients ``[E, W, S]`` of
        its S = W K vectors, and a step costs products of S numbers and not of D.
        """
        count, way, shot, dim = support.shape
        vectors = unit(support.reshape(count, way * shot, dim))
        gram = products(vectors, vectors)
        truth = np.repeat(np.eye(way), shot, axis=0)  # [S, W]
        weights = np.tile(truth.T / shot, (count, 1, 1))
        speed = np.zeros_like(weights)
        for _ in range(self.steps):
            speed = self.momentum * speed + self._gradient(weights, gram, truth)
            weights = weights - self.learning_rate * speed
        return np.asarray(
            np.einsum("ews,ems->emw", weights, products(unit(queries), vectors))
            / _lengths(weights, gram)[:, None, :]
        )

    def _gradient(self, weights: Floats, gram: Floats, truth: Floats) -> Floats:
        """Of the mean cross-entropy over the support, and of the weight decay."""
        lengths = _lengths(weights, gram)
        cosines = np.einsum("ews,est->etw", weights, gram) / lengths[:, None, :]  # [E, S, W]
        logits = self.scale * cosines
        shares = np.exp(logits - logits.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        errors = self.scale * (shares - truth) / len(truth)  # [E, S, W]
        # d cos(w, x) / dw = (x - cos(w, x) w / |w|) / |w|, x of unit length
        along = (errors * cosines).sum(axis=1) / lengths  # [E, W]
        towards = errors.transpose(0, 2, 1) - along[:, :, None] * weights
        return np.asarray(towards / lengths[:, :, None] + self.weight_decay * weights)


def _lengths(weights: Floats, gram: Floats) -> Floats:
    """Of the weights whose coefficients are given: ``[E, W]``."""
    squares = (weights * np.einsum("ews,est->ewt", weights, gram)).sum(axis=-1)
    return np.asarray(np.sqrt(np.maximum(squares, _TINY)))
