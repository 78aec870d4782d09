"""No face shows two signs that exclude each other."""

from __future__ import annotations

from itertools import combinations

import pytest

from rdface.simulate.people.plan import make_plan
from rdface.simulate.traits.catalogue import trait_of_term
from rdface.simulate.traits.opposites import compatible, opposite


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("upslanted_fissures", "downslanted_fissures"),
        ("hypertelorism", "hypotelorism"),
        ("strabismus", "exotropia"),
        ("large_ears", "small_ears"),
    ],
)
def test_signs_in_opposite_directions_are_opposite(first: str, second: str) -> None:
    assert opposite(first, second) and opposite(second, first)


def test_signs_of_different_measures_are_not() -> None:
    assert not opposite("upslanted_fissures", "hypertelorism")
    assert not opposite("hypertelorism", "telecanthus")


def test_the_rarer_of_two_opposites_goes() -> None:
    up, down, philtrum = "HP:0000582", "HP:0000494", "HP:0000343"
    assert compatible((up, philtrum, down), {up: 0.2, down: 0.7, philtrum: 0.1}) == (philtrum, down)
    assert compatible((up, down), {up: 0.4, down: 0.4}) == (up,)


def test_no_patient_of_a_plan_has_both() -> None:
    for shot in make_plan(456, 103, 0).shots:
        names = {trait_of_term()[term].name for term in shot.terms}
        assert not [pair for pair in combinations(sorted(names), 2) if opposite(*pair)]
        assert not set(shot.terms) & set(shot.unshown)


def test_terms_of_one_trait_have_one_severity() -> None:
    for shot in make_plan(200, 50, 1).shots:
        drawn: dict[str, float] = {}
        for term, severity in shot.severities.items():
            assert drawn.setdefault(trait_of_term()[term].name, severity) == severity
