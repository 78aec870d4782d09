"""The head's trainings have the quirks that they are said to have, and no other."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.bench.bias_study import trained
from rdface.bench.bias_study.draw import Draw, draw_cohort
from rdface.bench.bias_study.population import StudyPopulation
from rdface.bench.bias_study.trial import Drawn
from rdface.errors import UsageError
from rdface.protocols import PROTOCOLS, find_leaks


@pytest.fixture(scope="module")
def draw(population: StudyPopulation) -> Draw:
    return draw_cohort(population.images, 60, 0, 3)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two epochs and few blends."""
    recipe = trained.RECIPE.model_copy(update={"epochs": 2})
    monkeypatch.setattr(trained, "RECIPE", recipe)
    monkeypatch.setattr(trained, "BLENDS", 40)


def test_blends_stem_from_training_images_alone(
    population: StudyPopulation, draw: Draw, short: None
) -> None:
    """And the images that are tested are those that are tested without blends."""
    drawn = Drawn.of(population, draw)
    blends = trained._blend(drawn, "numbers", 3)
    plain = PROTOCOLS.get("paper")(drawn.images, seed=3, divide_by="image")
    split = PROTOCOLS.get("paper")(blends.images, seed=3, **trained.SYNTHETIC.options)
    assert split.folds[0].test == plain.folds[0].test
    tested = set(plain.folds[0].test)
    parents = blends.images["synthetic_of"].str.split("|").explode()
    assert len(blends.images) == 60 + 40
    assert not tested & set(parents)
    assert not any(leak.kind == "synthetic test image" for leak in find_leaks(split, blends.images))
    assert any(set(fold.validation) & set(blends.images["image_id"][60:]) for fold in split.folds)


def test_a_blend_lies_between_its_parents(
    population: StudyPopulation, draw: Draw, short: None
) -> None:
    drawn = Drawn.of(population, draw)
    blends = trained._blend(drawn, "numbers", 3)
    row = {name: index for index, name in enumerate(drawn.images["image_id"])}
    x = drawn.features["numbers"][: len(drawn.images)].astype(np.float64)
    whole = drawn.features["numbers"].astype(np.float64)
    x = x / np.linalg.norm(x, axis=1, keepdims=True) * np.linalg.norm(whole, axis=1).mean()
    for names, blend in zip(blends.images["synthetic_of"][60:], blends.features, strict=True):
        a, b = (x[row[name]] for name in names.split("|"))
        way = np.linalg.norm(blend - a) + np.linalg.norm(blend - b)
        assert way == pytest.approx(np.linalg.norm(a - b), rel=1e-4)


def test_every_variant_is_trained_and_the_same_seed_gives_the_same(
    population: StudyPopulation, draw: Draw, short: None
) -> None:
    table = trained.run_heads(population, draw, 3)
    names = {each.name for each in trained.VARIANTS}
    last = {name + trained.LAST_EPOCH for name in names if name != "strict"}
    assert set(table["variant"]) == names | last
    again = trained.run_heads(population, draw, 3)
    assert table.equals(again)


def test_the_last_epoch_is_shown_beside_the_top1_of_the_best(
    population: StudyPopulation, draw: Draw, short: None
) -> None:
    """F5: what is said of top-1 and all that is true are those of the kept epoch."""
    table = trained.run_heads(population, draw, 3).set_index(["variant", "metric"])
    best, last = table.loc["paper"], table.loc["paper" + trained.LAST_EPOCH]
    assert best["same"].equals(last["same"])
    assert best.loc["top1_micro", "estimate"] == last.loc["top1_micro", "estimate"]


def test_without_torch_it_is_said_how_to_do_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError) as error:
        trained.check()
    assert "--no-heads" in str(error.value.hint)
