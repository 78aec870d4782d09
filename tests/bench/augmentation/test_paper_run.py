"""The paper's recipe: what trains is counted, and samples without a condition get one."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from rdface.bench.augmentation import paper_pools, paper_run
from rdface.bench.augmentation.paper_recipe import PaperRecipe
from rdface.bench.augmentation.plan import GeneratorPlan
from rdface.cohort import Cohort
from rdface.engines.inline import Inline
from rdface.errors import RunError, UsageError
from rdface.synthesis import GENERATORS
from tests.bench.augmentation.world import make_cohort
from tests.bench.pieces import register
from tests.synthesis.conftest import part_of


def recipe_of(*quirks: str, generator: dict[str, Any] | None = None) -> PaperRecipe:
    """Of a generator, two folds."""
    content = {"backbones": ["sface"], "folds": 2, "per_condition": 3, "quirks": quirks}
    return PaperRecipe.model_validate({**content, "generator": generator or {"name": "morph"}})


def joined(cohort: Cohort, parents: list[str], made_for: str) -> Cohort:
    """The cohort with one synthetic image for each entry of ``parents``, made for some fold."""
    made = cohort.images.iloc[[0] * len(parents)].copy()
    made["image_id"] = made["patient_id"] = [f"made{k}" for k in range(len(parents))]
    made["synthetic_of"] = parents
    made["made_for"] = made_for
    return dataclasses.replace(cohort, images=pd.concat([cohort.images, made], ignore_index=True))


def test_synthetic_images_that_train_nowhere_are_no_silent_nothing(tmp_path: Path) -> None:
    """All of a fold's training part as parents of its images: they train. Else it is refused."""
    cohort = make_cohort(tmp_path / "cohort")
    recipe = recipe_of(generator={"name": "signs", "folds": 1})
    split = paper_run._split(recipe, cohort)
    (fold,) = split.folds
    everybody = "|".join(fold.train)
    assert paper_run._trained(recipe, joined(cohort, [everybody] * 5, "0")) == 5
    for parents, made_for in ((everybody, "1"), ("|".join(fold.development), "0")):
        with pytest.raises(UsageError, match="No synthetic image trains"):
            paper_run._trained(recipe, joined(cohort, [parents] * 5, made_for))


def test_each_fold_has_a_pool_from_its_training_part_but_under_f2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Generators, labels and scores of a fold are given its training images and nobody else."""
    asked: list[tuple[str, tuple[str, ...], int]] = []

    def make(generator: object, name: str, cohort: Cohort, ids: tuple[str, ...], *rest, **given):  # noqa: ANN002, ANN003, ANN202
        asked.append((rest[1].parent.name, ids, given["seed"]))

    scored: list[tuple[str, ...]] = []
    monkeypatch.setattr(paper_pools, "make_pool", make)
    monkeypatch.setattr(paper_pools, "_scores", lambda *given: scored.append(given[3]))
    cohort = make_cohort(tmp_path / "cohort")
    ours = recipe_of()
    split = paper_run._split(ours, cohort)
    made = paper_pools.make_pools(ours, cohort, split, tmp_path / "ours")
    assert [one.made_for for one in made] == ["0", "1"]
    assert asked == [(f"fold{k}", fold.train, 42 + 1000 * k) for k, fold in enumerate(split.folds)]
    assert scored == [fold.train for fold in split.folds]
    del asked[:]
    paper = recipe_of("split-by-image", "synthetic-in-folds", generator={"name": "morph"})
    (one,) = paper_pools.make_pools(paper, cohort, split, tmp_path / "paper")
    assert asked == [("paper", split.folds[0].development, 42)] and one.made_for == ""


def test_a_costly_generator_may_have_fewer_folds_where_each_has_a_pool() -> None:
    """With and without synthetic images alike; one pool for all folds serves all folds."""
    few = {"name": "morph", "folds": 1}
    ours, paper = (
        recipe_of(generator=few),
        recipe_of("split-by-image", "synthetic-in-folds", generator=few),
    )
    assert ours.folds_run == 1 and paper.folds_run == paper.folds == 2
    assert paper.without_quirks().folds_run == 1
    assert paper_run._shape(ours)["first_folds"] == 1 and "first_folds" not in paper_run._shape(
        paper
    )
    with pytest.raises(ValueError, match="plan of a study"):
        recipe_of(generator={"name": "morph", "select": ["landmark_cosine"]})


@pytest.mark.parametrize(
    ("quirks", "evidence", "kept"),
    [
        (("label-by-means", "means-of-all-images", "aspect-lost"), "landmarks",
         ["means-of-all-images", "aspect-lost"]),
        ((), paper_pools.LABELLED_BY, []),
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
    monkeypatch.setattr(paper_pools, "nearest_mean", lambda *_, **given: asked.update(given))
    cohort = make_cohort(tmp_path / "cohort")
    recipe = recipe_of(*quirks, generator={"name": "fastgan"})
    blind, seeing = GENERATORS.get("fastgan")(), GENERATORS.get("morph")()
    paper_pools._label(recipe, blind, cohort, cohort.image_ids)
    assert (asked["evidence"], asked["quirks"], asked["protocol"]) == (evidence, kept, "paper")
    assert paper_pools._counts(recipe, blind, cohort) == {"": 36}
    assert paper_pools._label(recipe, seeing, cohort, cohort.image_ids) is None
    assert paper_pools._counts(recipe, seeing, cohort) == 3


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
    found = paper_run.run_paper(recipe, out, engine=Inline())
    assert [(one.quirks, one.n) for one in found] == [
        (True, 0), (True, 9), (False, 0), (False, 9)
    ]  # fmt: skip
    assert 0 < found[1].trained < 9  # F2: synthetic images validate
    assert [one.trained for one in found[::2]] == [0, 0] and found[3].trained == 9
    assert paper_run.run_paper(recipe, out, engine=Inline()) == found
    with pytest.raises(RunError, match="another plan"):
        paper_run.run_paper(recipe.model_copy(update={"counts": (6,)}), out, engine=Inline())


@pytest.mark.slow  # warps faces and trains two runs
@pytest.mark.weights
def test_a_generator_to_which_everybody_is_a_parent_works_as_we_read_the_recipe(
    tmp_path: Path,
) -> None:
    """Each fold's signs are learnt from its training part, so that all of its images train."""
    register()
    part_of("sim103", 3, 5, tmp_path / "cohort")
    recipe = PaperRecipe(
        cohort=str(tmp_path / "cohort"),
        generator=GeneratorPlan(name="signs", options={"size": 64}),
        per_condition=2,
        counts=(4,),
        folds=2,
        backbones=("pixels-test",),
        learners=("prototype",),
    )
    found = paper_run.run_paper(recipe, tmp_path / "run", engine=Inline())
    assert [(one.quirks, one.n, one.trained) for one in found] == [(False, 0, 0), (False, 4, 4)]
