"""The pools of the paper's recipe: one for all folds, as published, or one for each fold.

One pool for all folds stems from images that validate (F2). Without that flaw the generator, the
means that rank and the labels of each fold see its training part alone, as in the study; the images
say which fold they were made for, and train nowhere else.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rdface.bench.augmentation.paper_recipe import PaperRecipe
from rdface.bench.quirks import SCREENING_QUIRKS
from rdface.cohort import Cohort, load_cohort
from rdface.protocols import Split
from rdface.protocols.synthetic import MADE_FOR
from rdface.screening import ScoreTable, ScreenOptions, Selection, score_pool, write_selected
from rdface.synthesis import Generator, make_generator
from rdface.synthesis.labels import LANDMARKS, NearestMean, nearest_mean
from rdface.synthesis.labels import QUIRKS as LABEL_QUIRKS
from rdface.synthesis.pool import join_pools, make_pool

LABELLED_BY: Final = "sface"
"""Names the faces of a generator without conditions where F13 is off: not what ranks them."""


@dataclass(frozen=True, eq=False)
class Scored:
    """A pool and what ranks it.

    Attributes:
        folder: Where it lies, and what is selected of it.
        made_for: Number of its fold; "" where it serves all of them.
        pool: The pool.
        table: Its scores.
    """

    folder: Path
    made_for: str
    pool: Cohort
    table: ScoreTable


def make_pools(recipe: PaperRecipe, cohort: Cohort, split: Split, out: Path) -> list[Scored]:
    """Fill and score the pools; what lies there is not made again.

    Args:
        recipe: The recipe.
        cohort: The real cohort.
        split: Of the real images; its folds share their test.
        out: Of this reading.
    """
    if not recipe.pool_per_fold:
        return [_scored(recipe, cohort, split.folds[0].development, out, "", recipe.seed)]
    return [
        _scored(
            recipe,
            cohort,
            fold.train,
            out / f"fold{fold.index}",
            str(fold.index),
            recipe.seed + 1000 * fold.index,
        )
        for fold in split.folds
    ]


def joined(
    recipe: PaperRecipe, cohort: Cohort, pools: Sequence[Scored], n: int, out: Path
) -> Cohort:
    """Real images and the n selected ones of each pool, as one cohort."""
    place = out / f"cohort-n{n}"
    if (place / "cohort.yaml").is_file():
        return load_cohort(str(place))
    chosen = [_selected(recipe, one, n) for one in pools]
    return join_pools(cohort, chosen, place)


def _selected(recipe: PaperRecipe, one: Scored, n: int) -> Cohort:
    place = one.folder / f"selected-n{n}"
    if not (place / "cohort.yaml").is_file():
        asked: dict[str, Any] = {"over": "rounds"}
        for name in recipe.quirks:
            if name in SCREENING_QUIRKS:
                options = SCREENING_QUIRKS[name].options
                asked |= {key: one for key, one in options.items() if key in Selection.model_fields}
        write_selected(one.pool, one.table, Selection(by=(recipe.select,), n=n, **asked), place)
    found = load_cohort(str(place))
    if not one.made_for:
        return found
    return dataclasses.replace(found, images=found.images.assign(**{MADE_FOR: one.made_for}))


def _scored(
    recipe: PaperRecipe,
    cohort: Cohort,
    training: Sequence[str],
    folder: Path,
    made_for: str,
    seed: int,
) -> Scored:
    generator = make_generator(recipe.generator.name, recipe.generator.options)
    controls = None
    if recipe.controls is not None and recipe.generator.controls:
        controls = load_cohort(recipe.controls)
    pool = make_pool(
        generator,
        recipe.generator.name,
        cohort,
        training,
        _counts(recipe, generator, cohort),
        folder / "pool",
        seed=seed,
        controls=controls,
        detector=recipe.detector,
        label=_label(recipe, generator, cohort, training),
    )
    return Scored(folder, made_for, pool, _scores(recipe, cohort, pool, training, folder))


def _counts(recipe: PaperRecipe, generator: Generator, cohort: Cohort) -> Mapping[str, int] | int:
    """As many images in all, whether or not the generator knows conditions."""
    if generator.knows_conditions:
        return recipe.per_condition
    return {"": recipe.per_condition * len(cohort.condition_ids)}


def _label(
    recipe: PaperRecipe, generator: Generator, cohort: Cohort, training: Sequence[str]
) -> NearestMean | None:
    """What names samples without a condition: under F13 what ranks them, else a backbone."""
    if generator.knows_conditions:
        return None
    circular = "label-by-means" in recipe.quirks
    return nearest_mean(
        cohort,
        training,
        evidence=LANDMARKS if circular else LABELLED_BY,
        quirks=[name for name in recipe.quirks if circular and name in LABEL_QUIRKS],
        protocol="paper",
        detector=recipe.detector,
    )


def _scores(
    recipe: PaperRecipe, cohort: Cohort, pool: Cohort, training: Sequence[str], folder: Path
) -> ScoreTable:
    path = folder / "scores.parquet"
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
    table = score_pool(pool, cohort, training, options)
    table.write(path)
    return table
