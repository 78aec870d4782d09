"""The moving average of the generator, which is what is sampled from."""

from __future__ import annotations

import torch
from torch.optim.swa_utils import AveragedModel

Tensors = tuple[torch.Tensor, ...] | list[torch.Tensor]


def decay_at(step: int, decay: float) -> float:
    """How much of the old average stays: less in the first steps.

    (1 + t) / (10 + t) up to ``decay``. Batch normalisation's statistics are averaged, too, and
    begin far from where they end: at a constant 0.999 the average would be of no use for the first
    thousands of steps.
    """
    return min(decay, (1 + step) / (10 + step))


def average_of(model: torch.nn.Module, decay: float) -> AveragedModel:
    """An exponential moving average of weights and statistics, beginning with the first update."""

    def follow(averages: Tensors, values: Tensors, step: torch.Tensor | int) -> None:
        share = 1 - decay_at(int(step), decay)
        if averages[0].is_floating_point():
            torch._foreach_lerp_(averages, values, share)
        else:  # how many batches batch normalisation has seen
            torch._foreach_copy_(averages, values)

    return AveragedModel(model, multi_avg_fn=torch.no_grad()(follow), use_buffers=True)
