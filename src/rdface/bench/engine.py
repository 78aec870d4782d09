"""The local engine: jobs on the cores of this machine, in processes of their own."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import signal
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from rdface.bench.jobs import Job, Materials, do_job
from rdface.errors import RunError
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
    workers = min(workers or os.cpu_count() or 1, len(jobs))
    with tempfile.TemporaryDirectory(prefix="rdface-") as folder:
        # Through a file: a worker that dies while it starts would leave a pipe blocked for ever.
        path = Path(folder) / "materials.npz"
        materials.save(path)
        _run(jobs, path, workers)


def _run(jobs: Sequence[Job], materials: Path, workers: int) -> None:
    pool = ProcessPoolExecutor(
        workers,
        # A forked child would inherit locks and threads of OpenCV and BLAS.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_receive,
        initargs=(materials,),
    )
    try:
        with bar("Learning, folds", len(jobs)) as advance:
            for future in as_completed([pool.submit(_do, job) for job in jobs]):
                future.result()
                advance(1)
    except BrokenProcessPool as error:
        raise RunError(
            "A worker process died, perhaps for want of memory.",
            hint="Run the same command again: it goes on where it stopped. With --workers 1 it "
            "needs the least memory. A script of your own must call run_benchmark below "
            "`if __name__ == '__main__':`, for the workers import it.",
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _receive(materials: Path) -> None:
    """Prepare a worker: load the materials."""
    global _materials
    _materials = Materials.load(materials)
    follow_parent()


def follow_parent() -> None:
    """In a worker: leave Ctrl-C to the parent, and never outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    """A parent that was killed cannot end its workers."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def _do(job: Job) -> None:
    assert _materials is not None  # noqa: S101 - set by the initializer
    do_job(job, _materials)
