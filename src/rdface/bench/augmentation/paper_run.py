"""Run the paper's augmentation, with its quirks and as we read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from rdface.bench.augmentation.claim import claim, deciding_code, given_weights
from rdface.bench.augmentation.paper_recipe import PaperRecipe, Reading
from rdface.bench.benchmark import run_benchmark
from rdface.bench.opened import open_cohort
from rdface.bench.quirks import QUIRKS, SCREENING_QUIRKS
from rdface.bench.result import Run
from rdface.bench.run_folder import HISTORY_FILE
from rdface.bench.spec import ProtocolSpec, Spec
from rdface.cohort import Cohort, load_cohort
from rdface.errors import UsageError
from rdface.files import write_json
from rdface.protocols import PROTOCOLS, Split
from rdface.screening import ScoreTable, ScreenOptions, Selection, score_pool, write_selected
from rdface.synthesis import Generator, make_generator
from rdface.synthesis.labels import LANDMARKS, NearestMean, nearest_mean
from rdface.synthesis.labels import QUIRKS as LABEL_QUIRKS
from rdface.synthesis.pool import join_pools, make_pool

READINGS: Final = "readings.json"
LABELLED_BY: Final = "sface"
"""Names the faces of a generator without conditions where F13 is off: not what ranks them."""


def run_paper(recipe: PaperRecipe, out: Path, *, workers: int | None = None) -> list[Reading]:
    """Make the pool, select, train and test for each n, and without any synthetic image.

    Once with the recipe's quirks, once without any: divided by patient, the best of each condition,
    means of training images, equal updates, synthetic images in training parts alone. What lies in
    ``out`` is not made again; it belongs to one recipe.

    Args:
        recipe: The recipe.
        out: Where pools, joined cohorts and runs go.
        workers: Processes for learners that are not trained.

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
        readings += _run(variant, out / ("paper" if variant.quirks else "ours"), workers)
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


def _run(recipe: PaperRecipe, out: Path, workers: int | None) -> list[Reading]:
    cohort = open_cohort(recipe.cohort)
    split = _split(recipe, cohort)
    pool = _pool(recipe, cohort, split, out)
    table = _scores(recipe, cohort, pool, split, out)
    readings = []
    for n in (0, *recipe.counts):
        used = cohort if n == 0 else _joined(recipe, cohort, pool, table, n, out)
        trained = 0.0 if n == 0 else _trained(recipe, used)
        for run in run_benchmark(_spec(recipe, used, n), out / f"n{n}", workers=workers):
            readings.append(_reading(recipe, n, trained, run))
    return readings


def _trained(recipe: PaperRecipe, joined: Cohort) -> float:
    """How many synthetic images a fold trains on, mean over folds.

    Raises:
        UsageError: A fold has none: its numbers would be those of real images alone.
    """
    made = set(joined.images.loc[joined.images["synthetic_of"] != "", "image_id"])
    options = {"synthetic": "train"} | _options(recipe)
    split = PROTOCOLS.get("paper")(joined.images, cohort_sha256=joined.sha256, **options)
    counts = [len(made.intersection(fold.train)) for fold in split.folds]
    if not all(counts):
        raise UsageError(
            f"No synthetic image trains in fold {counts.index(0)}: each has a parent among the"
            " images that validate there.",
            hint="Generators that learn from all images at once (fastgan, signs) need a pool for"
            " each fold: `rdface study augmentation` with a plan makes them.",
        )
    return sum(counts) / len(counts)


def _options(recipe: PaperRecipe) -> dict[str, Any]:
    options: dict[str, Any] = {"seed": recipe.seed, "folds": recipe.folds}
    options["test_share"] = recipe.test_share
    for name in recipe.quirks:
        if name in QUIRKS:
            options |= QUIRKS[name].options
    return options


def _split(recipe: PaperRecipe, cohort: Cohort) -> Split:
    options = {key: one for key, one in _options(recipe).items() if key != "synthetic"}
    return PROTOCOLS.get("paper")(cohort.images, cohort_sha256=cohort.sha256, **options)


