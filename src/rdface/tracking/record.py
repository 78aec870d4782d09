"""What a tracker is told of a run. Nothing else ever reaches one.

No picture, no score of an image, no id of an image or a patient, no list of folds, no path: only
what ``result.json`` says of all patients together, and the curves of a training.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from rdface.bench.result import Metric, Run
from rdface.bench.run_folder import HISTORY_FILE


@dataclass(frozen=True)
class Record:
    """One run.

    Attributes:
        group: The spec's name.
        name: Backbone and learner.
        key: The run's key; equal runs are logged once.
        settings: How the run was made.
        numbers: Metrics with the ends of their intervals and what they rest on.
        curves: Epoch to numbers, ``fold-0/loss`` and the like; empty where nothing was trained.
    """

    group: str
    name: str
    key: str
    settings: dict[str, str]
    numbers: dict[str, float]
    curves: dict[int, dict[str, float]]


def record_of(run: Run) -> Record:
    """Read a finished run.

    Raises:
        RunError: It is none.
    """
    result = run.result
    settings = {
        "task": result.task,
        "backbone": result.backbone,
        "learner": result.learner,
        "cohort": f"{result.cohort.name} {result.cohort.version}",
        "cohort_sha256": result.cohort.sha256,
        "split_sha256": result.split_sha256,
        "seed": str(result.seed),
        "detector": result.detection.detector,
        "quirks": ", ".join(result.quirks) or "none",
        "leaks": ", ".join(f"{kind} {n}" for kind, n in result.tolerated_leaks.items()) or "none",
        **{f"protocol.{key}": str(value) for key, value in result.protocol.items()},
        **{f"recipe.{key}": str(value) for key, value in (result.recipe or {}).items()},
        **{f"version.{key}": value for key, value in result.versions.items()},
    }
    numbers = {"seconds": result.seconds}
    if result.peak_memory_mb is not None:
        numbers["peak_memory_mb"] = result.peak_memory_mb
    for name, metric in result.metrics.items():
        numbers |= dict(_with_interval(name, metric))
    numbers |= {f"{name}/chance": value for name, value in result.chance.items()}
    for judged, metrics in result.reliability.items():
        for name, metric in metrics.items():
            numbers |= dict(_with_interval(f"{judged}/{name}", metric))
    return Record(
        group=result.name,
        name=f"{result.backbone}__{result.learner}",
        key=result.key,
        settings=settings,
        numbers={_plain(name): value for name, value in numbers.items() if math.isfinite(value)},
        curves=_curves(run),
    )


def _plain(name: str) -> str:
    """``top1_micro@5+`` as ``top1_micro/5 or more``: MLflow takes few signs."""
    return re.sub(r"[^\w\-. :/]", "_", name.replace("@", "/").replace("+", " or more"))


def _with_interval(name: str, metric: Metric) -> Iterator[tuple[str, float]]:
    yield name, metric.value
    yield f"{name}/low", metric.low
    yield f"{name}/high", metric.high
    yield f"{name}/images", float(metric.n)
    yield f"{name}/patients", float(metric.n_patients)


def _curves(run: Run) -> dict[int, dict[str, float]]:
    path = run.folder / HISTORY_FILE
    if not path.is_file():
        return {}
    curves: dict[int, dict[str, float]] = {}
    for row in pd.read_csv(path).to_dict("records"):
        at = curves.setdefault(int(row["epoch"]), {})
        for name, value in row.items():
            if name not in ("fold", "epoch") and math.isfinite(value):
                at[f"fold-{int(row['fold'])}/{name}"] = float(value)
    return curves
