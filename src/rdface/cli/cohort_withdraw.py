"""``rdface cohort withdraw``: remove a patient from a cohort and all that was made of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rdface.curation.withdrawal.trees import Step


@click.command()
@click.argument("patient")
@click.option("--cohort", required=True, help="The cohort's folder.")
@click.option(
    "--also",
    "also",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A folder to look through, with everything below it: runs, pools, joined cohorts,"
    " galleries, audits, reports, exports. May be given several times.",
)
@click.option("--signed-by", default="", help='Who answers for it: "Name, role". In the record.')
@click.option("--dry-run", is_flag=True, help="Say what would go, and touch nothing.")
def withdraw(
    patient: str, cohort: str, also: tuple[Path, ...], signed_by: str, *, dry_run: bool
) -> None:
    """Remove PATIENT (a patient_id) from a cohort, and from all that was made of it.

    Images and synthetic images that descend from them, rows of tables and of the cache, reports
    in words; and, as a whole, runs, galleries, audits and fitted models that learnt from them. A
    line without identity is added to withdrawals.jsonl in the cohort. What cannot be cleaned is
    named; exit code 1 if a file names the patient still. A command that was interrupted goes on
    when it is given again.
    """
    from rdface.curation.withdrawal import withdraw as withdraw_patient

    done = withdraw_patient(cohort, patient, also=also, signed_by=signed_by, dry_run=dry_run)
    for step in done.steps:
        if step.action != "look" and step.kind != "rows of caches":
            click.echo(_line(step, dry_run=dry_run))
    for name, value in done.counts.items():
        click.echo(f"{name:34}{value}")
    for name, (version, sha256) in (("cohort before", done.before), ("cohort after", done.after)):
        click.echo(f"{name:34}version {version}, sha256 {sha256}")
    asks = [step for step in done.steps if step.action == "look"]
    if asks:
        click.echo(f"\nLeft to you, {len(asks)}:", err=True)
        for step in asks:
            click.echo(f"  {step.path}: {step.why}", err=True)
    if dry_run:
        click.echo("\nNothing was touched.", err=True)
        return
    click.echo(f"\nRecorded in {Path(cohort) / 'withdrawals.jsonl'}, signed by {signed_by}.")
    click.echo("Copies elsewhere, backups and git histories are yours to clean.", err=True)
    if done.left:
        click.secho("Files that name the patient still:", fg="red", err=True)
        for path in done.left:
            click.echo(f"  {path}", err=True)
        sys.exit(1)


def _line(step: Step, *, dry_run: bool) -> str:
    if step.action == "remove":
        return f"{'would remove' if dry_run else 'removed'} {step.path}"
    kinds = {
        "rows of tables": "row(s)",
        "reports in words": "report(s)",
        "released folds": "patient(s)",
    }
    what = kinds.get(step.kind, "image(s)")
    return f"{'would take' if dry_run else 'took'} {step.count} {what} out of {step.path}"
