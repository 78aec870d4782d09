"""Dealt labels: no agreement is found where there is none, and none is asked of few conditions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rdface.phenotype.similarity.control import permute_conditions
from rdface.phenotype.similarity.pairs import lay_out
from tests.phenotype.similarity import world

REAL = world.cohort()
LAYOUT = lay_out(
    REAL, world.pool(REAL), dict.fromkeys([*REAL.image_ids, *world.pool(REAL).image_ids])
)


def test_p_values_of_noise_are_even() -> None:
    rng = np.random.default_rng(0)
    shape = (LAYOUT.n_real, len(LAYOUT.image_ids))
    found = [permute_conditions(LAYOUT, rng.random(shape), n_permutations=99) for _ in range(60)]
    p_values = [one.p_value for one in found if one is not None]
    assert len(p_values) == 60 and 0.35 < np.mean(p_values) < 0.65


def test_pairs_that_share_a_patient_take_no_part() -> None:
    rng = np.random.default_rng(0)
    table = rng.random((LAYOUT.n_real, len(LAYOUT.image_ids)))
    before = permute_conditions(LAYOUT, table, n_permutations=20)
    table[:, LAYOUT.n_real :][LAYOUT.made_from] = 9.0
    assert permute_conditions(LAYOUT, table, n_permutations=20) == before


def test_both_sides_are_means_over_the_same_pictures() -> None:
    """A real picture without a pair of its own condition is in neither."""
    rng = np.random.default_rng(0)
    table = rng.random((LAYOUT.n_real, len(LAYOUT.image_ids)))
    before = permute_conditions(LAYOUT, table, n_permutations=20)
    alone = ~LAYOUT.anchors("synthetic").any(axis=1)
    assert 0 < alone.sum() < LAYOUT.n_real
    table[alone] = 9.0
    assert permute_conditions(LAYOUT, table, n_permutations=20) == before


def test_few_conditions_are_not_dealt() -> None:
    names = LAYOUT.conditions.copy()
    few = replace(LAYOUT, conditions=np.where(names < "C4", names, "C0"))
    table = np.ones((LAYOUT.n_real, len(LAYOUT.image_ids)))
    assert permute_conditions(few, table) is None
