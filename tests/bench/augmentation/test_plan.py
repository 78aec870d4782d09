"""Plans say what they want, or why they cannot have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rdface.bench.augmentation import default_plan, read_plan
from rdface.bench.augmentation.paper_recipe import (
    ALL_QUIRKS,
    PaperRecipe,
    Reading,
    is_paper_recipe,
    read_paper_recipe,
)
from rdface.bench.augmentation.paper_run import picked
from rdface.bench.augmentation.study import jobs_of
from rdface.errors import UsageError

SPECS = Path(__file__).parents[3] / "specs"


def test_the_shipped_plan_reads_and_is_cut_down_by_quick() -> None:
    """Every regime with its own generators; quick has one regime and one fold."""
    plan = read_plan(SPECS / "augmentation.yaml")
    assert plan.regimes == (1, 2, 3, "all")
    assert {"classic", "morph", "signs"} <= {one.called for one in plan.generators}
    assert len(jobs_of(plan)) == 4 * 3 + 4 * 3 + 2 * 2 * 2  # real only, signs, the other two
    small = plan.smaller()
    assert len(jobs_of(small)) == 1 + len(plan.generators)
    assert max(small.counts) <= 4


def test_a_costly_generator_may_have_fewer_folds_and_regimes() -> None:
    """And only those."""
    plan = default_plan()
    costly = plan.generators[0].model_copy(update={"folds": 1, "regimes": (1, "all")})
    assert plan.parts(costly) == [(1, 0), ("all", 0)]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("generators: []", "generators"),
        ("generators: [{name: morph}, {name: morph}]", "label"),
        ("generators: [{name: morph}]\nhead: {budget: epochs}", "equal updates"),
        ("generators: [{name: morph}]\nbackbones: [a+b]", "one by one"),
        ("generators: [{name: morph}]\ncounts: [0]", "counts"),
        ("generators: [{name: morph}]\nsurprise: 1", "surprise"),
        ("- 1", "no mapping"),
        ("", "is empty"),
        ("# later", "is empty"),
        ("name: 2024-99-99", "no YAML"),
    ],
)
def test_what_cannot_be_is_refused_in_words(tmp_path: Path, text: str, what: str) -> None:
    """A UsageError names the place."""
    path = tmp_path / "plan.yaml"
    path.write_text(text)
    with pytest.raises(UsageError, match=what):
        read_plan(path)


@pytest.mark.parametrize("name", ["augmentation-paper.yaml", "augmentation-paper-offline.yaml"])
def test_the_papers_recipes_name_every_flaw_that_acts_here(name: str) -> None:
    """F1 to F3, F8, F9, F11, F12, and F13 where labels are given; our reading has none."""
    path = SPECS / name
    assert is_paper_recipe(path)
    recipe = read_paper_recipe(path)
    assert {"F1", "F2", "F3", "F8", "F9", "F11", "F12"} <= set(recipe.flaws())
    assert not recipe.without_quirks().flaws()
    assert not is_paper_recipe(SPECS / "augmentation.yaml")
    if name == "augmentation-paper.yaml":
        assert recipe.counts == (1000, 2000, 4000, 6000)
        assert recipe.per_condition == 100
        assert "F13" in recipe.flaws()


def test_an_unknown_quirk_names_the_nearest() -> None:
    """And F2 is impossible without F1."""
    base = {"generator": {"name": "morph"}, "backbones": ["sface"]}
    with pytest.raises(ValueError, match="whole-pool-selection"):
        PaperRecipe.model_validate({**base, "quirks": ["whole-pool-selektion"]})
    with pytest.raises(ValueError, match="F1"):
        PaperRecipe.model_validate({**base, "quirks": ["synthetic-in-folds"]})
    assert {"best-n-on-test", "label-by-means"} <= set(ALL_QUIRKS)


def test_the_shown_n_is_the_tests_best_only_under_f9() -> None:
    """The paper shows the best on the test set, our reading the best on validation."""
    made = [
        Reading(True, n, "", "sface", "head", {"top10_micro": (value, 0, 1)}, validation)
        for n, value, validation in ((0, 0.9, 0.9), (100, 0.3, 0.5), (200, 0.4, 0.4))
    ]
    assert picked(made, on_test=True, metric="top10_micro").n == 200
    assert picked(made, on_test=False, metric="top10_micro").n == 100
    with pytest.raises(UsageError):
        picked(made[:1], on_test=True, metric="top10_micro")
