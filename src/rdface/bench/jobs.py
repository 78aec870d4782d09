"""The smallest piece of work: one fold with one learner, for one backbone or an ensemble."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.errors import RdfaceError
from rdface.files import load_arrays, write_bytes
from rdface.learners import fit_fold
from rdface.learners.novelty import novelty_of_fold
from rdface.protocols import FoldRows

ENSEMBLE = "+"
"""Joins the names of the backbones of a score-level ensemble."""

Features = Mapping[str, NDArray[np.float32]]

PROBE = "probe"
"""Name of the score of a probe, beside those of novelty; NaN where it judges nothing."""

_NOVELTY = "novelty:"


@dataclass(frozen=True)
class Job:
    """What to compute and where the outcomes go.

    An ensemble is made of the models of its backbones, so one job serves the runs of all of them.

    Attributes:
        learner: Name.
        fold: Number of the fold in the split.
        parts: Backbone, or backbones joined by ``+``, to the file of its outcome, which appears
            whole or not at all. The first name holds all the others.
    """

    learner: str
    fold: int
    parts: dict[str, Path]

    @property
    def backbones(self) -> tuple[str, ...]:
        """Single backbones to fit."""
        return tuple(next(iter(self.parts)).split(ENSEMBLE))


def plan_jobs(missing: Mapping[str, Mapping[int, Path]], learner: str) -> list[Job]:
    """Jobs that leave nothing missing and fit no backbone twice in a fold, if that can be.

    Args:
        missing: Backbone, or backbones joined by ``+``, to fold to the file of its outcome.
        learner: Name.
    """
    waiting = {name: dict(parts) for name, parts in missing.items()}
    jobs = []
    for name in sorted(waiting, key=lambda name: -name.count(ENSEMBLE)):
        singles = name.split(ENSEMBLE) if ENSEMBLE in name else []
        for fold, part in waiting[name].items():
            shared = {
                single: waiting[single].pop(fold)
                for single in singles
                if fold in waiting.get(single, {})
            }
            jobs.append(Job(learner, fold, {name: part} | shared))
    return jobs


@dataclass(frozen=True, eq=False)
class Materials:
    """What all jobs of a benchmark read; it is sent to each worker once.

    Attributes:
        features: Backbone to ``float32 [N, D]``, rows in the cohort's order.
        labels: ``int [N]``, conditions.
        folds: Rows of every fold.
        n_conditions: Conditions of the cohort.
        refit: Whether validation images join the final fit.
        novelty: Novelty scores to fit beside the models, on the same rows.
        probes: Fold to the rows of a probe that tells unaffected children (label -1) from
            patients; its test rows are among the fold's.
    """

    features: Features
    labels: NDArray[np.intp]
    folds: tuple[FoldRows, ...]
    n_conditions: int
    refit: bool
    novelty: tuple[str, ...] = ()
    probes: Mapping[int, FoldRows] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a job found.

    Attributes:
        scores: ``float32 [n_test, C]``, in the order of the fold's test images.
        chosen: The hyper-parameters that validation chose.
        seconds: Wall time of choosing and fitting.
        peak_memory_mb: Largest resident memory of the process so far, MB; None if unknown.
        last: The scores of the last epoch, where ``scores`` are those of a chosen one.
        history: A row an epoch, where there were epochs.
        novelty: Name of a novelty score to ``float32 [n_test]``, where some were asked for.
    """

    scores: NDArray[np.float32]
    chosen: dict[str, dict[str, Any]]
    seconds: float
    peak_memory_mb: float | None
    last: NDArray[np.float32] | None = None
    history: list[dict[str, float]] = field(default_factory=list)
    novelty: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)


def do_job(materials: Materials, job: Job) -> dict[str, Outcome]:
    """Compute a job: the outcome of each of its parts."""
    features = {name: materials.features[name] for name in job.backbones}
    rows = materials.folds[job.fold]
    done = fit_fold(
        features,
        materials.labels,
        rows,
        learner=job.learner,
        n_conditions=materials.n_conditions,
        refit=materials.refit,
    )
    outcomes = {}
    for name in job.parts:
        alone = name in done.parts
        own = {name: features[name]} if alone else features
        strange = novelty_of_fold(own, materials.labels, rows, names=materials.novelty)
        if materials.probes:
            strange[PROBE] = _probe(own, materials, job.fold)
        outcomes[name] = Outcome(
            scores=(done.parts[name] if alone else done.scores).astype(np.float32),
            chosen={name: done.chosen[name]} if alone else done.chosen,
            seconds=done.seconds[name] if alone else sum(done.seconds.values()),
            peak_memory_mb=peak_memory_mb(),
            novelty={key: values.astype(np.float32) for key, values in strange.items()},
        )
    return outcomes


def keep_outcomes(job: Job, outcomes: Mapping[str, Outcome]) -> None:
    """Write the parts of a job that :func:`do_job` has computed.

    Raises:
        RdfaceError: A score is no number.
    """
    for name, part in job.parts.items():
        write_outcome(part, outcomes[name], f"{name} with {job.learner}, fold {job.fold}")


def _probe(features: Features, materials: Materials, fold: int) -> NDArray[np.float64]:
    """Log-odds of "unaffected", mean over backbones; NaN for test rows that it does not judge.

    Not as :attr:`FoldScores.scores` has them: z-scores over two conditions are always 1 and -1.
    """
    found = np.full(len(materials.folds[fold].test), np.nan)
    rows = materials.probes.get(fold)
    if rows is not None:
        unaffected = (materials.labels < 0).astype(np.intp)
        done = fit_fold(features, unaffected, rows, learner="logistic", n_conditions=2)
        place = {int(row): at for at, row in enumerate(materials.folds[fold].test)}
        odds = [scores[:, 1] - scores[:, 0] for scores in done.parts.values()]
        found[[place[int(row)] for row in rows.test]] = np.mean(odds, axis=0)
    return found


def write_outcome(path: Path, outcome: Outcome, source: str) -> None:
    """Write a part atomically.

    Raises:
        RdfaceError: A score is no number; ``source`` says whose.
    """
    novelty = {name: values for name, values in outcome.novelty.items() if name != PROBE}
    for scores in (outcome.scores, outcome.last, *novelty.values()):
        if scores is not None and (np.isnan(scores).any() or np.isposinf(scores).any()):
            raise RdfaceError(
                f"{source} gave a score that is no number.",
                hint="A training may have diverged: try a lower learning rate, or `clip: 1`.",
            )
    about = {
        "chosen": outcome.chosen,
        "seconds": outcome.seconds,
        "peak_memory_mb": outcome.peak_memory_mb,
        "history": outcome.history,
    }
    arrays: dict[str, Any] = {"scores": outcome.scores, "about": np.array(json.dumps(about))}
    if outcome.last is not None:
        arrays["last"] = outcome.last
    arrays |= {f"{_NOVELTY}{name}": values for name, values in outcome.novelty.items()}
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    write_bytes(path, stream.getvalue())


def read_outcome(path: Path) -> Outcome | None:
    """Read a part that :func:`write_outcome` wrote; None if it is not there or damaged."""
    try:
        content = load_arrays(path)
        about = json.loads(str(content["about"]))
        novelty = {
            name.removeprefix(_NOVELTY): values
            for name, values in content.items()
            if name.startswith(_NOVELTY)
        }
        last = content.get("last")
        return Outcome(scores=content["scores"], last=last, novelty=novelty, **about)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def peak_memory_mb() -> float | None:
    """Largest resident memory of this process so far, MB; None where the system does not say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    import sys

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
