"""A synthetic picture is as old as its parents of its own condition."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rdface.errors import UsageError
from rdface.phenotype.parents import with_people
from tests.phenotype.similarity import world

REAL = world.cohort()
POOL = world.pool(REAL, per_condition=1)


def filled(parents: str, **known: str) -> tuple[str, str]:
    images = POOL.images.copy()
    images.loc[images.index[0], "synthetic_of"] = parents
    for column, value in known.items():
        images.loc[images.index[0], column] = value
    row = with_people(replace(POOL, images=images), REAL).images.iloc[0]
    return row["sex"], row["age"]


def test_age_is_the_median_and_sex_that_of_the_majority() -> None:
    assert filled("C0_P0") == ("female", "P3Y0M")
    assert filled("C0_P0|C0_P1") == ("", "P3Y0M"), "one girl, one boy: not known"
    assert filled("C0_P0|C0_P2|C0_P3") == ("female", "P8Y0M")
    assert filled("C0_P1|C0_P3") == ("male", "P5Y6M")


def test_parents_of_other_conditions_count_only_where_there_are_no_others() -> None:
    assert filled("C0_P0|C5_P3|C6_P3") == ("female", "P3Y0M")
    assert filled("C5_P3|C6_P3") == ("male", "P8Y0M")
    assert filled("unknown") == ("", "")


def test_what_is_known_stays() -> None:
    assert filled("C0_P0", sex="male", age="P1Y") == ("male", "P1Y")
    assert POOL.images["age"].eq("").all(), "the pool itself is not changed"


def test_a_pool_of_another_cohort_is_refused() -> None:
    with pytest.raises(UsageError, match="no pool"):
        with_people(POOL, replace(REAL, info=world.info("other", True)))


def test_an_empty_pool_stays_empty() -> None:
    assert len(with_people(replace(POOL, images=POOL.images.iloc[:0]), REAL)) == 0
