"""Rank finished runs by one metric."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rdface.bench.result import Metric, Run
from rdface.errors import RunError, UsageError

COLUMNS = ("top1_micro", "top5_micro", "top10_micro", "top30_micro", "top1_macro", "mrr_micro")


_ONE_SPEC = "Give a folder that holds the runs of one spec, such as runs/demo."


@dataclass(frozen=True)
class Row:
    """One line of the leaderboard."""

    backbone: str
    learner: str
    metrics: dict[str, Metric]


def leaderboard(runs: Sequence[Run], *, by: str = "top1_micro") -> list[Row]:
    """Best run first; runs of another cohort or split are another leaderboard.

    Args:
        runs: Finished runs.
        by: Metric to rank by.

    Raises:
        RunError: The runs were not tested on the same images, or two cannot be told apart.
        UsageError: They lack the metric.
    """
    splits = {run.result.split_sha256 for run in runs}
    if len(splits) > 1:
        raise RunError(
            f"The runs were tested on {len(splits)} different splits; no ranking is fair.",
            hint=_ONE_SPEC,
        )
    refuse_twins(runs)
    for run in runs:
        if by not in run.result.metrics:
            known = ", ".join(run.result.metrics)
            raise UsageError(f"{run.folder} has no metric {by!r}.", hint=f"Known: {known}.")
    sign = -1 if runs[0].result.metrics[by].higher_is_better else 1
    rows = [Row(run.result.backbone, run.result.learner, run.result.metrics) for run in runs]
    return sorted(rows, key=lambda row: (sign * row.metrics[by].value, row.backbone, row.learner))


def refuse_twins(runs: Sequence[Run]) -> None:
    """Make sure that runs can be told apart by their names.

    Raises:
        RunError: Two have the same backbone and learner.
    """
    seen: dict[tuple[str, str], Run] = {}
    for run in runs:
        other = seen.setdefault((run.result.backbone, run.result.learner), run)
        if other is not run:
            raise RunError(
                f"{other.folder} and {run.folder} have the same backbone and learner.",
                hint=_ONE_SPEC,
            )
