"""``rdface pieces``: what the registries hold."""

from __future__ import annotations

import click


@click.command()
def pieces() -> None:
    """List the detectors, backbones, protocols, learners, trainers and quirks of specs."""
    from rdface.backbones import BACKBONES
    from rdface.bench.quirks import QUIRKS
    from rdface.faces import DETECTORS
    from rdface.learners import LEARNERS
    from rdface.learners.tuning import TRAINERS
    from rdface.protocols import PROTOCOLS

    for registry in (DETECTORS, BACKBONES, PROTOCOLS, LEARNERS, TRAINERS):
        click.echo(f"{registry.kind}s")
        for name in registry.names():
            summary = (registry.get(name).__doc__ or "").strip().split("\n")[0]
            click.echo(f"  {name:20}{summary}")
    click.echo("quirks (flaws of the paper, only under protocol paper)")
    for name, quirk in QUIRKS.items():
        click.echo(f"  {name:24}{quirk.flaw:4}{quirk.summary}")
