"""Networks of a few hundred weights and pictures of 16 px, made in place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rdface.backbones.trunk import IMAGENET, Trunk
from rdface.learners.tuning import TRAINERS, Material, Recipe, TunedScores
from rdface.protocols import FoldRows

N_CONDITIONS = 4

Train = Callable[..., dict[int, TunedScores]]


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Faster for what is tiny, and the bits do not depend on the machine's cores."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def tiny_trunk(*, norm: bool = True, pooled: bool = True) -> Trunk:
    """Two convolutions, with BatchNorms or without; always the same weights."""
    import torch
    from torch import nn

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        parts = [nn.Conv2d(3, 8, 3, 2), nn.BatchNorm2d(8) if norm else nn.Identity(), nn.ReLU()]
        parts += [nn.Conv2d(8, 32, 3, 2), nn.BatchNorm2d(32) if norm else nn.Identity(), nn.ReLU()]
        if pooled:
            parts += [nn.AdaptiveAvgPool2d(1), nn.Flatten()]
        network = nn.Sequential(*parts)
    blocks = (("0", "1"), ("3", "4")) if norm else (("0",), ("3",))
    return Trunk(network, 32, "pooled" if pooled else "map", blocks, ("3",))


@pytest.fixture
def trunk() -> Callable[..., Trunk]:
    """The function above."""
    return tiny_trunk


@pytest.fixture
def material() -> Material:
    """48 pictures of four conditions that differ in colour, and embeddings that differ, too."""
    rng = np.random.default_rng(0)
    labels = np.tile(np.arange(N_CONDITIONS), 12)
    colours = rng.integers(0, 120, (N_CONDITIONS, 1, 1, 3))
    images = colours[labels] + rng.integers(0, 130, (48, 16, 16, 3))
    embeddings = rng.normal(size=(N_CONDITIONS, 40))[labels] + rng.normal(size=(48, 40))
    return Material(
        labels=labels,
        synthetic=np.zeros(48, dtype=bool),
        n_conditions=N_CONDITIONS,
        embeddings=embeddings.astype(np.float32),
        images=images.astype(np.uint8),
        trunk=tiny_trunk,
        normalisation=IMAGENET,
    )


@pytest.fixture
def rows() -> FoldRows:
    """25 to train, of which batches of 8 leave one; 11 to validate; 12 to test."""
    return FoldRows(np.arange(25), np.arange(25, 36), np.arange(36, 48))


@pytest.fixture
def recipe() -> Recipe:
    """Short, with everything that is drawn or kept from step to step."""
    return Recipe(epochs=3, batch=8, learning_rate=5e-3, augmentation="standard", ema=0.9)


@pytest.fixture
def train(tmp_path: Path) -> Train:
    """Train folds by a trainer and give all results."""

    def run(
        trainer: str,
        material: Material,
        folds: dict[int, FoldRows],
        recipe: Recipe,
        folder: Path = tmp_path / "run",
        **options: Any,  # noqa: ANN401
    ) -> dict[int, TunedScores]:
        results: dict[int, TunedScores] = {}
        TRAINERS.get(trainer)(**options).train(
            material, folds, recipe, folder=folder, done=results.__setitem__
        )
        return results

    return run
