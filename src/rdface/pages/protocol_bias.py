"""The page of the study: how wrong is a protocol?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from rdface.bench.bias_study.population import read_card
from rdface.bench.bias_study.readings import HEAD, HEAD_READINGS, READINGS, Reading
from rdface.bench.bias_study.summary import (
    Line,
    Mean,
    outcomes_of,
    summarise_choice,
    summarise_models,
    summarise_readings,
)
from rdface.bench.bias_study.trained import BLENDS
from rdface.bench.bias_study.variants import BY_IMAGE, VARIANTS
from rdface.files import write_text
from rdface.metrics.measures import TOP_K
from rdface.pages.figures.caterpillar import Leg, caterpillar
from rdface.pages.figures.frame import Tick
from rdface.pages.figures.interval import Point, Row, intervals
from rdface.pages.figures.palette import BLUE, GREY, INKS
from rdface.pages.templating import fill
from rdface.pages.wording import interval, points, signed_interval, signed_points

if TYPE_CHECKING:
    import pandas as pd

PAGE_FILE = "protocol-bias.html"
METRIC = "top1_micro"
_WRONG = INKS[1].colour
_COLOURS = dict(zip((each.name for each in VARIANTS), (BLUE, INKS[2].colour, _WRONG), strict=True))


@dataclass(frozen=True)
class Panel:
    """Intervals of one reading, cohort by cohort."""

    title: str
    figure: Markup
    held: str


@dataclass(frozen=True)
class TableLine:
    """One reading in words; numbers are per cent or points."""

    name: str
    cells: tuple[tuple[str, str], ...]


def write_study_page(trials: pd.DataFrame, out: Path, *, folder: Path | None = None) -> Path:
    """Write the page into the folder of a study.

    Args:
        trials: Outcomes of all its cohorts.
        out: The study's folder.
        folder: Of the population; the shipped one if None.

    Returns:
        The file that was written.
    """
    path = out / PAGE_FILE
    write_text(path, render_study(trials, read_card(folder)))
    return path


def render_study(trials: pd.DataFrame, card: dict[str, object]) -> str:
    """The page as HTML text: equal outcomes give equal bytes."""
    rows = trials[trials["metric"] == METRIC]
    heads = trials[trials["learner"] == HEAD]
    best = summarise_models(trials, METRIC)
    model = max(best, key=lambda name: best[name][0].truth.value)
    lines = summarise_readings(trials, METRIC)
    return fill(
        "protocol_bias.html.j2",
        card=card,
        n_cohorts=trials["cohort"].nunique(),
        n_models=len(best),
        model=model,
        strict=_line(lines[0]),
        paper=_line(lines[2]),
        by_image=_line(next(line for line in lines if line.reading.variant is BY_IMAGE)),
        worst=_line(lines[-1]),
        says_and_true=_says_and_true(lines),
        bias_of_models=_bias_of_models(best),
        unlike=_unlike(best),
        coverage=_coverage(best),
        panels=[_panel(rows, model, reading) for reading in _shown()],
        tables=[(k, _table(trials, f"top{k}_micro", READINGS)) for k in TOP_K],
        heads=[(k, _table(heads, f"top{k}_micro", HEAD_READINGS)) for k in TOP_K if len(heads)],
        choices=[
            TableLine(each.variant, (_cell(each.wrong), _cell(each.regret, digits=2)))
            for each in summarise_choice(trials, METRIC)
        ],
        error=f"{100 * rows['same_error'].mean():.1f}",
        n_tested=[
            (each.name, int(own.min()), int(own.max()))
            for each in VARIANTS
            for own in [rows.loc[rows["variant"] == each.name, "n"]]
        ],
        colours=_COLOURS,
        n_blends=BLENDS,
    )


def _shown() -> tuple[Reading, ...]:
    return tuple(
        reading for reading in READINGS if not reading.best and reading.interval != "printed"
    )


def _line(line: Line) -> TableLine:
    return TableLine(
        line.reading.name,
        (
            _cell(line.estimate),
            _cell(line.truth),
            _cell(line.bias, signed=True),
            _cell(line.coverage),
            (points(line.width), ""),
            (points(line.error), ""),
        ),
    )


def _table(trials: pd.DataFrame, metric: str, readings: Sequence[Reading]) -> list[TableLine]:
    deployed = summarise_readings(trials, metric, "deployed", readings)
    tested = summarise_readings(trials, metric, readings=readings)
    return [
        TableLine(
            line.reading.name,
            (*_line(line).cells, _cell(other.bias, signed=True), _cell(other.coverage)),
        )
        for line, other in zip(tested, deployed, strict=True)
    ]


def _cell(mean: Mean, *, signed: bool = False, digits: int = 1) -> tuple[str, str]:
    if signed:
        return signed_points(mean.value), signed_interval(mean.low, mean.high)
    if digits == 1:
        return points(mean.value), interval(mean.low, mean.high)
    low, high = 100 * mean.low, 100 * mean.high
    ends = "" if low == high else f"{low:.{digits}f}–{high:.{digits}f}"
    return f"{100 * mean.value:.{digits}f}", ends


def _says_and_true(lines: Sequence[Line]) -> Markup:
    top = _axis_end([mean for line in lines for mean in (line.estimate, line.truth)])
    return intervals(
        [
            Row(
                line.reading.name,
                [
                    _point(line.truth, GREY, top, hollow=True),
                    _point(line.estimate, _COLOURS[line.reading.variant.name], top),
                ],
            )
            for line in lines
        ],
        label="What each protocol says and what is true: "
        + "; ".join(
            f"{line.reading.name} {points(line.estimate.value)} % and {points(line.truth.value)} %"
            for line in lines
        ),
        ticks=[Tick(value / top, str(value)) for value in range(0, top + 1, 5)],
        title="Top-1 accuracy, %",
    )


def _point(mean: Mean, colour: str, top: int, *, hollow: bool = False) -> Point:
    return Point(
        100 * mean.value / top,
        100 * mean.low / top,
        100 * mean.high / top,
        colour,
        hollow=hollow,
        title=f"{points(mean.value)} % ({interval(mean.low, mean.high)})",
    )


def _bias_of_models(models: dict[str, list[Line]]) -> Markup:
    ends = [
        100 * end
        for lines in models.values()
        for line in lines
        for end in (line.bias.low, line.bias.high)
    ]
    least, most = 5 * math.floor(min(*ends, 0) / 5), 5 * math.ceil(max(*ends, 5) / 5)

    def position(value: float) -> float:
        return (100 * value - least) / (most - least)

    return intervals(
        [
            Row(
                name,
                [
                    Point(
                        position(line.bias.value),
                        position(line.bias.low),
                        position(line.bias.high),
                        _COLOURS[line.reading.variant.name],
                        title=f"{line.reading.name}: {signed_points(line.bias.value)} points",
                    )
                    for line in lines
                ],
            )
            for name, lines in models.items()
        ],
        label="Bias of each model under each protocol, in points",
        ticks=[
            Tick(position(value / 100), signed_points(value / 100).removesuffix(".0"))
            for value in range(least, most + 1, 5)
        ],
        title="Bias: what the protocol says minus what is true, points of top-1",
        zero=position(0.0),
    )


def _coverage(models: dict[str, list[Line]]) -> str:
    """In which share of the cohorts the intervals of the first variant hold, model by model."""
    found = {name: lines[0].coverage for name, lines in models.items()}
    least, most = (pick(found, key=lambda name: found[name].value) for pick in (min, max))
    return (
        f"Under {VARIANTS[0].name} they hold the truth in {points(found[least].value)} %"
        f" ({least}, {interval(found[least].low, found[least].high)}) to"
        f" {points(found[most].value)} % ({most}) of the cohorts."
    )


def _unlike(models: dict[str, list[Line]]) -> str:
    """Which models the division by images flatters least and most, in words."""
    bias = {name: lines[-1].bias.value for name, lines in models.items()}
    least, most = min(bias, key=lambda name: bias[name]), max(bias, key=lambda name: bias[name])
    return (
        f"Under {VARIANTS[-1].name} the bias goes from {signed_points(bias[least])} points"
        f" ({least}) to {signed_points(bias[most])} ({most})."
    )


def _panel(rows: pd.DataFrame, model: str, reading: Reading) -> Panel:
    own = rows[rows["backbone"] + " " + rows["learner"] == model]
    table = outcomes_of(own, reading, METRIC).sort_values("same")
    legs = [
        Leg(*(float(value) for value in row))
        for row in table[["estimate", "low", "high", "same"]].itertuples(index=False)
    ]
    top = 10 * (1 + int(100 * rows[["high", "estimate"]].to_numpy().max() // 10))
    held = sum(leg.holds for leg in legs)
    figure = caterpillar(
        legs,
        top=min(top, 100),
        label=f"{reading.name}: {held} of {len(legs)} intervals hold the truth",
        colour=BLUE,
        missed=_WRONG,
        x_title="Cohorts, by their truth",
    )
    return Panel(reading.name, figure, f"{held} of {len(legs)} intervals hold the truth")


def _axis_end(means: Sequence[Mean]) -> int:
    return 5 * (1 + int(100 * max(mean.high for mean in means) / 5))
