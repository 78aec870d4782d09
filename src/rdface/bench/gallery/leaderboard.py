"""Gallery runs as one table a setting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rdface.bench.gallery.measure import name_of
from rdface.bench.gallery.predictions import SETTINGS, Setting
from rdface.bench.leaderboard import refuse_twins
from rdface.bench.result import Metric, Run
from rdface.errors import RunError
from rdface.metrics.measures import TOP_K

MACRO = tuple(f"top{k}_macro" for k in TOP_K)
RANKED_BY = name_of(Setting("rare", "all"), "mrr_macro")
"""Orders the rows of all tables: what a gallery is for, by a measure that uses every rank."""


@dataclass(frozen=True)
class GalleryRow:
    """One line: a backbone with a metric.

    Attributes:
        backbone: Name.
        metric: Label.
        cells: Measure to its value with interval, or to chance's bare number.
    """

    backbone: str
    metric: str
    cells: dict[str, Metric]


@dataclass(frozen=True)
class SettingTable:
    """What was found in one setting.

    Attributes:
        setting: Which.
        rows: In the same order in every setting.
        chance: Measure to what a random order gives.
    """

    setting: Setting
    rows: tuple[GalleryRow, ...]
    chance: dict[str, float]


def gallery_tables(runs: Sequence[Run], measures: Sequence[str] = MACRO) -> list[SettingTable]:
    """Put gallery runs together, best first.

    Args:
        runs: Finished gallery runs.
        measures: Columns.

    Raises:
        RunError: Runs of different divisions, or two of one backbone and metric.
    """
    for run in runs:
        if run.result.split_sha256 != runs[0].result.split_sha256:
            raise RunError(
                f"{runs[0].folder} and {run.folder} searched different galleries; no ranking is"
                " fair.",
                hint="Give a folder that holds the runs of one spec, such as runs/gallery.",
            )
    refuse_twins(runs)
    ordered = sorted(runs, key=lambda run: (-run.result.metrics[RANKED_BY].value, run.folder.name))
    return [
        SettingTable(
            setting,
            tuple(
                GalleryRow(
                    run.result.backbone,
                    run.result.learner,
                    {name: run.result.metrics[name_of(setting, name)] for name in measures},
                )
                for run in ordered
            ),
            {name: runs[0].result.chance[name_of(setting, name)] for name in measures},
        )
        for setting in SETTINGS
    ]
