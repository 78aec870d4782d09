"""``rdface leaderboard``: rank runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rdface.bench import Metric, Run, Spread


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--by", default="top1_micro", show_default=True, help="Metric to rank by.")
@click.option("--markdown", is_flag=True, help="Print a Markdown table.")
def leaderboard(folder: Path, by: str, markdown: bool) -> None:
    """Rank the runs below FOLDER; percent, with 95 % intervals over patients.

    Runs of several protocols are not ranked: they are shown side by side.
    """
    from rdface.bench import read_runs

    show_runs(read_runs(folder), by=by, markdown=markdown)


def show_runs(runs: list[Run], *, by: str = "top1_micro", markdown: bool = False) -> None:
    """Print runs of one protocol as a leaderboard, and of several, or the paper's, side by side."""
    from rdface.bench.few_shot import TASK
    from rdface.bench.gallery import TASK as GALLERY
    from rdface.errors import RunError

    tasks = {run.result.task for run in runs}
    if tasks == {TASK}:
        from rdface.cli.few_shot import show_few_shot

        show_few_shot(runs, markdown=markdown)
        return
    if tasks == {GALLERY}:
        from rdface.cli.gallery_runs import show_gallery_runs

        show_gallery_runs(runs, markdown=markdown)
        return
    if len(tasks) > 1:
        raise RunError(
            f"The runs are of {len(tasks)} tasks: {', '.join(sorted(tasks))}.",
            hint="Give a folder that holds the runs of one spec, such as runs/demo.",
        )
    protocols = {str(run.result.protocol["name"]) for run in runs}
    if len(protocols) > 1 or any(run.result.fold_spread for run in runs):
        show_side_by_side(runs, markdown=markdown)
    else:
        show_leaderboard(runs, by=by, markdown=markdown)


def show_side_by_side(runs: list[Run], *, markdown: bool = False) -> None:
    """Print what the paper, each protocol's folds and each protocol's patients say."""
    from rdface.bench.side_by_side import COLUMNS, side_by_side
    from rdface.cli.tables import print_table
    from rdface.cli.unknown_patients import warn_of_unknown_patients

    table: list[list[str]] = []
    shown = ""
    for line in side_by_side(runs):
        pair = f"{line.backbone} {line.learner}"
        names = ["", ""] if pair == shown else [line.backbone, line.learner]
        shown = pair
        figures = [_figure(line.figures[name]) for name in COLUMNS]
        table.append([*names, line.reading, *figures])
    for protocol in dict.fromkeys(str(run.result.protocol["name"]) for run in runs):
        run = next(run for run in runs if run.result.protocol["name"] == protocol)
        chance = [f"{100 * run.result.chance[name]:.1f}" for name in COLUMNS]
        table.append(["chance", "", protocol, *chance])
    print_table(["backbone", "learner", "reading", *COLUMNS], table, markdown=markdown)
    quirks = dict.fromkeys(quirk for run in runs for quirk in run.result.quirks)
    if quirks:
        click.echo(f"Quirks under paper (docs/flaws.md): {', '.join(quirks)}.", err=True)
    warn_of_unknown_patients(runs)


def show_leaderboard(runs: list[Run], *, by: str = "top1_micro", markdown: bool = False) -> None:
    """Print the leaderboard and the line of chance."""
    from rdface.bench import COLUMNS
    from rdface.bench import leaderboard as rank
    from rdface.cli.tables import print_table
    from rdface.cli.unknown_patients import warn_of_unknown_patients

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
    click.echo(f"Tested: {runs[0].result.cohort.sizes(metric)}; percent [95 % interval]", err=True)
    warn_of_unknown_patients(runs)


def _figure(figure: Metric | Spread) -> str:
    from rdface.bench import Spread

    if isinstance(figure, Spread):
        return f"{100 * figure.mean:.2f} ± {100 * figure.sd:.2f}"
    return _cell(figure)


def _cell(metric: Metric | None) -> str:
    if metric is None:
        return ""
    return f"{100 * metric.value:.1f} [{100 * metric.low:.1f}, {100 * metric.high:.1f}]"
