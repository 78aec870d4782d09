"""What a report is made of: finished runs that may be compared, and their cohort."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rdface.bench import Run, read_runs
from rdface.bench.leaderboard import refuse_twins
from rdface.bench.result import Metric
from rdface.bench.tested import tested_cohort
from rdface.cohort import Cohort
from rdface.errors import RunError

RANKED_BY = "top1_micro"
"""Metric that orders the runs; those without it come last."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """Runs of one cohort and one split, the best first.

    Attributes:
        cohort: What was tested.
        runs: In the order of :data:`RANKED_BY`, ties by name.
        show_faces: Whether the page may show pictures.
    """

    cohort: Cohort
    runs: tuple[Run, ...]
    show_faces: bool

    @property
    def best(self) -> Run:
        """The first of the runs."""
        return self.runs[0]

    @cached_property
    def best_per_backbone(self) -> tuple[Run, ...]:
        """The best run of each backbone, in the runs' order."""
        first: dict[str, Run] = {}
        for run in self.runs:
            first.setdefault(run.result.backbone, run)
        return tuple(first.values())


def run_name(run: Run) -> str:
    """``facenet (lda)``: how a run is called in figures."""
    return f"{run.result.backbone} ({run.result.learner})"


def metric(run: Run, name: str) -> Metric | None:
    """A metric of a run, None where it was not computed."""
    return run.result.metrics.get(name)


def gather(
    runs_folder: Path, *, cohort: str | Path | None = None, show_faces: bool | None = None
) -> Evidence:
    """Read all runs below a folder and the cohort that they are about.

    Args:
        runs_folder: Holds run folders at any depth.
        cohort: Folder or name; by default what the runs' spec says.
        show_faces: Whether pictures may be shown; by default only where all are simulated.

    Raises:
        RunError: There is no run, or two runs differ in cohort or split, or the cohort is not
            the one that was tested.
        CohortError: The cohort cannot be read.
    """
    runs = read_runs(runs_folder)
    _refuse_mixtures(runs)
    loaded = tested_cohort(runs[0], cohort)
    if show_faces is None:
        show_faces = loaded.info.simulated
    ordered = sorted(runs, key=_order)
    return Evidence(loaded, tuple(ordered), show_faces)


def _order(run: Run) -> tuple[float, str]:
    ranked = metric(run, RANKED_BY)
    return (-ranked.value if ranked else 1.0, run_name(run))


def _refuse_mixtures(runs: list[Run]) -> None:
    first = runs[0]
    if any(run.result.task == "few-shot" for run in runs):
        raise RunError(
            "There is no report page for few-shot runs.",
            hint="`rdface leaderboard` shows them; give a folder without them.",
        )
    if any(run.result.task == "gallery" for run in runs):
        raise RunError(
            "Gallery runs have a page of their own, which holds no runs of other tasks.",
            hint="Give a folder that holds the runs of one spec, such as runs/gallery.",
        )
    for run in runs[1:]:
        for what, here, there in (
            ("cohort", first.result.cohort.sha256, run.result.cohort.sha256),
            ("split", first.result.split_sha256, run.result.split_sha256),
        ):
            if here != there:
                raise RunError(
                    f"{first.folder} and {run.folder} are runs of a different {what}"
                    f" ({here[:12]}, {there[:12]}) and cannot stand in one report.",
                    hint="Give a folder whose runs share their cohort, protocol and seed.",
                )
    refuse_twins(runs)
