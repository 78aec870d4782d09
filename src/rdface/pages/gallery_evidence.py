"""What the page of a gallery is made of: its runs and, where it can be found, their cohort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rdface.bench import Run
from rdface.bench.gallery import GalleryPredictions, gallery_tables
from rdface.bench.result import PREDICTIONS_FILE
from rdface.bench.tested import tested_cohort
from rdface.cohort import Cohort, CohortInfo
from rdface.errors import CohortError

UNTRAINED = ("cosine", "centred")
"""Metrics that learn nothing, or only where the middle of all faces is."""


@dataclass(frozen=True, eq=False)
class GalleryEvidence:
    """Runs that searched the same galleries, the best first.

    Attributes:
        runs: In the order of macro MRR of rare in all, as in all tables.
        cohort: What was searched; None if it was not found. No number is computed from it: it says
            whether faces are simulated, under which licence, and what conditions are called.
    """

    runs: tuple[Run, ...]
    cohort: Cohort | None

    @property
    def best(self) -> Run:
        """The first of the runs."""
        return self.runs[0]

    @property
    def info(self) -> CohortInfo | None:
        """What the cohort says of itself."""
        return self.cohort.info if self.cohort is not None else None

    @cached_property
    def searched(self) -> GalleryPredictions:
        """Who was searched where; the same in all runs, but for the scores."""
        return GalleryPredictions.from_parquet(self.best.folder / PREDICTIONS_FILE)

    @cached_property
    def by_backbone(self) -> dict[str, list[Run]]:
        """Runs of each backbone, in their order."""
        found: dict[str, list[Run]] = {}
        for run in self.runs:
            found.setdefault(run.result.backbone, []).append(run)
        return found

    @cached_property
    def unsearched(self) -> tuple[str, ...]:
        """Conditions that nobody is left to search for, by their names in full if these are known.

        The short name follows in brackets, since tables and predictions have it.
        """
        short = self.best.result.train_only_conditions
        if self.cohort is None:
            return short
        full = self.cohort.condition_names
        return tuple(sorted(f"{full[name]} ({name})" if full.get(name) else name for name in short))


def metric_of(run: Run) -> str:
    """The metric learner of a run, whatever its label is."""
    return str((run.result.recipe or {}).get("metric", run.result.learner))


def gather_gallery(runs: Sequence[Run], cohort: str | Path | None = None) -> GalleryEvidence:
    """Put gallery runs in order and look for their cohort.

    Args:
        runs: All of task ``gallery``.
        cohort: Folder or name; by default what the runs' spec says, if that is there.

    Raises:
        RunError: Runs of different galleries, two of one backbone and metric, or not the cohort
            that was searched.
        CohortError: The cohort that was asked for cannot be read.
    """
    place = {
        (row.backbone, row.metric): place
        for place, row in enumerate(gallery_tables(runs, measures=())[0].rows)
    }
    ordered = sorted(runs, key=lambda run: place[run.result.backbone, run.result.learner])
    try:
        found = tested_cohort(ordered[0], cohort)
    except CohortError:
        if cohort is not None:
            raise
        found = None
    return GalleryEvidence(tuple(ordered), found)
