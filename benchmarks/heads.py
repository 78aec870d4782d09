"""Heads of several folds as one batched head, against one after the other; for `fine_tuning.py`."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch

    from rdface.protocols import FoldRows

N_CONDITIONS = 103


def in_turn(rounds: int, *ways: Callable[[], object]) -> list[float]:
    """Median seconds of each way, after one round to warm up."""
    seconds: list[list[float]] = [[] for _ in ways]
    for turn in range(rounds + 1):
        for times, way in zip(seconds, ways, strict=True):
            started = time.perf_counter()
            way()
            if turn:
                times.append(time.perf_counter() - started)
    return [statistics.median(times) for times in seconds]


def make_folds(count: int, n_folds: int) -> dict[int, FoldRows]:
    """All but one part train, that part validates, all are tested: nothing here is learned."""
    from rdface.protocols import FoldRows

    shuffled = np.random.default_rng(1).permutation(count)
    return {
        fold: FoldRows(np.setdiff1d(shuffled, part), part, shuffled)
        for fold, part in enumerate(np.array_split(shuffled, n_folds))
    }


def plain_heads(
    features: Callable[[np.ndarray], torch.Tensor],
    labels: np.ndarray,
    folds: dict[int, FoldRows],
    options: argparse.Namespace,
    epochs: int | None = None,
) -> None:
    """Ordinary modules, one fold after the other; features are asked for batch by batch."""
    import torch

    from rdface.learners.tuning.head import make_head
    from rdface.learners.tuning.order import batches

    for rows in folds.values():
        head = make_head("pooled", tuple(features(rows.train[:1]).shape[1:]), N_CONDITIONS, 0.5)
        optimiser = torch.optim.AdamW(head.parameters(), lr=1e-4, weight_decay=1e-4)
        for _ in range(epochs or options.epochs):
            head.train()
            order = np.random.default_rng(0).permutation(rows.train)
            for part in batches(order, options.batch):
                truth = torch.from_numpy(labels[part])
                loss = torch.nn.functional.cross_entropy(head(features(part).clone()), truth)
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
            with torch.inference_mode():
                head.eval()(features(rows.validation))
        with torch.inference_mode():
            head(features(rows.test))


def batched_heads(
    embeddings: np.ndarray,
    labels: np.ndarray,
    folds: dict[int, FoldRows],
    options: argparse.Namespace,
    epochs: int | None = None,
) -> None:
    """The trainer ``head``."""
    from rdface.learners.tuning import TRAINERS, Material, Recipe

    material = Material(labels, np.zeros(len(labels), bool), N_CONDITIONS, embeddings=embeddings)
    TRAINERS.get("head")().train(
        material,
        folds,
        Recipe(batch=options.batch, epochs=epochs or options.epochs),
        folder=Path(),
        done=lambda fold, scores: None,
    )


def heads(dim: int, options: argparse.Namespace) -> str:
    """Heads alone, on as many embeddings as the paper trains and validates on."""
    import torch

    x = np.random.default_rng(0).normal(size=(343, dim)).astype(np.float32)
    labels, memory = np.arange(343) % N_CONDITIONS, torch.from_numpy(x)
    folds = make_folds(343, options.folds)
    return row(
        f"embeddings [343, {dim}]",
        f"heads, {options.folds} folds, {options.head_epochs} epochs",
        *in_turn(
            options.rounds,
            lambda: plain_heads(
                lambda rows: memory[rows], labels, folds, options, options.head_epochs
            ),
            lambda: batched_heads(x, labels, folds, options, options.head_epochs),
        ),
    )


def row(name: str, what: str, plain: float, ours: float) -> str:
    """A row of the second table."""
    return f"| {name} | {what} | {plain:.2f} s | {ours:.2f} s | {plain / ours:.2f} |"
