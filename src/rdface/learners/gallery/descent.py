"""Learn a linear map by gradient descent on a loss of unit vectors (extra ``torch``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from rdface.errors import RdfaceError
from rdface.learners.gallery.metric import Projection, TrainingCases

if TYPE_CHECKING:
    import torch

    Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

BATCH = 1024
"""Cases a step; up to so many all of them are one step, and nothing is shuffled."""


def descend(
    cases: TrainingCases,
    make_loss: Callable[[torch.Tensor], tuple[Loss, list[torch.nn.Parameter]]],
    *,
    epochs: Sequence[int],
    learning_rate: float,
    weight_decay: float,
    seed: int,
) -> dict[int, Projection]:
    """Train I + A, where A begins at 0: the training begins at the centred cosine.

    Weight decay (AdamW, Loshchilov and Hutter, ICLR 2019) draws A back to 0, so that what the
    cases say nothing about stays as the backbone has it; a map into fewer dimensions would throw
    away what might tell conditions apart that were never trained. It runs on one thread of the
    processor, where the same seed gives the same bits.

    Args:
        cases: What to fit on.
        make_loss: Takes the unit vectors before training, ``[N, D]``; gives the loss of a batch
            (unit vectors ``[n, D]``, rows of the cases ``[n]``) and what it has to learn itself.
        epochs: After which of them the metric is wanted.
        learning_rate: Of AdamW.
        weight_decay: Of A.
        seed: Of the order of batches.

    Returns:
        Epoch -> metric.

    Raises:
        UsageError: torch is not installed.
        RdfaceError: The training diverged.
    """
    from rdface.learners.tuning.device import choose_device, one_thread, reproducible

    device = choose_device("cpu")
    import torch
    from torch.nn import functional

    mean = cases.x.mean(axis=0)
    with one_thread(), reproducible(device, seed):
        x = torch.from_numpy((cases.x - mean).astype(np.float32))
        change = torch.nn.Parameter(torch.zeros(x.shape[1], x.shape[1]))
        loss_of, learnt = make_loss(functional.normalize(x, dim=1))
        groups = [
            {"params": [change], "weight_decay": weight_decay},
            {"params": learnt, "weight_decay": 0.0},
        ]
        optimiser = torch.optim.AdamW([g for g in groups if g["params"]], lr=learning_rate)
        generator = torch.Generator().manual_seed(seed)
        found = {}
        for epoch in range(1, max(epochs) + 1):
            for rows in _batches(len(x), generator):
                z = functional.normalize(x[rows] + x[rows] @ change, dim=1)
                loss = loss_of(z, rows)
                if not torch.isfinite(loss):
                    raise RdfaceError(
                        "The loss of the metric is no finite number any more.",
                        hint="Lower its `learning_rate`.",
                    )
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
            if epoch in epochs:
                basis = np.eye(len(mean)) + change.detach().numpy().astype(np.float64)
                found[epoch] = Projection(mean, basis)
    return found


def _batches(count: int, generator: torch.Generator) -> list[torch.Tensor]:
    import torch

    if count <= BATCH:
        return [torch.arange(count)]
    order = torch.randperm(count, generator=generator)
    return [order[start : start + BATCH] for start in range(0, count, BATCH)]
