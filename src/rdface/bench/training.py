"""Train what waits in a run's folder; a fold's outcome is kept as soon as it is there."""

from __future__ import annotations

from rdface.bench.jobs import Outcome, peak_memory_mb, write_outcome
from rdface.bench.run_folder import RunFolder
from rdface.bench.study import Study
from rdface.learners.tuning import TRAINERS, TunedScores


def train_here(study: Study, folder: RunFolder) -> None:
    """Train the missing folds of a run whose learner is a trainer, in this process.

    A trainer uses the whole machine by itself; what it has learnt is kept below the run's folder
    at every epoch, so that a training that was killed goes on there.
    """
    missing, training = folder.missing_parts(), folder.training
    if training is None or not missing:
        return
    trainer = TRAINERS.get(training.trainer)()
    if trainer.wants == "embeddings":
        # All folds are trained as one; without those that are done sums are rounded otherwise.
        missing = folder.parts

    def keep(fold: int, found: TunedScores) -> None:
        name = f"{folder.backbone} with {folder.learner}, fold {fold}"
        write_outcome(missing[fold], outcome_of(folder.backbone, found), name)

    trainer.train(
        study.material(folder.backbone, training),
        {fold: study.fold_rows[fold] for fold in missing},
        training,
        folder=folder.checkpoints,
        done=keep,
    )


def outcome_of(backbone: str, found: TunedScores) -> Outcome:
    """What is kept of a fold that this process has trained."""
    return Outcome(
        scores=found.scores,
        chosen={backbone: found.chosen},
        seconds=found.seconds,
        peak_memory_mb=peak_memory_mb(),
        last=found.last,
        history=found.history,
    )
