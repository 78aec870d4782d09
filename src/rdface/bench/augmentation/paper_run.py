"""Run the paper's augmentation, with its quirks and as we read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from rdface.bench.augmentation.deciding import deciding_code, given_weights
from rdface.bench.augmentation.paper_pools import joined, make_pools
from rdface.bench.augmentation.paper_recipe import PaperRecipe, Reading
from rdface.bench.benchmark import run_benchmark
from rdface.bench.opened import open_cohort
from rdface.bench.quirks import QUIRKS
from rdface.bench.result import Run
from rdface.bench.run_folder import HISTORY_FILE
from rdface.bench.spec import ProtocolSpec, Spec
from rdface.bench.study_folder import claim
from rdface.cohort import Cohort, load_cohort
from rdface.engines import Engine
from rdface.errors import UsageError
from rdface.files import write_json
from rdface.protocols import PROTOCOLS, Split

READINGS: Final = "readings.json"


def run_paper(recipe: PaperRecipe, out: Path, *, engine: Engine | None = None) -> list[Reading]:
    """Make the pools, select, train and test for each n, and without any synthetic image.

    Once with the recipe's quirks, once without any: divided by patient, a pool for each fold from
    its training part, the best of each condition, means of training images, equal updates. What
    lies in ``out`` is not made again; it belongs to one recipe.

    Args:
        recipe: The recipe.
        out: Where pools, joined cohorts and runs go.
        engine: Where models are fitted; processes on the cores of this machine if None.

    Returns:
        One reading per n, backbone and learner, the paper's first.

    Raises:
        RunError: ``out`` holds something else.
        UsageError: A fold trains on no synthetic image, or a name is unknown.
    """
    claim(
        out,
        {
            "recipe": recipe.model_dump(mode="json"),
            "cohort": open_cohort(recipe.cohort).sha256,
            "controls": recipe.controls and load_cohort(recipe.controls).sha256,
            "weights": given_weights([recipe.generator]),
            "code": deciding_code(),
        },
    )
    readings = []
    variants = [recipe, recipe.without_quirks()] if recipe.quirks else [recipe]
    for variant in variants:
        readings += _run(variant, out / ("paper" if variant.quirks else "ours"), engine)
    write_json(
        out / READINGS,
        {"recipe": recipe.model_dump(mode="json"), "readings": [asdict(one) for one in readings]},
    )
    return readings


def picked(readings: Sequence[Reading], *, on_test: bool, metric: str) -> Reading:
    """The n > 0 that is shown: best on the test (F9), or on validation; at a tie the smaller.

    Raises:
        UsageError: There is no reading with synthetic images.
    """
    made = sorted((one for one in readings if one.n), key=lambda one: one.n)
    if not made:
        raise UsageError("There is no reading with synthetic images.")
    if on_test:
        return max(made, key=lambda one: one.values[metric][0])
    return max(made, key=lambda one: -1.0 if one.validation is None else one.validation)


def _run(recipe: PaperRecipe, out: Path, engine: Engine | None) -> list[Reading]:
    cohort = open_cohort(recipe.cohort)
    pools = make_pools(recipe, cohort, _split(recipe, cohort), out)
    readings = []
    for n in (0, *recipe.counts):
        used = cohort if n == 0 else joined(recipe, cohort, pools, n, out)
        trained = 0.0 if n == 0 else _trained(recipe, used)
        for run in run_benchmark(_spec(recipe, used, n), out / f"n{n}", engine=engine):
            readings.append(_reading(recipe, n, trained, run))
    return readings


def _trained(recipe: PaperRecipe, joined: Cohort) -> float:
    """How many synthetic images a fold trains on, mean over folds.

    Raises:
        UsageError: A fold has none: its numbers would be those of real images alone.
    """
    made = set(joined.images.loc[joined.images["synthetic_of"] != "", "image_id"])
    options = {"synthetic": "own"} | _options(recipe)
    split = PROTOCOLS.get("paper")(joined.images, cohort_sha256=joined.sha256, **options)
    counts = [len(made.intersection(fold.train)) for fold in split.folds]
    if not all(counts):
        raise UsageError(
            f"No synthetic image trains in fold {counts.index(0)}: each has a parent whose patient"
            " validates or is tested there, too.",
            hint="Divide by patient: leave out the quirk `split-by-image`.",
        )
    return sum(counts) / len(counts)


def _shape(recipe: PaperRecipe) -> dict[str, Any]:
    """Options of the protocol without those that quirks set."""
    shape = {"seed": recipe.seed, "folds": recipe.folds, "test_share": recipe.test_share}
    return shape | ({"first_folds": recipe.folds_run} if recipe.folds_run < recipe.folds else {})


def _options(recipe: PaperRecipe) -> dict[str, Any]:
    options = _shape(recipe)
    for name in recipe.quirks:
        if name in QUIRKS:
            options |= QUIRKS[name].options
    return options


def _split(recipe: PaperRecipe, cohort: Cohort) -> Split:
    options = {key: one for key, one in _options(recipe).items() if key != "synthetic"}
    return PROTOCOLS.get("paper")(cohort.images, cohort_sha256=cohort.sha256, **options)


def _spec(recipe: PaperRecipe, cohort: Cohort, n: int) -> Spec:
    quirks = [name for name in recipe.quirks if name in QUIRKS]
    options = _shape(recipe)
    if n and recipe.pool_per_fold:
        options["synthetic"] = "own"
    if not n:
        quirks = [name for name in quirks if name not in ("synthetic-in-folds", "equal-epochs")]
    return Spec(
        version=1,
        name=f"{recipe.name}-n{n}",
        cohort=str(cohort.root) if n else recipe.cohort,
        detector=recipe.detector,
        protocol=ProtocolSpec.model_validate({"name": "paper", **options}),
        backbones=recipe.backbones,
        learners=recipe.learners,
        recipes=recipe.recipes,
        quirks=tuple(quirks),
    )


def _reading(recipe: PaperRecipe, n: int, trained: float, run: Run) -> Reading:
    result = run.result
    return Reading(
        quirks=bool(recipe.quirks),
        n=n,
        run=str(run.folder),
        backbone=result.backbone,
        learner=result.learner,
        values={
            name: (one.value, one.low, one.high)
            for name, one in result.metrics.items()
            if "@" not in name
        },
        validation=_validation(run.folder),
        trained=trained,
    )


def _validation(folder: Path) -> float | None:
    """Best top-1 on validation, mean over folds; None for what has no epochs."""
    import pandas as pd

    path = folder / HISTORY_FILE
    if not path.is_file():
        return None
    history = pd.read_csv(path)
    return float(history.groupby("fold")["validation_top1"].max().mean())
