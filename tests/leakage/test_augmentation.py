"""Test rows move nothing in the study of augmentation, and a leaky twin shows what would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.bench.augmentation import part
from rdface.bench.augmentation.part import Material
from rdface.bench.augmentation.pools import Made
from tests.bench.augmentation.world import make_material, make_plan, planted

DECIDED = ["regime", "fold", "arm", "generator", "screened", "n", "learner", "criterion"]


def run(material: Material, folder: Path) -> pd.DataFrame:
    """All arms of one regime and fold."""
    (generator,) = material.plan.generators
    tables = [part.run_real(material, 1, 0)]
    tables.append(part.run_generator(material, generator, 1, 0, folder)[0])
    return pd.concat(tables, ignore_index=True)


def spoilt(material: Material) -> tuple[Material, str]:
    """Every test row of fold 0 but one is changed wildly, and all their terms; which is left."""
    fold = material.split.folds[0]
    rows = fold.rows(material.cohort.image_ids).test[1:]
    x = material.features["x"].copy()
    x[rows] = 40 * np.random.default_rng(9).normal(size=x[rows].shape)
    images = material.cohort.images.copy()
    images.loc[rows, "hpo_terms"] = "HP:0000343"
    cohort = replace(material.cohort, images=images)
    return replace(material, features={"x": x}, cohort=cohort), fold.test[0]


@pytest.fixture
def world(tmp_path: Path) -> Material:
    """Every learner that is solved, and the comparator by terms."""
    plan = make_plan(learners=("prototype", "lda", "knn"), regimes=(1,), counts=(2,), terms=True)
    return make_material(tmp_path / "cohort", plan)


def test_test_rows_move_neither_ranks_nor_what_validation_chooses(
    world: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Criteria are equal to the bit in every arm, and so is the rank of the one image left."""
    monkeypatch.setattr(part, "make_and_embed", planted())
    changed, left = spoilt(world)
    before, after = run(world, tmp_path), run(changed, tmp_path)
    pd.testing.assert_frame_equal(before[DECIDED], after[DECIDED])
    one = [table[table["image_id"] == left]["rank"].tolist() for table in (before, after)]
    assert one[0] == one[1]
    assert before["rank"].tolist() != after["rank"].tolist()


def test_a_generator_that_sees_the_test_rows_is_heard(
    world: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The canary sings: a generator that copies test images moves criteria and ranks."""

    def leaky(material: Material) -> Callable[..., Made]:
        def make(*args: object, seed: int, **kwargs: object) -> Made:
            rows = material.split.folds[0].rows(material.cohort.image_ids).test
            x = material.features["x"][rows]
            return Made(material.labels[rows], np.zeros(len(rows), np.intp), {"x": x})

        return make

    changed, _ = spoilt(world)
    found = []
    for material in (world, changed):
        monkeypatch.setattr(part, "make_and_embed", leaky(material))
        found.append(run(material, tmp_path))
    assert not found[0][DECIDED].equals(found[1][DECIDED])


def test_a_generator_is_given_the_training_images_of_the_regime_alone(
    world: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One image of each condition of the fold's training part; none that validates or tests."""
    seen: list[str] = []

    def note(plan: object, generator: object, cohort: object, controls: object,
             training_ids: tuple[str, ...], folder: Path, *, seed: int) -> Made:  # fmt: skip
        seen.extend(training_ids)
        return planted()(world.plan, seed=seed)

    monkeypatch.setattr(part, "make_and_embed", note)
    run(world, tmp_path)
    fold = world.split.folds[0]
    assert set(seen) <= set(fold.train)
    assert not set(seen) & {*fold.validation, *fold.test}
    conditions = world.cohort.images.set_index("image_id").loc[seen, "condition"]
    assert conditions.is_unique
