"""Do the jobs of a benchmark on an engine; each outcome is kept as soon as it is there."""

from __future__ import annotations

from collections.abc import Sequence

from rdface.bench.jobs import Job, Materials, Outcome, do_job, keep_outcomes
from rdface.engines import Engine, Here
from rdface.progress import bar


def run_jobs(jobs: Sequence[Job], materials: Materials, engine: Engine) -> None:
    """Do all jobs; a kill loses at most those that workers were at.

    Args:
        jobs: What to do.
        materials: What they read.
        engine: Where.

    Raises:
        RunError: Workers die, for lack of memory for instance.
        RdfaceError: A score is no number.
    """
    if not jobs:
        return
    with bar("Learning, folds", len(jobs)) as advance:
        for number, outcomes in engine.run(_do, jobs, materials):
            keep_outcomes(jobs[number], outcomes)
            advance(1)


def _do(materials: Materials, job: Job, here: Here) -> dict[str, Outcome]:
    return do_job(materials, job)
