"""Train on the machines of a cluster: a task is a run of heads, or a fold of a network."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from rdface.bench.jobs import Outcome, write_outcome
from rdface.bench.run_folder import RunFolder
from rdface.bench.spec import Training
from rdface.bench.study import Study
from rdface.bench.training import outcome_of
from rdface.engines import Engine, Here, Needs
from rdface.learners.tuning import TRAINERS, Material, TunedScores
from rdface.progress import bar
from rdface.protocols import FoldRows


@dataclass(frozen=True)
class Task:
    """What one worker trains.

    Attributes:
        backbone: Name.
        learner: Name of the run's learner.
        training: Trainer and recipe.
        parts: Fold to the file of its outcome, which the driver writes.
        folder: Names the folder of checkpoints, which is on the worker's machine.
    """

    backbone: str
    learner: str
    training: Training
    parts: Mapping[int, Path]
    folder: Path


@dataclass(frozen=True, eq=False)
class Given:
    """What all tasks of a round read; it is sent to each worker once.

    Attributes:
        materials: By backbone.
        folds: Rows of every fold.
        device: Type of device, as torch calls it.
    """

    materials: Mapping[str, Material]
    folds: tuple[FoldRows, ...]
    device: str


def train_there(study: Study, folders: Sequence[RunFolder], engine: Engine) -> None:
    """Train what is missing in run folders whose learner is a trainer.

    All runs of heads are one round of tasks. Networks are a round for each run, for a worker that
    holds the pictures and the weights of one run holds enough. Checkpoints stay with the worker:
    a fold whose machine dies is trained anew, unless it comes to the same machine again.

    Args:
        study: What the runs share.
        folders: Of runs, whatever their learner.
        engine: Where.

    Raises:
        RunError: Workers die, for lack of memory for instance.
        RdfaceError: A training diverged.
    """
    for tasks in _rounds(folders):
        _train_all(study, tasks, engine)


def _rounds(folders: Sequence[RunFolder]) -> Iterator[list[Task]]:
    heads = []
    for folder in folders:
        training, missing = folder.training, folder.missing_parts()
        if training is None or not missing:
            continue
        checkpoints = folder.checkpoints.absolute()
        task = Task(folder.backbone, folder.learner, training, folder.parts, checkpoints)
        if TRAINERS.get(training.trainer).wants == "embeddings":
            heads.append(task)  # with all folds: see train_here
            continue
        yield [
            replace(task, parts={fold: part}, folder=checkpoints / str(fold))
            for fold, part in missing.items()
        ]
    if heads:
        yield heads


def _train_all(study: Study, tasks: Sequence[Task], engine: Engine) -> None:
    given = Given(
        {task.backbone: _picklable(study.material(task.backbone, task.training)) for task in tasks},
        study.fold_rows,
        study.device_type,
    )
    with bar("Training, folds", sum(len(task.parts) for task in tasks)) as advance:
        for number, outcomes in engine.run(_train, tasks, given, needs=_needs(given)):
            task = tasks[number]
            for fold, outcome in outcomes.items():
                source = f"{task.backbone} with {task.learner}, fold {fold}"
                write_outcome(task.parts[fold], outcome, source)
                advance(1)


def _picklable(material: Material) -> Material:
    """The pretrained network travels: other machines need not have it, nor what a quirk changed."""
    if material.trunk is None:
        return material
    return replace(material, trunk=partial(copy.deepcopy, material.trunk()))


def _needs(given: Given) -> Needs:
    """As many threads as here: another number adds up in another order."""
    import torch

    if given.device != "cpu":
        return Needs(gpu=True)
    networks = any(material.trunk is not None for material in given.materials.values())
    return Needs(threads=torch.get_num_threads() if networks else 1)


def _train(given: Given, task: Task, here: Here) -> dict[int, Outcome]:
    outcomes = {}

    def keep(fold: int, found: TunedScores) -> None:
        outcomes[fold] = outcome_of(task.backbone, found)

    # All trainers take a device, which their protocol leaves open.
    trainer = TRAINERS.get(task.training.trainer)(**{"device": given.device})
    with here.workplace(task.folder) as folder:
        trainer.train(
            given.materials[task.backbone],
            {fold: given.folds[fold] for fold in task.parts},
            task.training,
            folder=folder,
            done=keep,
        )
    return outcomes
