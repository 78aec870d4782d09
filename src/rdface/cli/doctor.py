"""``rdface doctor``: what is here, what is missing and how to get it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rdface.doctor import Checkup

_MARKS = {"good": ("ok", "green"), "absent": ("--", "yellow"), "wrong": ("!!", "red")}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def doctor(as_json: bool) -> None:
    """Examine the installation: versions, devices, weights, caches, and one face as a trial.

    Nothing is fetched or sent. Leaves with 1 if `rdface demo` would fail or the cache is open to
    others; extras and weights that only some commands want may be absent.
    """
    from rdface.doctor import examine

    checkup = examine()
    if as_json:
        content = {"sound": checkup.sound, **checkup.model_dump(mode="json")}
        click.echo(json.dumps(content, indent=2, ensure_ascii=False))
    else:
        _show(checkup)
    sys.exit(0 if checkup.sound else 1)


def _show(checkup: Checkup) -> None:
    section = ""
    for one in checkup.findings:
        if one.section != section:
            click.secho(one.section, bold=True)
            section = one.section
        mark, colour = _MARKS[one.state]
        click.echo(f"  {click.style(mark, fg=colour)} {one.name}: {one.about}")
        if one.mend:
            click.echo(f"     {one.mend}")
    click.echo(
        "`rdface demo` can run." if checkup.sound else "Mend what is marked !! and ask again."
    )
