"""``rdface base-model``: train the small text-to-image model that DreamBooth can start from."""

from __future__ import annotations

from pathlib import Path

import click


@click.group(name="base-model")
def base_model() -> None:
    """Train and try a small text-to-image model of simulated unaffected children."""


@base_model.command()
@click.argument("cohort")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--size", type=click.Choice(["64", "128", "256"]), default="64", show_default=True)
@click.option("--autoencoder-steps", type=click.IntRange(min=1), help="As shipped if not given.")
@click.option("--denoiser-steps", type=click.IntRange(min=1), help="As shipped if not given.")
def train(
    cohort: str,
    out: Path,
    seed: int,
    size: str,
    autoencoder_steps: int | None,
    denoiser_steps: int | None,
) -> None:
    """Train on COHORT (`rdface simulate --population unaffected`); hours on a CPU.

    A training that was stopped goes on, and a finished one may be given more denoiser steps.
    """
    from rdface.cohort import load_cohort
    from rdface.synthesis.base_model.recipe import Recipe
    from rdface.synthesis.base_model.training import train_base_model

    given = {"autoencoder_steps": autoencoder_steps, "denoiser_steps": denoiser_steps}
    recipe = Recipe.model_validate(
        {"size": int(size)} | {name: value for name, value in given.items() if value is not None}
    )
    folder = train_base_model(load_cohort(cohort), out, recipe, seed=seed)
    click.echo(f"{folder}: {_megabytes(folder):.1f} MB, in the format of diffusers")


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
