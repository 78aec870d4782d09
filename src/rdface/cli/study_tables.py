"""The tables of ``rdface study protocol-bias``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import pandas as pd

    from rdface.bench.bias_study.readings import Reading
    from rdface.bench.bias_study.summary import Mean


def show_study(trials: pd.DataFrame, metric: str, *, markdown: bool = False) -> None:
    """Print what each protocol says, what is true, and which model it picks."""
    from rdface.bench.bias_study.readings import HEAD, HEAD_READINGS, READINGS
    from rdface.bench.bias_study.summary import summarise_choice
    from rdface.cli.tables import print_table

    _show_readings(trials, metric, READINGS, metric, markdown=markdown)
    heads = trials[trials["learner"] == HEAD]
    if len(heads):
        click.echo()
        title = f"the trained head, {metric}"
        _show_readings(heads, metric, HEAD_READINGS, title, markdown=markdown)
    click.echo()
    print_table(
        ["best model picked by", "another is better, % of cohorts", "points lost"],
        [
            [choice.variant, _points(choice.wrong), _points(choice.regret, 2)]
            for choice in summarise_choice(trials, metric)
        ],
        markdown=markdown,
    )
    click.echo()
    _show_models(trials, metric, markdown=markdown)
    click.echo(
        f"{trials['cohort'].nunique()} cohorts, {trials['n'].max()} test images at most;"
        " means over cohorts and models [95 % over cohorts]",
        err=True,
    )


def _show_models(trials: pd.DataFrame, metric: str, *, markdown: bool) -> None:
    from rdface.bench.bias_study.summary import summarise_models
    from rdface.bench.bias_study.variants import VARIANTS
    from rdface.cli.tables import print_table

    print_table(
        ["model", *(f"{v.name}: bias, points; coverage, %" for v in VARIANTS)],
        [
            [name, *(f"{_signed(line.bias)}; {_points(line.coverage, 0)}" for line in lines)]
            for name, lines in summarise_models(trials, metric).items()
        ],
        markdown=markdown,
    )


def _show_readings(
    trials: pd.DataFrame,
    metric: str,
    readings: Sequence[Reading],
    title: str,
    *,
    markdown: bool,
) -> None:
    from rdface.bench.bias_study.summary import summarise_readings
    from rdface.cli.tables import print_table

    pairs = zip(
        summarise_readings(trials, metric, readings=readings),
        summarise_readings(trials, metric, "deployed", readings),
        strict=True,
    )
    print_table(
        [
            title,
            "says, %",
            "true, %",
            "bias, points",
            "coverage of 95 % intervals, %",
            "width, points",
            "RMS error, points",
            "bias against the deployed model",
            "coverage of it, %",
        ],
        [
            [
                line.reading.name,
                _points(line.estimate),
                _points(line.truth),
                _signed(line.bias),
                _points(line.coverage),
                f"{100 * line.width:.1f}",
                f"{100 * line.error:.1f}",
                _signed(other.bias),
                _points(other.coverage),
            ]
            for line, other in pairs
        ],
        markdown=markdown,
    )


def _points(mean: Mean, digits: int = 1) -> str:
    low, high = 100 * mean.low, 100 * mean.high
    value = f"{100 * mean.value:.{digits}f}"
    return value if low == high else f"{value} [{low:.{digits}f}, {high:.{digits}f}]"


def _signed(mean: Mean) -> str:
    return f"{100 * mean.value:+.1f} [{100 * mean.low:+.1f}, {100 * mean.high:+.1f}]"
