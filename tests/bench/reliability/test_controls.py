"""Controls are dealt by patient, and no probe judges a child that taught it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from rdface.bench.reliability.controls import check_controls, probe_folds
from rdface.cohort import Cohort
from rdface.errors import LeakageError, UsageError
from rdface.protocols import PROTOCOLS
from rdface.protocols.open_world import World, make_worlds

MakeCohort = Callable[..., Cohort]


@pytest.fixture
def cohorts(make_cohort: MakeCohort) -> tuple[Cohort, Cohort]:
    """A cohort, and ten controls with two pictures each."""
    controls = make_cohort(conditions=1, patients=10, images=2, seed=5, folder="controls")
    controls.images["condition"] = "UNAFFECTED"
    return make_cohort(conditions=6, patients=5), controls


def worlds_of(cohort: Cohort) -> tuple[World, ...]:
    split = PROTOCOLS.get("strict")(cohort.images, seed=0, repeats=2)
    return make_worlds(split, cohort.images, unseen_parts=5, inner_folds=4)


def test_each_control_is_judged_once_a_repeat_and_never_by_a_probe_that_it_taught(
    cohorts: tuple[Cohort, Cohort],
) -> None:
    cohort, controls = cohorts
    worlds = worlds_of(cohort)
    folds = probe_folds(worlds, cohort, controls, parts=5, seed=0)
    assert [worlds[number].name for number in folds] == ["closed"] * 10
    child = np.array([*cohort.images["patient_id"], *("k" + controls.images["patient_id"])])
    judged = []
    for number, rows in folds.items():
        sides = [set(child[part]) for part in rows]
        assert not sides[0] & sides[1] and not (sides[0] | sides[1]) & sides[2]
        assert all(any(name.startswith("k") for name in side) for side in sides)
        theirs = rows.test[rows.test >= len(cohort)].tolist()
        judged += [(worlds[number].repeat, row) for row in theirs]
        ours = [cohort.image_ids[row] for row in rows.test if row < len(cohort)]
        assert ours == list(worlds[number].scored)
    everyone = range(len(cohort), len(cohort) + 20)
    assert sorted(judged) == [(repeat, row) for repeat in (0, 1) for row in everyone]


def test_two_controls_with_one_picture_are_refused(cohorts: tuple[Cohort, Cohort]) -> None:
    """One child under two names would teach the probe that judges it."""
    cohort, controls = cohorts
    controls.images["sha256"] = controls.images["sha256"].iloc[0]
    with pytest.raises(LeakageError, match="duplicate picture"):
        probe_folds(worlds_of(cohort), cohort, controls, parts=5, seed=0)


def test_too_few_controls_or_parts_are_refused(cohorts: tuple[Cohort, Cohort]) -> None:
    cohort, controls = cohorts
    for parts in (2, 11):
        with pytest.raises(UsageError, match="10 controls cannot"):
            probe_folds(worlds_of(cohort), cohort, controls, parts=parts, seed=0)


def test_patients_are_no_controls(cohorts: tuple[Cohort, Cohort]) -> None:
    cohort, controls = cohorts
    check_controls(controls, cohort)
    with pytest.raises(UsageError, match="a condition of"):
        check_controls(cohort, cohort)
