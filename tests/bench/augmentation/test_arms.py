"""A generator that knows the truth helps, wrong labels do not, and all arms train alike."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from rdface.bench.augmentation import part, summarise_study
from rdface.bench.augmentation.comparators import scores_by_terms, whitened
from rdface.bench.augmentation.fitting import Training, fit_arm
from rdface.bench.augmentation.part import ADDED, ALONE, CONTROLS, PERMUTED, REAL
from rdface.bench.augmentation.plan import AugmentationPlan
from rdface.bench.augmentation.pools import Made
from rdface.bench.augmentation.summary import _against, curve, table_of
from rdface.learners.tuning import Recipe
from rdface.protocols.split import FoldRows
from tests.bench.augmentation.world import make_material, make_plan, planted

Tables = Callable[..., pd.DataFrame]


@pytest.fixture
def ranks_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Tables:
    """All parts of a study with a planted generator."""

    def run(plan: AugmentationPlan, informed: bool = True) -> pd.DataFrame:
        monkeypatch.setattr(part, "make_and_embed", planted(informed=informed))
        material = make_material(tmp_path / "cohort", plan)
        tables = []
        for generator in plan.generators:
            for regime, fold in plan.parts(generator):
                tables.append(part.run_real(material, regime, fold))
                tables.append(part.run_generator(material, generator, regime, fold, tmp_path)[0])
        return pd.concat(tables, ignore_index=True)

    return run


def test_a_generator_that_knows_the_truth_helps_and_wrong_labels_do_not(ranks_of: Tables) -> None:
    """In the regime of one image, significantly; permuted labels do harm."""
    lines = summarise_study(ranks_of(make_plan(regimes=(1,))), n_conditions=12)
    of = {line.arm: line for line in lines if not line.screened}
    assert of[ADDED].differences["top5_micro"].value > 0.15
    assert of[ADDED].corrected["top5_micro"] < 0.05
    assert of[ALONE].differences["top5_micro"].value > 0.1
    assert of[PERMUTED].differences["top5_micro"].value < 0.05
    assert not of[REAL].differences


def test_faces_without_a_condition_do_not_help(ranks_of: Tables) -> None:
    """Synthetic faces that show nothing, though rightly labelled, gain nothing significant."""
    lines = summarise_study(ranks_of(make_plan(regimes=(1,)), informed=False), n_conditions=12)
    for line in lines:
        for name, p in line.corrected.items():
            assert line.differences[name].value < 0 or p > 0.05


def test_n_is_chosen_on_validation_and_the_permuted_arm_follows(ranks_of: Tables) -> None:
    """Test ranks do not choose: spoiling them leaves every chosen n as it was."""
    ranks = ranks_of(make_plan())
    spoilt = ranks.assign(rank=13 - ranks["rank"])
    before, after = (summarise_study(each, n_conditions=12) for each in (ranks, spoilt))
    assert [line.chosen for line in before] == [line.chosen for line in after]
    for regime in ("1", "2"):
        own = {(line.arm, line.screened): line for line in before if line.regime == regime}
        assert own[PERMUTED, False].chosen == own[ADDED, False].chosen
    folds = ranks[(ranks["arm"] == ADDED) & ~ranks["screened"] & (ranks["regime"] == "1")]
    best = folds.groupby(["fold", "n"])["criterion"].first().unstack()
    line = next(line for line in before if (line.arm, line.screened) == (ADDED, False))
    assert line.chosen == tuple(best.idxmax(axis=1))


def test_curves_have_every_n_and_holm_knows_every_comparison(ranks_of: Tables) -> None:
    """No corrected p is below the raw one; two metrics for each arm but real only."""
    ranks = ranks_of(make_plan())
    lines = summarise_study(ranks, n_conditions=12)
    for line in lines:
        assert set(line.differences) == ({*()} if line.arm == REAL else {*line.corrected})
        assert all(line.corrected[k] >= line.differences[k].p_value for k in line.corrected)
    assert {line.n for line in curve(ranks, n_conditions=12)} == {1, 8}
    assert {line.arm for line in lines} == {REAL, CONTROLS, ADDED, ALONE, PERMUTED}


def test_what_a_screening_left_is_said(ranks_of: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of one condition nothing passed, of another three: the least and the mean, not n."""
    plan = make_plan(regimes=(1,), counts=(8,))
    whole = {
        (one.arm, one.screened): one for one in summarise_study(ranks_of(plan), n_conditions=12)
    }
    assert all(line.n_least == line.n_mean == (8 if line.chosen else 0) for line in whole.values())
    assert not any(line.missing for line in whole.values())

    def few() -> np.ndarray:
        passed = [row for row in range(96) if row >= 8 and row not in range(8 + 3, 16)]
        return np.array(passed, dtype=np.intp)

    monkeypatch.setattr(Made, "selected", lambda *_: few())
    lines = summarise_study(ranks_of(plan), n_conditions=12)
    for line in lines:
        assert bool(line.missing) == bool(line.shortfall) == line.screened
        if line.screened:
            assert (line.n_least, line.n_mean) == (0, pytest.approx((10 * 8 + 3) / 12))
    table = table_of(lines)
    assert table.loc[table["screened"], "n_least"].eq(0).all()
    assert table.loc[~table["screened"], "n_mean"].isin([0.0, 8.0]).all()


