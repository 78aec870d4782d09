"""``rdface cohort document``: datasheet, card, figure and subgroup tables."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.argument("cohort")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder."
)
@click.option(
    "--smallest",
    type=click.IntRange(min=2),
    help="Hide counts of fewer patients. By default 5, and nothing in a simulated cohort.",
)
@click.option("--unsuppressed", is_flag=True, help="Hide nothing; not for publication.")
@click.option("--check", is_flag=True, help="Leave with 1 while the datasheet has gaps.")
def document(cohort: str, out: Path, smallest: int | None, unsuppressed: bool, check: bool) -> None:
    """Write the documents of COHORT, a folder or the name of a shipped one, into the folder --out.

    datasheet.md, card.md, cohort.html, the figure cohort.svg and cohort.png, and subgroups.csv.
    Answers that only a person can give go into cohort.yaml, under `datasheet:`.
    """
    from rdface.cohort import load_cohort
    from rdface.errors import UsageError
    from rdface.pages.cohort_documents.writing import write_documents

    if unsuppressed and smallest is not None:
        raise UsageError("--smallest and --unsuppressed contradict each other.")
    made = write_documents(load_cohort(cohort), out, smallest=smallest, unsuppressed=unsuppressed)
    if made.private:
        click.secho("Warning: small counts of patients are shown; not for publication.",
                    fg="yellow", err=True)  # fmt: skip
    for path in made.paths:
        click.echo(str(path))
    if made.smallest > 1:
        click.echo(f"hidden: {made.n_hidden} cells and totals (fewer than {made.smallest})")
    questions = len(made.sheet.answers)
    click.echo(f"datasheet: {questions - len(made.sheet.gaps)} of {questions} answered")
    for gap in made.sheet.gaps if check else ():
        click.echo(f"  gap: {gap}")
    for key in made.sheet.unknown:
        click.secho(f"Warning: `datasheet: {key}` is no question's id.", fg="yellow", err=True)
    if check and (made.sheet.gaps or made.sheet.unknown):
        sys.exit(1)
