"""Fresh patients and controls: other people, of the same world."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from rdface.simulate.people.plan import Plan, make_plan
from rdface.simulate.people.populations import Population, of_population


@pytest.fixture(scope="module")
def patients() -> Plan:
    return make_plan(120, 30, 3)


def test_a_fresh_population_has_five_new_patients_of_each_condition(patients: Plan) -> None:
    fresh = of_population(patients, Population.FRESH)
    counts = Counter(shot.condition for shot in fresh.shots)
    assert set(counts) == {shot.condition for shot in patients.shots}
    assert set(counts.values()) == {5}
    assert not {s.patient_id for s in fresh.shots} & {s.patient_id for s in patients.shots}
    assert len({shot.patient_id for shot in fresh.shots}) == len(fresh.shots) == 150


def test_no_face_is_used_twice(patients: Plan) -> None:
    """Patients, controls and fresh patients are different people, down to the identity."""
    faces: set[str] = set()
    for population in Population:
        plan = of_population(patients, population)
        own = {repr(sorted(shot.child.identity.items())) for shot in plan.shots}
        assert len(own) == len({shot.patient_id for shot in plan.shots})
        assert not faces & own
        faces |= own


def test_fresh_patients_are_drawn_like_the_others(patients: Plan) -> None:
    """Terms per patient and ages agree: only the persons are new."""
    fresh = of_population(patients, Population.FRESH)
    terms, months = (
        [np.mean([count(shot) for shot in plan.shots]) for plan in (patients, fresh)]
        for count in (lambda shot: len(shot.terms), lambda shot: shot.months)
    )
    assert terms[0] == pytest.approx(terms[1], rel=0.1)
    assert months[0] == pytest.approx(months[1], rel=0.15)
    assert fresh.severity == patients.severity and fresh.identity == patients.identity


def test_controls_match_one_patient_of_each_condition_in_age_and_sex(patients: Plan) -> None:
    controls = of_population(patients, Population.CONTROLS)
    assert len(controls.shots) == len(patients.conditions)
    for condition, control in zip(patients.conditions, controls.shots, strict=True):
        own = [shot for shot in patients.shots if shot.condition == condition.abbreviation]
        pairs = {(shot.months, shot.child.male) for shot in own}
        assert (control.months, control.child.male) in pairs


def test_controls_have_no_trait_and_say_so(patients: Plan) -> None:
    controls = of_population(patients, Population.CONTROLS)
    assert {shot.condition for shot in controls.shots} == {"UNAFFECTED"}
    assert all(not shot.terms and not shot.child.effects for shot in controls.shots)


@pytest.mark.parametrize("population", Population)
def test_a_population_is_a_function_of_the_seed(population: Population) -> None:
    plans = [of_population(make_plan(40, 10, seed), population) for seed in (1, 1, 2)]
    assert plans[0] == plans[1]
    assert plans[0].shots[0].child != plans[2].shots[0].child


def test_a_study_population_has_patients_enough_to_draw_cohorts_from(patients: Plan) -> None:
    """24 patients a condition, six of them with two or three pictures, of no other population."""
    study = of_population(patients, Population.STUDY)
    of_patient = Counter((shot.condition, shot.patient_id) for shot in study.shots)
    for condition in patients.conditions:
        sizes = [n for (name, _), n in of_patient.items() if name == condition.abbreviation]
        assert sorted(sizes) == [1] * 18 + [2] * 4 + [3] * 2
    assert not {s.patient_id for s in study.shots} & {s.patient_id for s in patients.shots}


def test_unaffected_children_are_many_and_nobody_else(patients: Plan) -> None:
    """48 for each condition, one picture each, without a trait, and not the matched controls."""
    unaffected = of_population(patients, Population.UNAFFECTED)
    assert len(unaffected.shots) == 48 * len(patients.conditions)
    assert len({shot.patient_id for shot in unaffected.shots}) == len(unaffected.shots)
    assert {shot.condition for shot in unaffected.shots} == {"UNAFFECTED"}
    assert all(not shot.terms and not shot.child.effects for shot in unaffected.shots)
    controls = of_population(patients, Population.CONTROLS)
    assert not {s.patient_id for s in controls.shots} & {s.patient_id for s in unaffected.shots}
