"""``rdface cohort build``: pictures and a spreadsheet in, a checked cohort out."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from rdface.curation.ingest.build import Built
    from rdface.curation.ingest.findings import Finding

_SHOWN = 12


@click.command()
@click.argument("spec", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--replace", is_flag=True, help="Take the place of this build's earlier cohort.")
@click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="ID=ANSWER",
    help="Answer a line of the review, in place of a spreadsheet; repeatable.",
)
@click.option(
    "--new",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="SPEC",
    help="Write a starting spec, every key explained. With --table it is filled in from the table.",
)
@click.option("--table", type=click.Path(path_type=Path, dir_okay=False), help="For --new.")
@click.option("--pictures", type=click.Path(path_type=Path, file_okay=False), help="For --new.")
@click.option(
    "--example",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Make a small messy example to try it with: simulated faces, a spreadsheet and a spec.",
)
def build(
    spec: Path | None,
    replace: bool,
    answers: tuple[str, ...],
    new: Path | None,
    table: Path | None,
    pictures: Path | None,
    example: Path | None,
) -> None:
    """Build a cohort of pictures and a table, as SPEC says.

    Nothing is guessed in silence. Every change and every doubt stands in a review file (CSV). Where
    doubts are open, no cohort is written and the exit code is 1: write your answers into the
    review's column `answer` and run the same command again. The source is only read.
    """
    if sum(one is not None for one in (spec, new, example)) != 1:
        raise click.UsageError("Give a SPEC, or --new SPEC, or --example FOLDER.")
    if answers and spec is None:
        raise click.UsageError("--answer goes with a SPEC.")
    if wrong := [one for one in answers if "=" not in one]:
        raise click.UsageError(f"--answer {wrong[0]}: write ID=ANSWER, such as qc8538718ab=2.")
    if (table or pictures) and new is None:
        raise click.UsageError("--table and --pictures go with --new; a SPEC names its own.")
    if example is not None:
        from rdface.curation.ingest.example import write_example

        made = write_example(example)
        click.echo(f"{example}: {made} pictures, patients.xlsx, spec.yaml. Now try:")
        click.echo(f"rdface cohort build {quote(str(example / 'spec.yaml'))}")
    elif new is not None:
        from rdface.curation.ingest.starting_spec import write_starting_spec

        write_starting_spec(new, table, pictures)
        click.echo(f"{new}: written. Fill it in, then: rdface cohort build {quote(str(new))}")
    elif spec is not None:
        from rdface.curation.ingest.build import build_cohort
        from rdface.curation.ingest.spec import read_build_spec

        given = dict(one.split("=", 1) for one in answers)
        _report(build_cohort(read_build_spec(spec), replace=replace, answers=given))


def _report(built: Built) -> None:
    from rdface.curation.ingest.review_file import row_ranges

    states = [one.state for one in built.findings]
    for finding in built.findings:
        if finding.kind == "WARNING":
            where = f"{finding.field}{_shown(finding)}" if finding.value else finding.field
            where += f" ({row_ranges(finding.rows)[:40]})" if finding.rows else ""
            click.secho(f"Warning: {where}: {finding.said}.", fg="yellow", err=True)
    left = [one for one in built.findings if one.state == "left empty"]
    if left:
        said = f"{len(left)} doubts were left empty or their rows left out, as leave_open says"
        click.secho(f"Warning: {said}; {built.review} lists them.", fg="yellow", err=True)
    click.echo(
        f"{built.review}: {states.count('changed')} changes, {states.count('answered')} answered,"
        f" {len(built.open)} open doubt{'s' * (len(built.open) != 1)}, {states.count('note')} notes"
    )
    if built.cohort is None:
        _refuse(built)
    if built.metadata:
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(built.metadata.items()))
        click.echo(f"metadata taken out of pictures: {kinds}")
    size = f"{len(built.cohort)} images of {len(built.cohort.conditions)} conditions"
    patients = built.cohort.images["patient_id"].nunique()
    same = " (unchanged)" if built.unchanged else ""
    click.echo(
        f"{built.cohort.root}: {size}, {patients} patients, sha256 {built.cohort.sha256}{same}"
    )


def _shown(finding: Finding) -> str:
    """The value, unless it names somebody: terminals are logged, the review is private."""
    names = finding.field in ("patient", "birth_date", "photo_date", "picture")
    if names or finding.kind in ("dates", "differs within a patient"):
        return ""
    value = finding.value.partition(":")[0] if finding.value.startswith("row ") else finding.value
    return f" {value!r}" if len(value) <= 60 else f" {value[:57]!r}..."


def _refuse(built: Built) -> NoReturn:
    from rdface.curation.ingest.review_file import row_ranges
    from rdface.errors import CohortError

    lines = []
    for one in built.open[:_SHOWN]:
        rows = f" ({row_ranges(one.rows)[:40]})" if one.rows else ""
        lines.append(f"  {one.id}  {one.field}{_shown(one)}{rows}: {one.said}")
    if len(built.open) > _SHOWN:
        lines.append(f"  ... and {len(built.open) - _SHOWN} more")
    doubts = "1 doubt is open" if len(built.open) == 1 else f"{len(built.open)} doubts are open"
    raise CohortError(
        "\n".join([f"{doubts}, so no cohort is written:", *lines]),
        hint=f"Open {built.review} in a spreadsheet, write into its column `answer` (a number of"
        " `candidates`, a value, or one of the words it names), save it as CSV, and run the same"
        " command again.",
    )
