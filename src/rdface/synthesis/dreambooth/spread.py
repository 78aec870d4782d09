"""Jobs on an engine: each condition in a worker of its own; what was learnt comes home."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rdface.engines import Engine, Here, Needs
from rdface.engines.parcel import Parcel, pack, unpack
from rdface.files import cache_dir, sha256_bytes, write_bytes
from rdface.learners.tuning.device_there import device_type_there
from rdface.synthesis.dreambooth.job import Job, draw, finished, forget, train
from rdface.synthesis.dreambooth.sampling import Drawn


@dataclass(frozen=True, eq=False)
class Wanted:
    """Samples ``first`` to ``count - 1`` of a job's condition.

    Attributes:
        job: Of the condition.
        seed: Of all samples.
        count: How many there are then.
        first: So many were drawn before.
        learnt: The files of the job's folder, for a worker that does not see it.
    """

    job: Job
    seed: int
    count: int
    first: int
    learnt: Parcel = field(default_factory=dict)


def train_on(
    engine: Engine, jobs: Sequence[Job], devices: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    """Learn every job that is not learnt yet.

    Args:
        engine: Where.
        jobs: Of one fit: they share the pictures of the class.
        devices: Of local workers, one for each.

    Yields:
        What :func:`~rdface.synthesis.dreambooth.job.train` gives, in any order.
    """
    waiting = list(jobs)
    if not engine.local:
        kind = device_type_there(engine)
        done = {job.condition: finished(job, kind) for job in jobs}
        yield from (about for about in done.values() if about is not None)
        waiting = [job for job in jobs if done[job.condition] is None]
    given = None if engine.local else _prior_bytes(waiting)
    needs = Needs(gpu=True, devices=devices)
    for number, (about, files) in engine.run(_train, waiting, given, needs=needs):
        unpack(files, waiting[number].folder)
        yield about


def draw_on(
    engine: Engine, wanted: Sequence[Wanted], devices: tuple[str, ...]
) -> Iterator[list[Drawn]]:
    """The samples of every task, in the tasks' order.

    Args:
        engine: Where.
        wanted: Of one fit.
        devices: Of local workers, one for each.
    """
    tasks = (
        task
        if engine.local or not task.job.recipe.keep_weights
        else replace(task, learnt=pack(task.job.folder))
        for task in wanted
    )
    given = None if engine.local else _prior_bytes([task.job for task in wanted])
    early: dict[int, list[Drawn]] = {}
    due = 0
    needs = Needs(gpu=True, devices=devices)
    for number, drawn in engine.run(_draw_all, tasks, given, needs=needs):
        early[number] = drawn
        while due in early:
            yield early.pop(due)
            due += 1


def drawn(task: Wanted, device: str | None) -> Iterator[Drawn]:
    """The samples of one task, one by one; a condition that is not kept is learnt first."""
    if not task.job.recipe.keep_weights:
        train(task.job, device)
    yield from draw(task.job, task.seed, task.count, first=task.first, device=device)
    if not task.job.recipe.keep_weights:
        forget(task.job)


def _train(prior: bytes | None, job: Job, here: Here) -> tuple[dict[str, Any], Parcel]:
    with here.workplace(job.folder) as folder:
        about = train(_moved(job, folder, prior), here.device)
        return about, here.pack(folder)


def _draw_all(prior: bytes | None, task: Wanted, here: Here) -> list[Drawn]:
    with here.workplace(task.job.folder) as folder:
        unpack(task.learnt, folder)
        moved = replace(task, job=_moved(task.job, folder, prior))
        return list(drawn(moved, here.device))


def _prior_bytes(jobs: Sequence[Job]) -> bytes | None:
    return next((job.prior.read_bytes() for job in jobs if job.prior is not None), None)


def _moved(job: Job, folder: Path, prior: bytes | None) -> Job:
    """The same job with its files where they lie on this machine."""
    if prior is None:
        return replace(job, folder=folder)
    path = cache_dir("dreambooth", "class") / f"{sha256_bytes(prior)[:32]}.npy"
    if not path.is_file():
        write_bytes(path, prior)
    return replace(job, folder=folder, prior=path)
