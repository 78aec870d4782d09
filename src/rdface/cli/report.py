"""``rdface report``: one self-contained page from finished runs."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Default: FOLDER/report.html.")
def report(folder: Path, out: Path | None) -> None:
    """Write report.html from the runs below FOLDER."""
    from rdface.pages import write_report

    click.echo(write_report(folder, out))
