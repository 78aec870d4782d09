"""``rdface specs``: the specs that come with rdface, to run by name or to copy."""

from __future__ import annotations

import re
from itertools import takewhile
from pathlib import Path

import click


@click.command()
@click.argument("name", required=False)
def specs(name: str | None) -> None:
    """List the specs that come with rdface, or print the one called NAME.

    `rdface bench NAME` runs it; `rdface specs NAME > my.yaml` gives a copy to change.
    """
    from rdface.bench.shipped_specs import shipped_specs, specs_folder
    from rdface.cli.tables import print_table
    from rdface.errors import UsageError
    from rdface.registry import nearest

    known = shipped_specs()
    if name is None:
        folder = specs_folder()
        print_table(["name", "what"], [[each, _about(folder / f"{each}.yaml")] for each in known])
    elif name in known:
        click.echo((specs_folder() / f"{name}.yaml").read_text(encoding="utf-8"), nl=False)
    else:
        raise UsageError(
            f"No spec called {name!r} comes with rdface.",
            hint=f"{nearest(name, known)} Known: {', '.join(known)}.".lstrip(),
        )


def _about(spec: Path) -> str:
    """The first sentence of the comment that a spec begins with."""
    lines = spec.read_text(encoding="utf-8").splitlines()
    comment = takewhile(lambda line: line.startswith("#"), lines)
    return re.split(r"(?<=[.?]) ", " ".join(line.lstrip("# ") for line in comment))[0]
