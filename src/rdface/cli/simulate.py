"""``rdface simulate``: render a cohort of simulated children."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rdface.cli.engine import engine_options
from rdface.simulate.defaults import SAMPLES, SIZE

if TYPE_CHECKING:
    from rdface.engines import Engine


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--images", default=456, show_default=True)
@click.option("--conditions", default=103, show_default=True)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    help="Another seed makes other people; those of seed 0 are in the shipped cohorts.",
)
@click.option(
    "--population",
    type=click.Choice(["patients", "controls", "fresh", "study", "unaffected"]),
    default="patients",
    show_default=True,
    help="The patients; for each condition an unaffected child of a patient's age and sex; or five"
    " new patients of each condition; or 24 of each, to draw cohorts from; or 48"
    " unaffected children for each, to train base models on.",
)
@click.option("--size", default=SIZE, show_default=True, help="Width and height, pixels.")
@click.option("--samples", default=SAMPLES, show_default=True, help="Light paths a pixel.")
@engine_options
def simulate(
    out: Path,
    images: int,
    conditions: int,
    seed: int,
    population: str,
    size: int,
    samples: int,
    engine: Engine,
) -> None:
    """Render simulated children with known HPO terms and make a cohort of them.

    Equal options give equal pictures, to the bit. A run that was stopped goes on.
    """
    from rdface.simulate import Population, simulate_cohort

    cohort = simulate_cohort(
        out,
        images=images,
        conditions=conditions,
        seed=seed,
        population=Population(population),
        size=size,
        samples=samples,
        engine=engine,
    )
    click.echo(f"{out}: {len(cohort)} simulated images, sha256 {cohort.sha256}")
