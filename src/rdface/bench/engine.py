"""The local engine: jobs on the cores of this machine, in processes of their own."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from rdface.bench.jobs import Job, Materials, do_job
from rdface.bench.workers import run_in_workers
from rdface.progress import bar

_materials: Materials | None = None


def run_jobs(jobs: Sequence[Job], materials: Materials, *, workers: int | None = None) -> None:
    """Do all jobs; each writes its part, so that a kill loses at most one job a worker.

    Args:
        jobs: What to do.
        materials: What they read.
        workers: Processes; as many as there are cores if None.

    Raises:
        RunError: A worker was killed, by a lack of memory for instance.
    """
    if not jobs:
        return
    with (
        tempfile.TemporaryDirectory(prefix="rdface-") as folder,
        bar("Learning, folds", len(jobs)) as advance,
    ):
        path = Path(folder) / "materials.npz"
        materials.save(path)
        for _ in run_in_workers(jobs, _do, workers=workers, prepare=_receive, given=path):
            advance(1)


def _receive(materials: Path) -> None:
    """Prepare a worker: load the materials."""
    global _materials
    _materials = Materials.load(materials)


def _do(job: Job) -> None:
    assert _materials is not None  # noqa: S101 - set by _receive
    do_job(job, _materials)
