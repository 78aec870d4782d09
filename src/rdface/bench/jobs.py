"""The smallest piece of work: one fold of one backbone with one learner."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.files import write_bytes
from rdface.learners import fit_fold
from rdface.protocols import FoldRows

Features = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Job:
    """What to compute and where the outcome goes.

    Attributes:
        part: File of the outcome; it appears whole, or not at all.
        backbones: One, or several for an ensemble.
        learner: Name.
        fold: Number of the fold in the split.
    """

    part: Path
    backbones: tuple[str, ...]
    learner: str
    fold: int


@dataclass(frozen=True, eq=False)
class Materials:
    """What all jobs of a benchmark read; sent to each worker once.

    Attributes:
        features: Backbone to ``float32 [N, D]``, rows in the cohort's order.
        labels: ``int [N]``, conditions.
        folds: Rows of every fold.
        n_conditions: Conditions of the cohort.
        refit: Whether validation images join the final fit.
    """

    features: Features
    labels: NDArray[np.intp]
    folds: tuple[FoldRows, ...]
    n_conditions: int
    refit: bool


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a job found.

    Attributes:
        scores: ``float32 [n_test, C]``, in the order of the fold's test images.
        chosen: The hyper-parameters that validation chose.
        seconds: Wall time.
        peak_memory_mb: Largest resident memory of the process so far, MB.
    """

    scores: NDArray[np.float32]
    chosen: dict[str, dict[str, Any]]
    seconds: float
    peak_memory_mb: float


def do_job(job: Job, materials: Materials) -> None:
    """Compute a job and write its part."""
    started = time.monotonic()
    done = fit_fold(
        {name: materials.features[name] for name in job.backbones},
        materials.labels,
        materials.folds[job.fold],
        learner=job.learner,
        n_conditions=materials.n_conditions,
        refit=materials.refit,
    )
    outcome = Outcome(
        scores=done.scores.astype(np.float32),
        chosen=done.chosen,
        seconds=time.monotonic() - started,
        peak_memory_mb=peak_memory_mb(),
    )
    _write(job.part, outcome)


def _write(path: Path, outcome: Outcome) -> None:
    about = {
        "chosen": outcome.chosen,
        "seconds": outcome.seconds,
        "peak_memory_mb": outcome.peak_memory_mb,
    }
    stream = io.BytesIO()
    np.savez(stream, scores=outcome.scores, about=np.array(json.dumps(about)))
    write_bytes(path, stream.getvalue())


def read_outcome(path: Path) -> Outcome:
    """Read a part that :func:`do_job` wrote."""
    with np.load(path, allow_pickle=False) as content:
        return Outcome(scores=content["scores"], **json.loads(str(content["about"])))


def peak_memory_mb() -> float:
    """Largest resident memory of this process so far, MB; NaN where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return float("nan")
    import sys

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
