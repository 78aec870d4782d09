"""Train heads on the embeddings of a frozen backbone, those of all folds at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from rdface.errors import RdfaceError, UsageError
from rdface.learners.tuning.batched_head import BatchedHead
from rdface.learners.tuning.choice import enough
from rdface.learners.tuning.device import choose_device, one_thread, reproducible
from rdface.learners.tuning.frozen_fold import FrozenFold
from rdface.learners.tuning.recipe import Recipe
from rdface.learners.tuning.scoring import learning_rate
from rdface.learners.tuning.trainer import TRAINERS, Material, TunedScores
from rdface.progress import bar
from rdface.protocols.split import FoldRows

if TYPE_CHECKING:
    import torch

_Step = list[NDArray[np.intp]]
_ELSEWHERE = ("augmentation", "trainable", "layer_decay", "lora_rank", "size")


@TRAINERS.register("head")
class FrozenHead:
    """The paper's head on a frozen backbone: minutes become seconds, as no picture is touched.

    Embeddings are used as they are; the head's BatchNorm centres and scales them. On an embedding
    the head is the ``pooled`` one for every backbone. Each fold has its own weights, order and
    dropout, seeded by its number, and gets its own training rows only; what it learns does not
    depend on which other folds are trained beside it, but for the rounding of sums.

    It is done in seconds, so nothing is written in between: a stopped training begins anew.

    Args:
        device: As for :func:`~rdface.learners.tuning.device.choose_device`.
    """

    wants: ClassVar[Literal["embeddings", "images"]] = "embeddings"

    def __init__(self, device: str | None = None) -> None:
        self._device = device

    @staticmethod
    def check(recipe: Recipe) -> None:
        """See :class:`~rdface.learners.tuning.trainer.Trainer`."""
        choose_device()
        _refuse_elsewhere(recipe)

    def train(
        self,
        material: Material,
        folds: Mapping[int, FoldRows],
        recipe: Recipe,
        *,
        folder: Path,
        done: Callable[[int, TunedScores], None],
    ) -> None:
        """See :class:`~rdface.learners.tuning.trainer.Trainer`; ``folder`` stays empty.

        Raises:
            UsageError: The recipe asks for what only ``fine_tune`` can do, or the embeddings are
                no finite matrix.
            RdfaceError: The training diverged.
        """
        import torch

        if not folds:
            return
        embeddings = _checked(material, recipe)
        device = choose_device(self._device)
        with one_thread(), reproducible(device, recipe.seed):
            x = torch.from_numpy(embeddings).to(device)
            started = time.perf_counter()
            members = [FrozenFold(x, material, rows, fold, recipe) for fold, rows in folds.items()]
            _train(x, members, recipe)
            share = (time.perf_counter() - started) / len(members)
            results = [member.result(share) for member in members]
        for member, result in zip(members, results, strict=True):
            done(member.fold, result)


def _train(x: torch.Tensor, members: list[FrozenFold], recipe: Recipe) -> None:
    import torch

    batched = BatchedHead([m.head for m in members], [m.generator for m in members])
    weights = [weight for member in members for weight in member.head.parameters()]
    optimiser = torch.optim.AdamW(
        weights,
        lr=recipe.learning_rate,
        weight_decay=recipe.weight_decay,
        fused=x.device.type in ("cpu", "cuda"),
    )
    names = f"{len(members)} folds at once" if len(members) > 1 else f"fold {members[0].fold}"
    with bar(f"Training heads of {names}, epochs", recipe.epochs) as advance:
        for epoch in range(recipe.epochs):
            started = time.perf_counter()
            rate = learning_rate(
                epoch,
                epochs=recipe.epochs,
                highest=recipe.learning_rate,
                lowest=recipe.min_learning_rate,
            )
            optimiser.param_groups[0]["lr"] = rate
            training = [not enough(member.history, recipe) for member in members]
            if not any(training):
                break
            losses = _epoch(x, members, training, batched, optimiser, recipe)
            for member, goes_on, loss in zip(members, training, losses, strict=True):
                if goes_on:
                    member.end_epoch(loss, rate, (time.perf_counter() - started) / sum(training))
            advance(1)


def _epoch(
    x: torch.Tensor,
    members: list[FrozenFold],
    training: list[bool],
    batched: BatchedHead,
    optimiser: torch.optim.Optimizer,
    recipe: Recipe,
) -> list[float]:
    """One pass of every fold over its rows, in lockstep; the mean loss of each."""
    import torch

    orders = [
        member.order.epoch() if goes_on else []
        for member, goes_on in zip(members, training, strict=True)
    ]
    total = torch.zeros(len(members), device=x.device)
    # folds of different sizes differ in their number of steps: those that are through stand still
    for steps in zip_longest(*orders, fillvalue=[]):
        active = [bool(step) for step in steps]
        sizes = torch.tensor([max(sum(map(len, step)), 1) for step in steps], device=x.device)
        for parts in zip_longest(*steps, fillvalue=np.empty(0, dtype=np.intp)):
            losses = _losses(x, members, list(parts), batched, recipe)
            (losses / sizes).sum().backward()  # type: ignore[no-untyped-call]
            total += losses.detach()
        batched.hand_out_gradients(active)
        for member, moves in zip(members, active, strict=True):
            if moves and recipe.clip is not None:
                torch.nn.utils.clip_grad_norm_(member.head.parameters(), recipe.clip)
        optimiser.step()
        batched.forget_gradients()
        for member, moves in zip(members, active, strict=True):
            if moves and member.average is not None:
                member.average.update_parameters(member.head)
    counts = [sum(len(rows) for step in order for rows in step) for order in orders]
    means = [float(loss) / max(n, 1) for loss, n in zip(total, counts, strict=True)]
    if not np.isfinite(means).all():
        raise RdfaceError(
            "The loss is no finite number any more.",
            hint="Lower `learning_rate`, or set `clip: 1.0`.",
        )
    return means


def _losses(
    x: torch.Tensor,
    members: list[FrozenFold],
    parts: _Step,
    batched: BatchedHead,
    recipe: Recipe,
) -> torch.Tensor:
    """Sum of the losses of each fold's batch, ``[F]``."""
    import torch
    from torch.nn import functional

    longest = max(map(len, parts))
    rows = np.zeros((len(parts), longest), dtype=np.intp)
    truth = np.zeros((len(parts), longest), dtype=np.intp)
    real = np.zeros((len(parts), longest), dtype=np.bool_)
    for fold, (part, member) in enumerate(zip(parts, members, strict=True)):
        rows[fold, : len(part)] = part
        truth[fold, : len(part)] = member.labels[part]
        real[fold, : len(part)] = True
    mask = torch.from_numpy(real).to(x.device)
    batch = x[torch.from_numpy(rows).to(x.device)] * mask[:, :, None]
    logits = batched.forward(batch, mask)
    losses = functional.cross_entropy(
        logits.flatten(0, 1),
        torch.from_numpy(truth).to(x.device).flatten(),
        reduction="none",
        label_smoothing=recipe.label_smoothing,
    )
    return torch.where(mask, losses.view(mask.shape), 0.0).sum(dim=1)


def _refuse_elsewhere(recipe: Recipe) -> None:
    for name in _ELSEWHERE:
        if getattr(recipe, name) != Recipe.model_fields[name].default:
            raise UsageError(
                f"The trainer `head` sees embeddings and cannot follow `{name}`.",
                hint="Say `trainer: fine_tune`, or leave it out.",
            )


def _checked(material: Material, recipe: Recipe) -> NDArray[np.float32]:
    _refuse_elsewhere(recipe)
    embeddings = material.embeddings
    if embeddings is None:
        raise ValueError("the trainer head wants embeddings")
    if embeddings.ndim != 2 or len(embeddings) != len(material.labels):
        raise UsageError(
            f"The embeddings have the shape {list(embeddings.shape)}; expected"
            f" [{len(material.labels)}, D]."
        )
    bad = np.flatnonzero(~np.isfinite(embeddings).all(axis=1))
    if len(bad):
        raise UsageError(f"The embeddings are not finite in row {int(bad[0])}.")
    return np.ascontiguousarray(embeddings, dtype=np.float32)
