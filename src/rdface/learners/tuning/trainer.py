"""What a trainer is: it works through the folds of one backbone and hands over their scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from rdface.learners.tuning.recipe import Recipe
from rdface.protocols.split import FoldRows
from rdface.registry import Registry

if TYPE_CHECKING:
    from rdface.backbones.trunk import Normalisation, Trunk


@dataclass(frozen=True, eq=False)
class Material:
    """What is trained on; rows are in the cohort's order.

    Attributes:
        labels: ``intp [N]``, conditions, 0 to ``n_conditions - 1``.
        synthetic: ``bool [N]``: images that show no child of the cohort.
        n_conditions: Number of conditions of the cohort.
        embeddings: ``float32 [N, D]`` of the frozen backbone, for a trainer that wants them.
        images: ``uint8 [N, H, W, 3]``, decoded and cut out once, for one that wants those.
        trunk: Gives a fresh copy of the pretrained network at every call.
        normalisation: What is done to the images before the trunk.
    """

    labels: NDArray[np.intp]
    synthetic: NDArray[np.bool_]
    n_conditions: int
    embeddings: NDArray[np.float32] | None = None
    images: NDArray[np.uint8] | None = None
    trunk: Callable[[], Trunk] | None = None
    normalisation: Normalisation | None = None


@dataclass(frozen=True, eq=False)
class TunedScores:
    """What came out of one fold.

    Attributes:
        scores: ``float32 [n_test, C]``, log-probabilities of the checkpoint that validation
            chose; ``-inf`` for a condition without training images.
        last: The same of the last epoch.
        chosen: What was chosen and seen: ``epoch`` (from 1), ``validation_top1``, ...
        history: One row an epoch: ``epoch, loss, validation_top1, learning_rate, seconds``.
        seconds: Wall time.
    """

    scores: NDArray[np.float32]
    last: NDArray[np.float32]
    chosen: dict[str, Any]
    history: list[dict[str, float]]
    seconds: float


class Trainer(Protocol):
    """Trains on the training rows of folds, chooses on validation rows, scores test rows.

    The same material, folds, recipe and device type give the same scores, whether or not the
    training was stopped and resumed in between.
    """

    wants: ClassVar[Literal["embeddings", "images"]]

    @staticmethod
    def check(recipe: Recipe) -> None:
        """Refuse what can be refused before any work: a recipe that it cannot follow, here.

        Raises:
            UsageError: What the recipe asks for cannot be had; or torch, or a device, is missing.
        """
        ...

    def train(
        self,
        material: Material,
        folds: Mapping[int, FoldRows],
        recipe: Recipe,
        *,
        folder: Path,
        done: Callable[[int, TunedScores], None],
    ) -> None:
        """Train every fold and hand each result to ``done`` as soon as it is there.

        Args:
            material: Images or embeddings, and labels.
            folds: Number of the fold to its rows.
            recipe: How to train.
            folder: Where checkpoints lie while the training lasts; those of a fold are removed
                after ``done`` has returned.
            done: Called with a fold's number and its scores.
        """
        ...


TRAINERS: Registry[type[Trainer]] = Registry("trainer", "rdface.learners.tuning")
"""All trainers by name: ``head`` (embeddings) and ``fine_tune`` (images)."""
