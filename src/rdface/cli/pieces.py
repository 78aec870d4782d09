"""``rdface pieces``: what the registries hold."""

from __future__ import annotations

import click


@click.command()
def pieces() -> None:
    """List the pieces that specs can name, few-shot methods included."""
    from rdface.backbones import BACKBONES
    from rdface.faces import DETECTORS
    from rdface.learners import LEARNERS
    from rdface.learners.few_shot import METHODS
    from rdface.protocols import PROTOCOLS

    for registry in (DETECTORS, BACKBONES, PROTOCOLS, LEARNERS, METHODS):
        click.echo(f"{registry.kind}s")
        for name in registry.names():
            summary = (registry.get(name).__doc__ or "").strip().split("\n")[0]
            click.echo(f"  {name:20}{summary}")
