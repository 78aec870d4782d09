"""Run a spec: faces, embeddings and folds, each worked out once, each kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rdface.bench.engine import run_jobs
from rdface.bench.jobs import Job, Materials, plan_jobs
from rdface.bench.result import Run
from rdface.bench.run_folder import RunFolder
from rdface.bench.spec import Spec
from rdface.bench.study import Study, open_study


def run_benchmark(
    spec: Spec, out: Path, *, workers: int | None = None, fresh: bool = False
) -> list[Run]:
    """Run every backbone with every learner, or go on where that was stopped.

    Args:
        spec: What to run.
        out: Run folders are made below it, one per backbone and learner.
        workers: Worker processes; one per core if None.
        fresh: Throw away what lies in the run folders.

    Returns:
        The finished runs, in the order of the spec.

    Raises:
        RdfaceError: A cohort, weights, a leak ...; each says what to do.
    """
    study = open_study(spec)
    folders = [
        RunFolder(out, study, backbone, learner)
        for backbone in spec.backbones
        for learner in spec.learners
    ]
    for folder in folders:
        folder.open(fresh=fresh)
    waiting = [folder for folder in folders if not folder.finished]
    if waiting:
        jobs = [job for learner in spec.learners for job in _jobs(waiting, learner)]
        run_jobs(jobs, _materials(study, jobs), workers=workers)
        for folder in waiting:
            folder.finish()
    return [Run(folder.path) for folder in folders]


def _jobs(folders: Sequence[RunFolder], learner: str) -> list[Job]:
    missing = {
        folder.backbone: folder.missing_parts() for folder in folders if folder.learner == learner
    }
    return plan_jobs(missing, learner)


def _materials(study: Study, jobs: Sequence[Job]) -> Materials:
    needed = [name for name in study.backbones if any(name in job.backbones for job in jobs)]
    return Materials(
        features=study.embed(needed),
        labels=study.labels,
        folds=study.fold_rows,
        n_conditions=len(study.cohort.condition_ids),
        refit=study.split.refit,
    )
