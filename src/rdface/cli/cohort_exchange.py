"""``rdface cohort import`` and ``rdface cohort export``: other people's layouts."""

from __future__ import annotations

from pathlib import Path

import click

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False)


class _Importing(click.Command):
    """Lists the layouts below its help; they come from the registry."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from rdface.cohort.adapters import IMPORTERS

        _write_layouts(formatter, {name: IMPORTERS.get(name) for name in IMPORTERS.names()})


class _Exporting(click.Command):
    """Likewise."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from rdface.cohort.adapters import EXPORTERS

        _write_layouts(formatter, {name: EXPORTERS.get(name) for name in EXPORTERS.names()})


def _write_layouts(formatter: click.HelpFormatter, layouts: dict[str, object]) -> None:
    with formatter.section("Layouts"):
        formatter.write_dl(
            [(name, (piece.__doc__ or "").split("\n")[0]) for name, piece in layouts.items()]
        )


@click.command(name="import", cls=_Importing)
@click.argument("layout")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--out", type=_FOLDER, required=True, help="The new cohort; new or empty.")
@click.option(
    "--patients",
    type=_FILE,
    help="rdface-real: CSV file with the columns image_name and patient_id. The published table"
    " names no patients; without this file each image counts as a patient of its own, and"
    " `strict` cannot keep two photographs of one child together.",
)
@click.option(
    "--real",
    type=click.Path(path_type=Path),
    metavar="COHORT",
    help="rdface-syn (required): the cohort of the real images; the new one holds both.",
)
@click.option(
    "--parents",
    type=_FILE,
    help="rdface-syn: CSV file with the columns file and synthetic_of (ids joined by |). Without it"
    " every real image of a condition counts as a parent of its synthetic images.",
)
def import_(
    layout: str,
    source: Path,
    out: Path,
    patients: Path | None,
    real: Path | None,
    parents: Path | None,
) -> None:
    """Make a cohort of the folder SOURCE, which is in LAYOUT.

    Pictures are copied byte for byte and SOURCE is only read. All faults are named at once, with
    exit code 1; OUT then does not appear. Facial HPO terms of a condition come from the shipped
    sim103 where it has the same abbreviation (and no other Orphanet code).
    """
    from rdface.cohort.adapters import import_cohort

    given = {"patients": patients, "real": real, "parents": parents}
    options = {name: path for name, path in given.items() if path is not None}
    made = import_cohort(layout, source, out, options)
    for note in made.notes:
        click.secho(f"Warning: {note}", fg="yellow", err=True)
    size = f"{len(made.cohort)} images of {len(made.cohort.conditions)} conditions"
    click.echo(f"{out}: {size}, sha256 {made.cohort.sha256}")


@click.command(cls=_Exporting)
@click.argument("layout")
@click.argument("cohort")
@click.option("--out", type=_FOLDER, required=True, help="The folder to write; new or empty.")
@click.option(
    "--for-own-use",
    is_flag=True,
    help="The copy stays with you: allowed where the terms only forbid to hand it on. They are"
    " written beside it, TERMS.txt.",
)
def export(layout: str, cohort: str, out: Path, *, for_own_use: bool) -> None:
    """Write COHORT, a folder or the name of a shipped one, in LAYOUT.

    Refused, with exit code 7, where the cohort's terms forbid to hand pictures on.
    """
    from rdface.cohort import load_cohort
    from rdface.cohort.adapters import EXPORTERS, export_cohort

    EXPORTERS.get(layout)  # a name with a slip costs no reading
    made = export_cohort(layout, load_cohort(cohort), out, own_use=for_own_use)
    for note in made.notes:
        click.echo(f"Note: {note}", err=True)
    click.echo(f"{out}: {made.pictures} pictures")
