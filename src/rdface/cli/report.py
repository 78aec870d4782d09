"""``rdface report``: one self-contained page from finished runs."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Default: FOLDER/report.html.")
@click.option("--cohort", help="Folder of the cohort, if it was moved since the runs.")
@click.option(
    "--show-faces/--hide-faces",
    default=None,
    help="Faces are shown if, and only if, the cohort is simulated; this overrides it.",
)
def report(folder: Path, out: Path | None, cohort: str | None, show_faces: bool | None) -> None:
    """Write report.html, one self-contained page, from the runs below FOLDER."""
    from rdface.pages import write_report

    click.echo(write_report(folder, out, cohort=cohort, show_faces=show_faces))
