"""``rdface cohort diff``: the changelog of a cohort."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.argument("before")
@click.argument("after")
@click.option("--markdown", "form", flag_value="markdown", help="An entry of a CHANGELOG.")
@click.option("--json", "form", flag_value="json", help="All changes, for programs.")
@click.option("--counts", is_flag=True, help="Numbers and columns only: no ids and no values.")
@click.option("--all", "everything", is_flag=True, help="Show more than 10 rows of each kind.")
@click.option(
    "--folds",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Say what happens to these released folds; without it, to those of `strict`.",
)
@click.option("--date", default="", help="Date in the heading of --markdown; none by default.")
@click.option("--exit-code", is_flag=True, help="Leave with 1 where the two differ (git's way).")
def diff(
    before: str,
    after: str,
    form: str | None,
    counts: bool,
    everything: bool,
    folds: Path | None,
    date: str,
    exit_code: bool,
) -> None:
    """Say what changed from cohort BEFORE to AFTER: folders, or names of shipped cohorts.

    Images are recognised by their id, or else by their picture, so that a renamed image is one
    that was renamed. The exit code is 0 whether they differ or not, but for --exit-code.
    """
    import json

    from rdface.cohort import load_cohort
    from rdface.cohort.diff import diff_cohorts
    from rdface.cohort.diff_words import as_markdown, as_plain, as_text
    from rdface.protocols.release import read_folds
    from rdface.protocols.release.affected import affected_folds

    released = None if folds is None else read_folds(folds)
    old, new = load_cohort(before), load_cohort(after)
    found = diff_cohorts(old, new)
    shown = None if everything else 10
    affected = [] if found.same else affected_folds(old.images, new.images, released)
    if form == "json":
        plain = as_plain(found, counts=counts) | {"folds": affected}
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False))
    elif form == "markdown":
        text = as_markdown(found, shown=shown, counts=counts, date=date)
        lines = [f"- {line}" for line in affected]
        click.echo("\n".join([text, "### Folds", "", *lines]) if affected else text.rstrip("\n"))
    else:
        click.echo(as_text(found, shown=shown, counts=counts), nl=False)
        for line in affected:
            click.echo(f"Folds: {line}")
    if exit_code and not found.same:
        sys.exit(1)
