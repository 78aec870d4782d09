"""Populations beside the patients of a cohort: fresh ones, many, and unaffected children."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from rdface.simulate.conditions import Condition
from rdface.simulate.people.child import stream
from rdface.simulate.people.plan import Plan, draw_countries, draw_patients, draw_pictures

FRESH_EACH: Final = 5  # fresh patients per condition
UNAFFECTED_EACH: Final = 48  # unaffected children for each condition of the plan
STUDY_GROUP: Final = [1] * 18 + [2] * 4 + [3] * 2  # images of each patient of a condition
UNAFFECTED: Final = Condition("UNAFFECTED", "Unaffected child", "", "", "", "", "", ())


class Population(StrEnum):
    """Who is simulated of the world that a seed describes."""

    PATIENTS = "patients"
    CONTROLS = "controls"
    FRESH = "fresh"
    STUDY = "study"
    UNAFFECTED = "unaffected"


def fresh_patients(plan: Plan, each: int = FRESH_EACH) -> Plan:
    """New patients with the conditions of a plan, one picture each: other people, the same world.

    They show what a protocol's promise is worth. Nothing may be trained on them or chosen by them.
    """
    groups = [[1] * each for _ in plan.conditions]
    return draw_patients(plan.seed, plan.conditions, groups, "F", plan.identity, plan.severity)


def study_patients(plan: Plan) -> Plan:
    """Many new patients with the conditions of a plan: a population to draw cohorts from.

    24 patients of each condition, of whom a quarter has two or three pictures: more than in a
    cohort, so that cohorts with patients like those of :func:`make_plan` can be drawn from it.
    """
    groups = [
        [int(size) for size in stream(plan.seed, f"S group {number}").permutation(STUDY_GROUP)]
        for number in range(len(plan.conditions))
    ]
    return draw_patients(plan.seed, plan.conditions, groups, "S", plan.identity, plan.severity)


def unaffected_controls(plan: Plan) -> Plan:
    """For each condition of a plan one unaffected child, of the age and sex of one of its patients.

    Country, ancestry, face, looks and photograph are drawn anew.
    """
    rng = stream(plan.seed, "controls")
    countries = draw_countries(len(plan.conditions), stream(plan.seed, "countries of controls"))
    shots = []
    for number, (condition, country) in enumerate(zip(plan.conditions, countries, strict=True), 1):
        own = [shot for shot in plan.shots if shot.condition == condition.abbreviation]
        twin = own[int(rng.integers(len(own)))]
        shots += draw_pictures(
            plan.seed,
            f"C{number:04d}",
            UNAFFECTED,
            [twin.months],
            country,
            male=twin.child.male,
            identity=plan.identity,
            severity=0.0,
        )
    return Plan(plan.seed, (UNAFFECTED,), tuple(shots), plan.identity, 0.0)


def unaffected_children(plan: Plan, each: int = UNAFFECTED_EACH) -> Plan:
    """Many unaffected children, one picture each: faces for a base model to learn from.

    Nobody in them is a patient, a control or related to one, so that what is trained on them has
    met no face of any cohort of this seed.
    """
    groups = [[1] * (each * len(plan.conditions))]
    return draw_patients(plan.seed, (UNAFFECTED,), groups, "U", plan.identity, 0.0)


_MAKERS: Final[dict[Population, Callable[[Plan], Plan]]] = {
    Population.PATIENTS: lambda plan: plan,
    Population.CONTROLS: unaffected_controls,
    Population.FRESH: fresh_patients,
    Population.STUDY: study_patients,
    Population.UNAFFECTED: unaffected_children,
}


def of_population(plan: Plan, population: Population) -> Plan:
    """The plan of a population that belongs to a plan of patients."""
    return _MAKERS[population](plan)
