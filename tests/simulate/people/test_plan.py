"""Who is simulated, before anything is rendered."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.errors import UsageError
from rdface.simulate.people.accessories import GLASSES_AGE
from rdface.simulate.people.child import stream
from rdface.simulate.people.plan import (
    COUNTRIES,
    MEAN_AGE,
    MOST_IMAGES,
    SEVERITY,
    Plan,
    draw_ages,
    images_per_condition,
    images_per_patient,
    make_plan,
)
from rdface.simulate.people.populations import Population, of_population


@pytest.fixture(scope="module")
def paper() -> Plan:
    """The plan of the shipped cohort."""
    return make_plan(456, 103, 0)


@given(st.integers(1, 103), st.floats(1, MOST_IMAGES), st.integers(0, 1000))
def test_counts_add_up(conditions: int, each: float, seed: int) -> None:
    """Every possible total is met exactly, with 1 to 8 images per condition."""
    images = round(conditions * each)
    counts = images_per_condition(images, conditions, stream(seed, "counts"))
    assert sum(counts) == images
    assert len(counts) == conditions
    assert all(1 <= count <= MOST_IMAGES for count in counts)


@pytest.mark.parametrize(("images", "conditions"), [(4, 5), (41, 5), (0, 1)])
def test_impossible_totals_are_refused(images: int, conditions: int) -> None:
    """Too few or too many images per condition is a usage error."""
    with pytest.raises(UsageError, match="too"):
        images_per_condition(images, conditions, stream(0, "counts"))


@pytest.mark.parametrize("conditions", [0, 104])
def test_conditions_must_be_in_the_table(conditions: int) -> None:
    """The table has 103 conditions."""
    with pytest.raises(UsageError, match="conditions"):
        make_plan(456, conditions, 0)


@given(st.lists(st.integers(1, 8), min_size=1, max_size=103), st.integers(0, 1000))
def test_patients_share_out_every_image(counts: list[int], seed: int) -> None:
    """No image is lost, and whoever has several is in a condition that keeps three patients."""
    groups = images_per_patient(counts, stream(seed, "patients"))
    assert [sum(group) for group in groups] == counts
    assert all(len(group) >= 3 for group in groups if max(group) > 1)


@settings(max_examples=30)
@given(st.lists(st.integers(1, 3), min_size=40, max_size=400), st.integers(0, 1000))
def test_ages_keep_their_mean_and_span(sizes: list[int], seed: int) -> None:
    """The mean is near the paper's whatever the seed; one patient's pictures span two years."""
    ages = draw_ages(sizes, stream(seed, "ages"))
    assert [len(months) for months in ages] == sizes
    assert all(months == sorted(months) and months[-1] - months[0] <= 24 for months in ages)
    assert np.mean([month for months in ages for month in months]) / 12 == pytest.approx(
        MEAN_AGE, abs=0.6
    )


def test_the_paper_cohort_has_the_paper_shape(paper: Plan) -> None:
    """456 images, 103 conditions, 5 with one image, most with 3 to 6; 46 countries; mean age."""
    counts = Counter(Counter(shot.condition for shot in paper.shots).values())
    assert len(paper.shots) == 456
    assert sum(counts.values()) == 103
    assert counts[1] == 5
    assert max(counts) <= 8
    assert sum(counts[n] for n in (3, 4, 5, 6)) > 70
    assert {shot.country for shot in paper.shots} == set(COUNTRIES)
    assert len(COUNTRIES) == 46
    assert np.mean([shot.months for shot in paper.shots]) / 12 == pytest.approx(6.36, abs=0.3)
    assert {shot.child.male for shot in paper.shots} == {True, False}


def test_some_patients_have_two_or_three_images(paper: Plan) -> None:
    """About 15 % of the patients do; every condition but the singletons has two patients."""
    per_patient = Counter(shot.patient_id for shot in paper.shots)
    several = sum(count > 1 for count in per_patient.values())
    assert 0.12 < several / len(per_patient) < 0.18
    assert max(per_patient.values()) == 3
    for condition, count in Counter(shot.condition for shot in paper.shots).items():
        patients = {shot.patient_id for shot in paper.shots if shot.condition == condition}
        assert len(patients) >= min(count, 2)


def test_the_paper_split_gives_343_and_113(paper: Plan) -> None:
    """Singletons train; a stratified quarter of the other images is the test set."""
    from sklearn.model_selection import train_test_split

    condition = [shot.condition for shot in paper.shots]
    counts = Counter(condition)
    others = [name for name in condition if counts[name] > 1]
    train, test = train_test_split(others, test_size=0.25, random_state=42, stratify=others)
    assert (len(train) + sum(count == 1 for count in counts.values()), len(test)) == (343, 113)


def test_a_plan_is_a_function_of_its_seed(paper: Plan) -> None:
    """The same seed gives the same plan, another seed another one."""
    assert make_plan(456, 103, 0) == paper
    assert make_plan(456, 103, 1).shots[0].child != paper.shots[0].child


def test_one_patient_is_one_child(paper: Plan) -> None:
    """Pictures of a patient share everything but the age, and are taken differently."""
    shots: dict[str, list[dict[str, Any]]] = {}
    views = {}
    for shot in paper.shots:
        child = asdict(shot.child)
        child.pop("years")
        # An infant has little hair and no glasses yet; the rest of the hairdo stays.
        child["hairdo"].pop("cut")
        if shot.child.years < GLASSES_AGE:
            child.pop("glasses")
        shots.setdefault(shot.patient_id, []).append(child)
        views[shot.image_id] = shot.view
    for same in shots.values():
        for name in set.intersection(*(set(child) for child in same)):
            assert all(child[name] == same[0][name] for child in same)
    assert len({view.seed for view in views.values()}) == len(views)


def test_terms_come_from_the_condition(paper: Plan) -> None:
    """A patient has only terms that its condition lists, and the usual patient shows several."""
    listed = {c.abbreviation: {term.id for term in c.terms} for c in paper.conditions}
    for shot in paper.shots:
        assert set(shot.terms) | set(shot.unshown) <= listed[shot.condition]
        assert not set(shot.terms) & set(shot.unshown)
    assert np.median([len(shot.terms) for shot in paper.shots]) >= 6


def test_traits_change_nothing_but_the_face() -> None:
    """Without severity the same seed gives the same children and pictures, traits apart."""
    mild, strong = make_plan(60, 20, 3, severity=0.0), make_plan(60, 20, 3, severity=1.0)
    for one, other in zip(mild.shots, strong.shots, strict=True):
        first, second = asdict(one.child), asdict(other.child)
        assert first.pop("effects") != second.pop("effects") or not one.terms
        assert first == second
        assert one.view == other.view


def test_the_rule_of_thumb_for_severity(paper: Plan) -> None:
    """Severities vary between patients and their terms about the mean that is stated."""
    severities = [value for shot in paper.shots for value in shot.severities.values()]
    assert np.mean(severities) == pytest.approx(SEVERITY, rel=0.08)
    assert 0.15 < np.std(severities) / SEVERITY < 0.4


@pytest.mark.parametrize(
    ("name", "population"),
    [
        ("sim103", Population.PATIENTS),
        ("sim103-controls", Population.CONTROLS),
        ("sim103-fresh", Population.FRESH),
    ],
)
def test_the_shipped_cohorts_are_what_this_code_plans(name: str, population: Population) -> None:
    """Whoever changes the plan must ship them anew."""
    from rdface.cohort import load_cohort

    shipped = load_cohort(name).images
    plan = of_population(make_plan(456, 103, 0), population)
    for column, values in {
        "image_id": [shot.image_id for shot in plan.shots],
        "age": [shot.age for shot in plan.shots],
        "country": [shot.country for shot in plan.shots],
        "hpo_terms": ["|".join(shot.terms) for shot in plan.shots],
        "hpo_severity": [
            "|".join(f"{term}={value:.2f}" for term, value in shot.severities.items())
            for shot in plan.shots
        ],
        "yaw": [f"{shot.view.yaw:.1f}" for shot in plan.shots],
    }.items():
        assert list(shipped[column]) == values, column
