"""How few-shot runs are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rdface.bench import Metric, Run
    from rdface.protocols.few_shot import Setting


def show_few_shot(runs: list[Run], *, markdown: bool = False) -> None:
    """Print a row per backbone and method, a column per setting, chance and n."""
    from rdface.bench.few_shot import few_shot_table
    from rdface.bench.few_shot.leaderboard import PATIENTS
    from rdface.cli.tables import print_table
    from rdface.cli.unknown_patients import warn_of_unknown_patients

    table = few_shot_table(runs)
    several = {row.reading for row in table.rows} != {PATIENTS}
    names = ["backbone", "method", *(["95 % interval"] if several else [])]
    gap = [""] * (len(names) - 1)
    lines = [
        [
            row.backbone,
            row.method,
            *([row.reading] if several else []),
            *(_cell(row.cells.get(setting)) for setting in table.settings),
        ]
        for row in table.rows
    ]
    chance = (f"{100 * table.chance[setting]:.1f}" for setting in table.settings)
    lines.append(["chance", *gap, *chance])
    lines.append(["images / patients", *gap, *(_sizes(runs, each) for each in table.settings)])
    header = [*names, *(_short(setting) for setting in table.settings)]
    print_table(header, lines, markdown=markdown)
    protocol = runs[0].result.protocol
    click.echo(
        f"{protocol['episodes']} test episodes, support and query divided by"
        f" {protocol['divide_by']}; percent [95 % interval over patients unless said]",
        err=True,
    )
    warn_of_unknown_patients(runs)
    quirks = dict.fromkeys(quirk for run in runs for quirk in run.result.quirks)
    if quirks:
        click.echo(f"Quirks (docs/few-shot.md): {', '.join(quirks)}.", err=True)


def _short(setting: Setting) -> str:
    queries = "" if setting.query == 1 else f" {setting.query}-query"
    return f"{setting.way}-way {setting.shot}-shot{queries}"


def _cell(found: Metric | float | None) -> str:
    if found is None:
        return ""
    if isinstance(found, float):
        return f"{100 * found:.2f}"
    return f"{100 * found.value:.1f} [{100 * found.low:.1f}, {100 * found.high:.1f}]"


def _sizes(runs: list[Run], setting: Setting) -> str:
    from rdface.bench.few_shot.answers import ACCURACY
    from rdface.bench.few_shot.leaderboard import setting_of

    found = {
        f"{run.result.metrics[ACCURACY].n} / {run.result.metrics[ACCURACY].n_patients}"
        for run in runs
        if setting_of(run) == setting
    }
    return ", ".join(sorted(found))
