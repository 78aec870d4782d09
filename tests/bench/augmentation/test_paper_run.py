"""The paper's recipe: what trains is counted, and samples without a condition get one."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from rdface.bench.augmentation import paper_run
from rdface.bench.augmentation.paper_recipe import PaperRecipe
from rdface.bench.augmentation.plan import GeneratorPlan
from rdface.cohort import Cohort
from rdface.errors import RunError, UsageError
from rdface.synthesis import GENERATORS
from tests.bench.augmentation.world import make_cohort
from tests.bench.pieces import register
from tests.synthesis.conftest import part_of


def recipe_of(name: str = "morph", *quirks: str) -> PaperRecipe:
    """Of a generator, two folds."""
    content = {"generator": {"name": name}, "backbones": ["sface"], "folds": 2, "per_condition": 3}
    return PaperRecipe.model_validate({**content, "quirks": quirks})


def joined(cohort: Cohort, parents: list[str]) -> Cohort:
    """The cohort with one synthetic image for each entry of ``parents``."""
    made = cohort.images.iloc[[0] * len(parents)].copy()
    made["image_id"] = made["patient_id"] = [f"made{k}" for k in range(len(parents))]
    made["synthetic_of"] = parents
    return dataclasses.replace(cohort, images=pd.concat([cohort.images, made], ignore_index=True))


def test_synthetic_images_that_train_nowhere_are_no_silent_nothing(tmp_path: Path) -> None:
    """Each with one parent: most train. All of the development part as parents: refused."""
    cohort, recipe = make_cohort(tmp_path / "cohort"), recipe_of()
    training = paper_run._training(paper_run._split(recipe, cohort))
    counted = paper_run._trained(recipe, joined(cohort, list(training)))
    assert counted == pytest.approx(len(training) / 2)  # two folds, each validates on one half
    with pytest.raises(UsageError, match="No synthetic image trains"):
        paper_run._trained(recipe, joined(cohort, ["|".join(training)] * 5))


@pytest.mark.parametrize(
    ("quirks", "evidence", "kept"),
    [
        (("label-by-means", "means-of-all-images", "aspect-lost"), "landmarks",
         ["means-of-all-images", "aspect-lost"]),
        ((), paper_run.LABELLED_BY, []),
    ],
)  # fmt: skip
def test_a_generator_without_conditions_is_labelled(
    quirks: tuple[str, ...],
    evidence: str,
    kept: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """F13 by the landmarks that rank, flaws of the means included; else by a backbone."""
    asked: dict[str, Any] = {}
    monkeypatch.setattr(paper_run, "nearest_mean", lambda *_, **given: asked.update(given))
    cohort = make_cohort(tmp_path / "cohort")
    recipe = recipe_of("fastgan", *quirks)
    split = paper_run._split(recipe, cohort)
    blind, seeing = GENERATORS.get("fastgan")(), GENERATORS.get("morph")()
    paper_run._label(recipe, blind, cohort, split)
    assert (asked["evidence"], asked["quirks"], asked["protocol"]) == (evidence, kept, "paper")
    assert paper_run._counts(recipe, blind, cohort) == {"": 36}
    assert paper_run._label(recipe, seeing, cohort, split) is None
    assert paper_run._counts(recipe, seeing, cohort) == 3


@pytest.mark.slow  # trains four runs
@pytest.mark.weights
def test_the_recipe_runs_with_its_flaws_and_without_and_keeps_its_folder(tmp_path: Path) -> None:
    """On fifteen faces; run again nothing moves, and another recipe is refused."""
    register()
    part_of("sim103", 3, 5, tmp_path / "cohort")
    recipe = PaperRecipe(
        cohort=str(tmp_path / "cohort"),
        generator=GeneratorPlan(name="classic", options={"size": 48}, controls=False),
        per_condition=4,
        counts=(9,),
        folds=2,
        backbones=("pixels-test",),
        learners=("prototype",),
        quirks=("split-by-image", "synthetic-in-folds", "whole-pool-selection"),
    )
    out = tmp_path / "run"
    found = paper_run.run_paper(recipe, out, workers=1)
    assert [(one.quirks, one.n) for one in found] == [
        (True, 0), (True, 9), (False, 0), (False, 9)
    ]  # fmt: skip
    assert found[0].trained == 0 and all(0 < one.trained <= 9 for one in found if one.n)
    assert paper_run.run_paper(recipe, out, workers=1) == found
    with pytest.raises(RunError, match="another plan"):
        paper_run.run_paper(recipe.model_copy(update={"counts": (6,)}), out, workers=1)
