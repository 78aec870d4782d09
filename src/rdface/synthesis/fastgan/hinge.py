"""The hinge form of the adversarial loss.

J. H. Lim, J. C. Ye: Geometric GAN, arXiv 1705.02894; D. Tran et al., NeurIPS 2017. Liu et al.
found no loss better and this one fastest.
"""

from __future__ import annotations

import torch
from torch.nn import functional


def judge_real(logits: torch.Tensor) -> torch.Tensor:
    """The discriminator's loss on real pictures: mean of max(0, 1 - D(x))."""
    return functional.relu(1 - logits).mean()


def judge_made(logits: torch.Tensor) -> torch.Tensor:
    """The discriminator's loss on made pictures: mean of max(0, 1 + D(G(z)))."""
    return functional.relu(1 + logits).mean()


def convince(logits: torch.Tensor) -> torch.Tensor:
    """The generator's loss: minus the mean of D(G(z))."""
    return -logits.mean()
