"""Few-shot runs as a table: a row per backbone, method and reading, a column per setting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rdface.bench.few_shot.answers import ACCURACY, OVER_EPISODES
from rdface.bench.few_shot.reference import reference_accuracy
from rdface.bench.reference import is_rdface
from rdface.bench.result import Metric, Run
from rdface.errors import RunError
from rdface.protocols.few_shot import Setting

PATIENTS, EPISODES, PAPER = "over patients", "over episodes", "paper"


@dataclass(frozen=True)
class FewShotRow:
    """One line.

    Attributes:
        backbone: Name.
        method: Label.
        reading: ``over patients``; ``over episodes`` (the usual, too narrow interval, shown where
            a quirk asks for the paper's reading); or ``paper``.
        cells: Setting to the accuracy: a metric, or the paper's bare number.
    """

    backbone: str
    method: str
    reading: str
    cells: dict[Setting, Metric | float]


@dataclass(frozen=True)
class FewShotTable:
    """The table.

    Attributes:
        settings: The columns, in order.
        rows: Best first, by the mean over the settings that each has.
        chance: Setting to what guessing gives.
    """

    settings: tuple[Setting, ...]
    rows: tuple[FewShotRow, ...]
    chance: dict[Setting, float]


def few_shot_table(runs: Sequence[Run]) -> FewShotTable:
    """Put few-shot runs together.

    Raises:
        RunError: Runs of different cohorts, of different episodes in one setting (unless a quirk
            lets each draw its own), or two of one backbone, method and setting.
    """
    by_row: dict[tuple[str, str], dict[Setting, Run]] = {}
    for run in runs:
        cells = by_row.setdefault((run.result.backbone, run.result.learner), {})
        other = cells.setdefault(setting_of(run), run)
        if other is not run:
            raise RunError(
                f"{other.folder} and {run.folder} have the same backbone, method and setting.",
                hint="Give a folder that holds the runs of one spec, such as runs/few-shot.",
            )
    settings = tuple(sorted({setting for cells in by_row.values() for setting in cells}))
    _refuse_mixtures(runs)
    rows = []
    for (backbone, method), cells in sorted(by_row.items(), key=_order):
        rows += _lines(backbone, method, dict(sorted(cells.items())))
    chance = {setting: 1 / setting.way for setting in settings}
    return FewShotTable(settings, tuple(rows), chance)


def setting_of(run: Run) -> Setting:
    """The setting of a few-shot run."""
    protocol = run.result.protocol
    return Setting(*(int(protocol[name]) for name in ("way", "shot", "query")))


def _order(row: tuple[tuple[str, str], dict[Setting, Run]]) -> tuple[float, tuple[str, str]]:
    names, cells = row
    values = [run.result.metrics[ACCURACY].value for run in cells.values()]
    return -sum(values) / len(values), names


def _lines(backbone: str, method: str, cells: dict[Setting, Run]) -> list[FewShotRow]:
    def line(reading: str, found: dict[Setting, Metric | float]) -> FewShotRow:
        return FewShotRow(backbone, method, reading, found)

    lines = []
    if any(is_rdface(run.result) for run in cells.values()):
        named = {
            setting: reference_accuracy(
                backbone, str((run.result.recipe or {}).get("method")), setting
            )
            for setting, run in cells.items()
        }
        figures = {setting: value for setting, value in named.items() if value is not None}
        if figures:
            lines.append(line(PAPER, dict(figures)))
    lines.append(line(PATIENTS, {s: run.result.metrics[ACCURACY] for s, run in cells.items()}))
    if any(run.result.quirks for run in cells.values()):
        usual = {s: run.result.metrics[OVER_EPISODES] for s, run in cells.items()}
        lines.append(line(EPISODES, dict(usual)))
    return lines


def _refuse_mixtures(runs: Sequence[Run]) -> None:
    if len({run.result.cohort.sha256 for run in runs}) > 1:
        raise RunError(
            "The runs are about different cohorts.", hint="Give a folder of runs of one cohort."
        )
    seen: dict[Setting, Run] = {}
    for run in runs:
        if "episodes-per-fold" in run.result.quirks:
            continue
        first = seen.setdefault(setting_of(run), run)
        if first.result.split_sha256 != run.result.split_sha256:
            raise RunError(
                f"{first.folder} and {run.folder} answered different episodes; no ranking is fair.",
                hint="Give a folder whose runs share their cohort, seed and quirks.",
            )
