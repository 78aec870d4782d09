"""Print tables: aligned on a terminal, tab-separated for scripts, Markdown for documents."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), "\N{REPLACEMENT CHARACTER}")
"""Characters that would command a terminal, or break a row in two."""


def print_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, markdown: bool = False
) -> None:
    """Print to standard output; no cell can command the terminal or set its own style."""
    header, *rows = [[cell.translate(_CONTROLS) for cell in row] for row in (header, *rows)]
    if markdown:
        for row in [header, ["---"] * len(header), *rows]:
            click.echo(f"| {' | '.join(row)} |")
        return
    if not sys.stdout.isatty():
        for row in [header, *rows]:
            click.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in header:
        table.add_column(Text(name), overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))  # as strings they would be markup: [b] is no bold here
    Console().print(table)
