"""Train what waits, one run after the other; a fold's outcome is kept as soon as it is there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rdface.bench.jobs import Outcome, peak_memory_mb, write_outcome
from rdface.bench.run_folder import RunFolder
from rdface.bench.study import Study
from rdface.learners.tuning import TRAINERS, TunedScores


def train_folders(study: Study, folders: Iterable[RunFolder]) -> None:
    """Train the missing folds of run folders whose learner is a trainer, in this process.

    A trainer uses the whole machine by itself; what it has learnt is kept below the run's folder
    at every epoch, so that a training that was killed goes on there.
    """
    for folder in folders:
        missing = folder.missing_parts()
        training = folder.training
        if training is None or not missing:
            continue
        trainer = TRAINERS.get(training.trainer)()
        if trainer.wants == "embeddings":
            # All folds are trained as one; without those that are done sums are rounded otherwise.
            missing = folder.parts

        def keep(
            fold: int,
            found: TunedScores,
            folder: RunFolder = folder,
            parts: dict[int, Path] = missing,
        ) -> None:
            outcome = Outcome(
                scores=found.scores,
                chosen={folder.backbone: found.chosen},
                seconds=found.seconds,
                peak_memory_mb=peak_memory_mb(),
                last=found.last,
                history=found.history,
            )
            name = f"{folder.backbone} with {folder.learner}, fold {fold}"
            write_outcome(parts[fold], outcome, name)

        trainer.train(
            study.material(folder.backbone, training),
            {fold: study.fold_rows[fold] for fold in missing},
            training,
            folder=folder.checkpoints,
            done=keep,
        )
