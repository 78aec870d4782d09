"""From logits to scores, and the criterion that chooses an epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch


def log_probabilities(logits: torch.Tensor, present: NDArray[np.intp]) -> NDArray[np.float32]:
    """Log-softmax over the conditions that were trained; ``-inf`` for all others.

    Args:
        logits: ``[M, C]``, any float type.
        present: Conditions with training images.
    """
    import torch

    known = torch.full((logits.shape[1],), -torch.inf, dtype=torch.float64)
    known[torch.from_numpy(present)] = 0.0
    scores = torch.log_softmax(logits.detach().cpu().double() + known, dim=1)
    return np.asarray(scores.float().numpy())


def top1(scores: NDArray[np.float32], truth: NDArray[np.intp]) -> float | None:
    """Part of the rows whose highest score is at the truth; None where there are no rows."""
    return float(np.mean(scores.argmax(axis=1) == truth)) if len(truth) else None


def learning_rate(epoch: int, *, epochs: int, highest: float, lowest: float) -> float:
    """The rate of an epoch (from 0) on half a cosine.

    Loshchilov and Hutter, "SGDR", arXiv 1608.03983, without restarts; what torch's
    ``CosineAnnealingLR(T_max=epochs)`` gives when it is stepped after each epoch. ``lowest``
    would be reached one epoch after the last.
    """
    return lowest + (highest - lowest) * (1 + float(np.cos(np.pi * epoch / epochs))) / 2
