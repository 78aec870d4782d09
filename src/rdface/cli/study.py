"""``rdface study``: how wrong a protocol is, and whether synthetic faces help."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from rdface.cli.engine import engine_options
from rdface.cli.study_restoration import restoration

if TYPE_CHECKING:
    from rdface.engines import Engine


@click.group()
def study() -> None:
    """Studies of protocols, of training on synthetic faces, and of restoration."""


study.add_command(restoration)


@study.command("protocol-bias")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("runs/protocol-bias"),
    show_default=True,
    help="Where the readings of every cohort and the page go.",
)
@click.option("--cohorts", type=click.IntRange(min=2), default=40, show_default=True)
@click.option("--images", type=click.IntRange(min=1), default=456, show_default=True)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the draws."
)
@engine_options
@click.option(
    "--population",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of a population; the shipped one if not given.",
)
@click.option("--learner", "learners", multiple=True, help="Instead of prototype, knn and lda.")
@click.option(
    "--heads/--no-heads",
    default=True,
    show_default=True,
    help="Train the paper's head, too; needs the extra torch.",
)
@click.option("--metric", default="top1_micro", show_default=True)
@click.option("--markdown", is_flag=True, help="Print the tables as Markdown.")
def protocol_bias(
    out: Path,
    cohorts: int,
    images: int,
    seed: int,
    engine: Engine,
    population: Path | None,
    learners: tuple[str, ...],
    heads: bool,
    metric: str,
    markdown: bool,
) -> None:
    """Draw cohorts, test the same models under `paper` and `strict`, compare with the truth.

    A study that was stopped, or killed, goes on.
    """
    from rdface.bench.bias_study import StudyPlan, run_study
    from rdface.bench.bias_study.study import LEARNERS
    from rdface.bench.bias_study.trial import METRICS
    from rdface.cli.study_tables import show_study
    from rdface.errors import UsageError
    from rdface.pages.protocol_bias import write_study_page

    if metric not in METRICS:
        raise UsageError(
            f"The study has no metric {metric!r}.", hint=f"Known: {', '.join(METRICS)}."
        )
    plan = StudyPlan(
        cohorts=cohorts,
        images=images,
        seed=seed,
        learners=tuple(dict.fromkeys(learners)) or LEARNERS,
        heads=heads,
    )
    trials = run_study(plan, out, folder=population, engine=engine)
    show_study(trials, metric, markdown=markdown)
    click.echo(str(write_study_page(trials, out, folder=population)), err=True)


@study.command()
@click.argument("cohort")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True)
def population(cohort: str, out: Path) -> None:
    """Embed COHORT for a study: embeddings and a table of patients, no picture."""
    from rdface.bench.bias_study import read_population, write_population
    from rdface.cohort import load_cohort

    write_population(load_cohort(cohort), out)
    made = read_population(out)
    click.echo(f"{out}: {len(made.images)} images of {made.patients.max() + 1} patients")


@study.command()
@click.argument("plan", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("runs/augmentation"),
    show_default=True,
    help="Where pools, ranks, tables and the page go.",
)
@click.option("--cohort", help="Instead of the plan's: a name or a folder.")
@click.option("--controls", help="Unaffected children instead of the plan's.")
@click.option("--quick", is_flag=True, help="One regime, few images, one fold of each generator.")
@engine_options
@click.option("--markdown", is_flag=True, help="Print the tables as Markdown.")
def augmentation(
    plan: Path | None,
    out: Path,
    cohort: str | None,
    controls: str | None,
    quick: bool,
    engine: Engine,
    markdown: bool,
) -> None:
    """Train on real, classic, synthetic and label-permuted images; test on real ones alone.

    PLAN is a file such as specs/augmentation.yaml; without one `morph` and `classic` are studied on
    the shipped cohort. specs/augmentation-paper.yaml follows the RDFace paper instead. A study that
    was stopped, or killed, goes on.
    """
    from rdface.bench.augmentation import default_plan, read_plan, run_augmentation, write_study
    from rdface.bench.augmentation.paper_recipe import is_paper_recipe, read_paper_recipe
    from rdface.bench.augmentation.paper_run import run_paper
    from rdface.cli.augmentation_tables import show_augmentation, show_paper
    from rdface.pages.augmentation import write_augmentation_page

    others = {"cohort": cohort, "controls": controls}
    instead = {key: one for key, one in others.items() if one is not None}
    if plan is not None and is_paper_recipe(plan):
        recipe = read_paper_recipe(plan).model_copy(update=instead)
        if quick:
            recipe = recipe.quick()
        show_paper(recipe, run_paper(recipe, out, engine=engine), markdown=markdown)
        return
    wanted = read_plan(plan) if plan is not None else default_plan()
    wanted = wanted.model_copy(update=instead)
    if quick:
        wanted = wanted.smaller()
    ranks = run_augmentation(wanted, out, engine=engine)
    found = write_study(ranks, out)
    show_augmentation(found, markdown=markdown)
    click.echo(str(write_augmentation_page(found, out)), err=True)
