"""Print tables: aligned on a terminal, tab-separated for scripts, Markdown for documents."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click


def print_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, markdown: bool = False
) -> None:
    """Print to standard output."""
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

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in header:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console().print(table)
