"""``rdface pieces``: what the registries hold."""

from __future__ import annotations

import click


@click.command()
def pieces() -> None:
    """List the pieces and quirks that specs can name or ask for, of few-shot and gallery, too."""
    from rdface.backbones import BACKBONES
    from rdface.bench.few_shot import FEW_SHOT_QUIRKS
    from rdface.bench.quirks import QUIRKS, SCREENING_QUIRKS
    from rdface.engines import ENGINES
    from rdface.explain import MAPS
    from rdface.faces import DETECTORS
    from rdface.learners import LEARNERS
    from rdface.learners.few_shot import METHODS
    from rdface.learners.gallery import METRICS
    from rdface.learners.novelty import NOVELTY
    from rdface.learners.tuning import TRAINERS
    from rdface.phenotype import DESCRIBERS
    from rdface.protocols import PROTOCOLS
    from rdface.screening.scorer import SCORERS
    from rdface.synthesis import GENERATORS

    learnt = (LEARNERS, NOVELTY, TRAINERS, METHODS, METRICS)
    for registry in (DETECTORS, BACKBONES, PROTOCOLS, *learnt, MAPS, SCORERS, DESCRIBERS, ENGINES):
        click.echo(f"{registry.kind}s")
        for name in registry.names():
            summary = (registry.get(name).__doc__ or "").strip().split("\n")[0]
            click.echo(f"  {name:22}{summary}")
    click.echo("generators")
    for name in GENERATORS.names():
        generator = GENERATORS.get(name)
        summary = (generator.__doc__ or "").strip().split("\n")[0]
        click.echo(f"  {name:22}{summary} Licence: {generator.licence}")
    for title, quirks in (
        ("quirks (flaws of the paper, only under protocol paper)", QUIRKS),
        ("few-shot quirks (flaws of the paper, only in few-shot specs)", FEW_SHOT_QUIRKS),
        ("screening quirks (flaws of the paper, `rdface screen --quirk`)", SCREENING_QUIRKS),
    ):
        click.echo(title)
        for name, quirk in quirks.items():
            click.echo(f"  {name:24}{quirk.flaw:4}{quirk.summary}")
