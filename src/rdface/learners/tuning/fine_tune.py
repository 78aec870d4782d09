"""Train a whole network, or a part of it, on the pictures of each fold."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar, Literal

from rdface.learners.tuning.choice import Row
from rdface.learners.tuning.device import choose_device, reproducible
from rdface.learners.tuning.fold_training import AfterEpoch, FoldTraining
from rdface.learners.tuning.portion import need_peft
from rdface.learners.tuning.recipe import Recipe
from rdface.learners.tuning.trainer import TRAINERS, Material, TunedScores
from rdface.progress import bar
from rdface.protocols.split import FoldRows

_logger = logging.getLogger(__name__)


@TRAINERS.register("fine_tune")
class FineTune:
    """One fold after the other; a stopped training goes on after the last whole epoch.

    Args:
        device: As for :func:`~rdface.learners.tuning.device.choose_device`.
        after_epoch: Called after every epoch, whose checkpoint is on disk by then.
    """

    wants: ClassVar[Literal["embeddings", "images"]] = "images"

    def __init__(self, device: str | None = None, after_epoch: AfterEpoch | None = None) -> None:
        self._device = device
        self._after_epoch = after_epoch

    @staticmethod
    def check(recipe: Recipe) -> None:
        """See :class:`~rdface.learners.tuning.trainer.Trainer`."""
        choose_device()
        if recipe.trainable == "lora":
            need_peft()

    def train(
        self,
        material: Material,
        folds: Mapping[int, FoldRows],
        recipe: Recipe,
        *,
        folder: Path,
        done: Callable[[int, TunedScores], None],
    ) -> None:
        """See :class:`~rdface.learners.tuning.trainer.Trainer`.

        Raises:
            UsageError: What the recipe asks for cannot be had here.
            RdfaceError: The training diverged.
        """
        device = choose_device(self._device)
        for number, (fold, rows) in enumerate(folds.items(), start=1):
            with reproducible(device, recipe.seed + fold):
                training = FoldTraining(
                    material, rows, fold, recipe, device, folder / f"fold-{fold:03d}"
                )
                name = f"Training fold {fold} ({number} of {len(folds)}), epochs"
                with bar(name, recipe.epochs) as advance:
                    advance(len(training.history))
                    for row in training.epochs():
                        _report(fold, row, recipe)
                        advance(1)
                        if self._after_epoch is not None:
                            self._after_epoch(fold, row)
                result = training.result()
            done(fold, result)
            training.remove_checkpoints()


def _report(fold: int, row: Row, recipe: Recipe) -> None:
    _logger.info(
        "fold %d, epoch %d of %d: loss %.4f, validation top-1 %s, learning rate %.2e, %.1f s",
        fold,
        row["epoch"],
        recipe.epochs,
        row["loss"],
        f"{100 * row['validation_top1']:.1f} %" if "validation_top1" in row else "none",
        row["learning_rate"],
        row["seconds"],
    )