def _training(split: Split) -> tuple[str, ...]:
    """All that is not tested: the folds share their test."""
    return split.folds[0].development


def _pool(recipe: PaperRecipe, cohort: Cohort, split: Split, out: Path) -> Cohort:
    generator = make_generator(recipe.generator.name, recipe.generator.options)
    controls = None
    if recipe.controls is not None and recipe.generator.controls:
        controls = load_cohort(recipe.controls)
    return make_pool(
        generator,
        recipe.generator.name,
        cohort,
        _training(split),
        _counts(recipe, generator, cohort),
        out / "pool",
        seed=recipe.seed,
        controls=controls,
        detector=recipe.detector,
        label=_label(recipe, generator, cohort, split),
    )


def _counts(recipe: PaperRecipe, generator: Generator, cohort: Cohort) -> Mapping[str, int] | int:
    """As many images in all, whether or not the generator knows conditions."""
    if generator.knows_conditions:
        return recipe.per_condition
    return {"": recipe.per_condition * len(cohort.condition_ids)}


def _label(
    recipe: PaperRecipe, generator: Generator, cohort: Cohort, split: Split
) -> NearestMean | None:
    """What names samples without a condition: under F13 what ranks them, else a backbone."""
    if generator.knows_conditions:
        return None
    circular = "label-by-means" in recipe.quirks
    return nearest_mean(
        cohort,
        _training(split),
        evidence=LANDMARKS if circular else LABELLED_BY,
        quirks=[name for name in recipe.quirks if circular and name in LABEL_QUIRKS],
        protocol="paper",
        detector=recipe.detector,
    )


def _scores(
    recipe: PaperRecipe, cohort: Cohort, pool: Cohort, split: Split, out: Path
) -> ScoreTable:
    path = out / "scores.parquet"
    if path.is_file():
        table = ScoreTable.read(path)
        if table.card["pool"]["sha256"] == pool.sha256:
            return table
    asked = {
        key: one
        for name in recipe.quirks
        if name in SCREENING_QUIRKS
        for key, one in SCREENING_QUIRKS[name].options.items()
        if key in ScreenOptions.model_fields
    }
    options = ScreenOptions(scorers=("landmarks",), detector=recipe.detector, **asked)
    table = score_pool(pool, cohort, _training(split), options)
    table.write(path)
    return table


def _joined(
    recipe: PaperRecipe, cohort: Cohort, pool: Cohort, table: ScoreTable, n: int, out: Path
) -> Cohort:
    """Real images and the n selected ones, as one cohort."""
    joined, selected = out / f"cohort-n{n}", out / f"selected-n{n}"
    if (joined / "cohort.yaml").is_file():
        return load_cohort(str(joined))
    if not (selected / "cohort.yaml").is_file():
        asked: dict[str, Any] = {"over": "rounds"}
        for name in recipe.quirks:
            if name in SCREENING_QUIRKS:
                options = SCREENING_QUIRKS[name].options
                asked |= {key: one for key, one in options.items() if key in Selection.model_fields}
        write_selected(pool, table, Selection(by=(recipe.select,), n=n, **asked), selected)
    return join_pools(cohort, [load_cohort(str(selected))], joined)


def _spec(recipe: PaperRecipe, cohort: Cohort, n: int) -> Spec:
    quirks = [name for name in recipe.quirks if name in QUIRKS]
    options: dict[str, Any] = {"folds": recipe.folds, "test_share": recipe.test_share}
    if n and "synthetic-in-folds" not in quirks:
        options["synthetic"] = "train"
    if not n:
        quirks = [name for name in quirks if name not in ("synthetic-in-folds", "equal-epochs")]
    return Spec(
        version=1,
        name=f"{recipe.name}-n{n}",
        cohort=str(cohort.root) if n else recipe.cohort,
        detector=recipe.detector,
        protocol=ProtocolSpec.model_validate({"name": "paper", "seed": recipe.seed, **options}),
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
