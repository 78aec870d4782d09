"""One table of what several protocols, and the paper, say of the same backbone and learner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rdface.bench.reference import is_rdface, reference_figures
from rdface.bench.result import Metric, Run, Spread
from rdface.errors import RunError
from rdface.metrics.measures import TOP_K

COLUMNS = tuple(f"top{k}_micro" for k in TOP_K)
TUNED = "fine_tune"
"""The learner that the paper's figures are of."""


@dataclass(frozen=True)
class Line:
    """One reading of one pair of backbone and learner.

    Attributes:
        backbone: Name.
        learner: Name.
        reading: What the figures are, in words.
        figures: Metric to a mean with SD, or to a value with its interval.
    """

    backbone: str
    learner: str
    reading: str
    figures: dict[str, Spread] | dict[str, Metric]


def side_by_side(runs: Sequence[Run]) -> list[Line]:
    """Lines in the order of the runs, those of one backbone and learner together.

    Args:
        runs: Of one cohort; several protocols, each with one split.

    Raises:
        RunError: Different cohorts, or one protocol with two splits.
    """
    _refuse_mixtures(runs)
    lines = []
    for pair in dict.fromkeys((run.result.backbone, run.result.learner) for run in runs):
        own = [run.result for run in runs if (run.result.backbone, run.result.learner) == pair]
        published = reference_figures(pair[0]) if pair[1] == TUNED and is_rdface(own[0]) else None
        if published is not None:
            lines.append(Line(*pair, "RDFace paper, mean ± SD of 5 models", published))
        for result in own:
            protocol = str(result.protocol["name"])
            if result.fold_spread is not None:
                folds = max(spread.folds for spread in result.fold_spread.values())
                reading = f"{protocol}, mean ± SD of {folds} models"
                lines.append(Line(*pair, reading, result.fold_spread))
            figures = {name: result.metrics[name] for name in COLUMNS}
            n = result.cohort.sizes(figures[COLUMNS[0]])
            with_quirks = " with quirks" if result.quirks else ""
            reading = f"{protocol}{with_quirks}, n = {n} [95 %]"
            lines.append(Line(*pair, reading, figures))
    return lines


def _refuse_mixtures(runs: Sequence[Run]) -> None:
    if len({run.result.cohort.sha256 for run in runs}) > 1:
        raise RunError(
            "The runs are of different cohorts and cannot stand side by side.",
            hint="Give a folder that holds the runs of one spec, such as runs/paper.",
        )
    splits: dict[str, set[str]] = {}
    for run in runs:
        name = str(run.result.protocol["name"])
        splits.setdefault(name, set()).add(run.result.split_sha256)
    for name, found in splits.items():
        if len(found) > 1:
            raise RunError(
                f"The runs under protocol {name!r} were tested on {len(found)} different splits;"
                " no comparison is fair.",
                hint="Give a folder that holds the runs of one spec, such as runs/paper.",
            )