def test_every_arm_of_a_trained_head_has_the_same_updates() -> None:
    """Real only, 10 times as many synthetic images, many or few alone: equal optimiser steps."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(60, 6)).astype(np.float32), np.arange(60) % 3
    fold = FoldRows(np.arange(21), np.arange(21, 40), np.arange(40, 60))
    made = rng.normal(size=(210, 6)).astype(np.float32)
    labels = np.arange(210) % 3
    nobody, nothing = np.empty(0, np.intp), np.empty((0, 6), np.float32)
    recipe = Recipe(epochs=3, batch=4, learning_rate=1e-2)
    updates = [
        fit_arm(x, y, fold, training, learner="head", n_conditions=3, recipe=recipe).updates
        for training in (
            Training(fold.train, nothing, nobody),
            Training(fold.train, made, labels),
            Training(nobody, made, labels),
            Training(nobody, made[:6], labels[:6]),
        )
    ]
    assert updates == [15, 15, 15, 15]  # 21 images make 5 batches: the last takes the odd one


def test_the_comparator_by_terms_is_held_against_what_mrr_chose() -> None:
    """A head's top-1 on validation is no MRR: however high, it is not compared with one."""
    real = {
        ("1", "x", learner): pd.DataFrame({"criterion": [value], "learner": [learner]})
        for learner, value in (("prototype", 0.3), ("lda", 0.4), ("head", 0.9))
    }
    line = SimpleNamespace(regime="1", backbone="x", learner="terms")
    base = _against(line, real)  # type: ignore[arg-type]
    assert base is not None and base["learner"].item() == "lda"


def test_whitening_makes_the_controls_round() -> None:
    """What unaffected children differ by counts less; it is the controls' scatter that says so."""
    rng = np.random.default_rng(0)
    wide = rng.normal(size=(500, 8)) * np.array([9, *[1.0] * 7]) + 5
    found = whitened(wide.astype(np.float32), wide.astype(np.float32))
    assert np.abs(found.mean(axis=0)).max() < 0.2
    spread = found.std(axis=0)
    assert spread.max() / spread.min() < np.ptp(wide.std(axis=0)) / 2


def test_terms_let_conditions_learn_from_each_other() -> None:
    """Signs of other conditions tell where a condition lies that has one noisy image."""
    profiles = np.array([[1, 0, 1, 0], [1, 0, 0, 1], [0, 1, 1, 0], [0, 1, 0, 1.0]])
    terms = [f"HP:000000{place}" for place in range(4)]
    cohort = SimpleNamespace(
        condition_ids=tuple("ABCD"),
        image_ids=tuple(str(row) for row in range(120)),
        conditions=pd.DataFrame(
            {
                "condition": list("ABCD"),
                "facial_hpo": [
                    "|".join(f"{terms[place]}~sign=1/1" for place in np.flatnonzero(profile))
                    for profile in profiles
                ],
            }
        ),
        images=pd.DataFrame({"image_id": [str(row) for row in range(120)], "hpo_terms": ""}),
    )
    rng = np.random.default_rng(0)
    directions = np.linalg.qr(rng.normal(size=(10, 4)))[0].T
    labels = np.repeat(np.arange(4), 30)
    x = (profiles[labels] @ directions * 3 + 0.5 * rng.normal(size=(120, 10))).astype("f4")
    scores = scores_by_terms(x, np.arange(0, 120, 10), labels, cohort)  # type: ignore[arg-type]
    assert (scores.argmax(axis=1) == labels).mean() > 0.9
