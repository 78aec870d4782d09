"""How gallery runs are shown: as tables, and two of them side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rdface.bench import Metric, Run


def show_gallery_runs(runs: list[Run], *, markdown: bool = False) -> None:
    """Print one table a setting: a row per backbone and metric, then chance and n."""
    from rdface.bench.gallery import gallery_tables
    from rdface.cli.tables import print_table
    from rdface.cli.unknown_patients import warn_of_unknown_patients

    for table in gallery_tables(runs):
        columns = list(table.chance)
        lines = [
            [row.backbone, row.metric, *(_cell(row.cells[name]) for name in columns)]
            for row in table.rows
        ]
        lines.append(["chance", "", *(f"{100 * table.chance[name]:.1f}" for name in columns)])
        sizes = runs[0].result.cohort.sizes(table.rows[0].cells[columns[0]])
        click.echo(f"{'### ' if markdown else ''}{str(table.setting).replace('-', ' ')}: {sizes}")
        if markdown:
            click.echo()
        print_table(["backbone", "metric", *columns], lines, markdown=markdown)
        click.echo()
    result = runs[0].result
    click.echo(
        f"Percent [95 % interval over patients]. {result.protocol['frequent']} conditions with"
        f" {result.protocol['frequent_from']} patients or more train the metric;"
        f" {result.protocol['rare']} only stand in the gallery. Never searched, for they have one"
        f" patient: {', '.join(result.train_only_conditions) or 'none'}.",
        err=True,
    )
    warn_of_unknown_patients(runs)


def show_gallery_comparison(run_a: Path, run_b: Path) -> None:
    """Print A minus B in every setting, in percentage points."""
    from rdface.bench import Run
    from rdface.bench.gallery import compare_galleries
    from rdface.bench.gallery.measure import name_of
    from rdface.cli.tables import print_table

    a, b = Run(run_a), Run(run_b)
    found = compare_galleries(a, b)
    click.echo(f"A: {a.result.backbone}, {a.result.learner}    ({run_a})")
    click.echo(f"B: {b.result.backbone}, {b.result.learner}    ({run_b})")
    rows = [
        [
            str(setting),
            measure,
            f"{100 * a.result.metrics[name_of(setting, measure)].value:.1f}",
            f"{100 * b.result.metrics[name_of(setting, measure)].value:.1f}",
            f"{100 * one.value:+.1f}",
            f"[{100 * one.low:+.1f}, {100 * one.high:+.1f}]",
            f"{one.p_value:.3g}",
        ]
        for setting, differences in found.differences.items()
        for measure, one in differences.items()
    ]
    header = ["setting", "measure", "A %", "B %", "A - B", "95 % interval", "p (Holm)"]
    print_table(header, rows)


def _cell(metric: Metric) -> str:
    return f"{100 * metric.value:.1f} [{100 * metric.low:.1f}, {100 * metric.high:.1f}]"
