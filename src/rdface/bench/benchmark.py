"""Run a spec: faces, embeddings and folds, each worked out once, each kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rdface.backbones import Backbone
from rdface.bench.jobs import Job, Materials, plan_jobs
from rdface.bench.result import Run
from rdface.bench.run_folder import RunFolder
from rdface.bench.running import run_jobs
from rdface.bench.spec import Spec
from rdface.bench.study import Study, open_study
from rdface.bench.training import train_here
from rdface.bench.training_there import train_there
from rdface.engines import Engine, Local
from rdface.errors import RunError


def run_benchmark(
    spec: Spec, out: Path, *, engine: Engine | None = None, fresh: bool = False
) -> list[Run]:
    """Run every backbone with every learner, or go on where that was stopped.

    Args:
        spec: What to run.
        out: Run folders are made below it, one per backbone and learner; where the spec has a
            protocol ``beside`` its own, in a folder per protocol.
        engine: Where it is done; processes on the cores of this machine if None.
        fresh: Throw away what lies in the run folders.

    Returns:
        The finished runs, in the order of the spec, protocol by protocol.

    Raises:
        RdfaceError: A cohort, weights, a leak ...; each says what to do.
    """
    engine = engine or Local()
    parts = spec.under_each_protocol()
    loaded: dict[str, Backbone] = {}
    studies = [open_study(part, loaded, engine) for part in parts]
    runs = []
    for part, study in zip(parts, studies, strict=True):
        folder = out if len(parts) == 1 else out / part.protocol.name
        with alone_in(folder):
            runs += _run(study, folder, engine, fresh=fresh)
    return runs


def _run(study: Study, out: Path, engine: Engine, *, fresh: bool) -> list[Run]:
    spec = study.spec
    folders = [
        RunFolder(out, study, backbone, learner)
        for backbone in spec.backbones
        for learner in spec.learners
    ]
    for folder in folders:
        folder.open(fresh=fresh)
    waiting = [folder for folder in folders if not folder.finished]
    jobs = [job for learner in spec.learners for job in _jobs(waiting, learner)]
    if jobs:
        run_jobs(jobs, _materials(study, jobs), engine)
    _judge(study, waiting, engine)
    if not engine.local:
        train_there(study, waiting, engine)
    for folder in waiting:
        train_here(study, folder)
        folder.finish()
    return [Run(folder.path) for folder in folders]


def _judge(study: Study, waiting: Sequence[RunFolder], engine: Engine) -> None:
    """Fit the models that reliability is judged by, where the spec asks for it."""
    plan = study.reliability
    if plan is None:
        return
    jobs = []
    for learner in study.spec.learners:
        missing = {
            folder.backbone: folder.missing_reliability()
            for folder in waiting
            if folder.learner == learner
        }
        jobs += plan_jobs(missing, learner)
    if jobs:
        needed = _needed(study, jobs)
        own = study.embed(needed)
        materials = plan.materials(own, study.labels, [study.backbones[name] for name in needed])
        run_jobs(jobs, materials, engine)


@contextmanager
def alone_in(out: Path) -> Iterator[None]:
    """Hold the folder: two processes at one run would take each other's parts away."""
    from filelock import FileLock, Timeout

    out.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(out / ".lock", timeout=0):
            yield
    except Timeout as error:
        raise RunError(
            f"Another process is at work in {out}.", hint="Wait for it, or give another --out."
        ) from error


def _jobs(folders: Sequence[RunFolder], learner: str) -> list[Job]:
    missing = {
        folder.backbone: folder.missing_parts()
        for folder in folders
        if folder.learner == learner and folder.training is None
    }
    return plan_jobs(missing, learner)


def _materials(study: Study, jobs: Sequence[Job]) -> Materials:
    return Materials(
        features=study.embed(_needed(study, jobs)),
        labels=study.labels,
        folds=study.fold_rows,
        n_conditions=len(study.cohort.condition_ids),
        refit=study.split.refit,
    )


def _needed(study: Study, jobs: Sequence[Job]) -> list[str]:
    """Single backbones that the jobs read."""
    return [name for name in study.backbones if any(name in job.backbones for job in jobs)]
