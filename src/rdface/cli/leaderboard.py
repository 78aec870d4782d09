"""``rdface leaderboard``: rank runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rdface.bench import Metric, Run


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--by", default="top1_micro", show_default=True, help="Metric to rank by.")
@click.option("--markdown", is_flag=True, help="Print a Markdown table.")
def leaderboard(folder: Path, by: str, markdown: bool) -> None:
    """Rank the runs below FOLDER; percent, with 95 % intervals over patients."""
    from rdface.bench import read_runs

    show_leaderboard(read_runs(folder), by=by, markdown=markdown)


def show_leaderboard(runs: list[Run], *, by: str = "top1_micro", markdown: bool = False) -> None:
    """Print the leaderboard and the line of chance."""
    from rdface.bench import COLUMNS
    from rdface.bench import leaderboard as rank
    from rdface.cli.tables import print_table

    rows = rank(runs, by=by)
    columns = [by, *(name for name in COLUMNS if name != by)]
    table = [
        [row.backbone, row.learner, *(_cell(row.metrics.get(name)) for name in columns)]
        for row in rows
    ]
    chance = runs[0].result.chance
    table.append(["chance", "", *(f"{100 * chance[name]:.1f}" for name in columns)])
    print_table(["backbone", "learner", *columns], table, markdown=markdown)
    metric = rows[0].metrics[by]
    click.echo(
        f"{metric.n} test images of {metric.n_patients} patients; percent [95 % interval]", err=True
    )


def _cell(metric: Metric | None) -> str:
    if metric is None:
        return ""
    return f"{100 * metric.value:.1f} [{100 * metric.low:.1f}, {100 * metric.high:.1f}]"
