"""Terms against measures: the table follows the measures' own terms, and states follow z."""

from __future__ import annotations

import csv
from dataclasses import replace
from importlib.resources import files

import pytest

from rdface.cohort import parse_facial_hpo
from rdface.explain.deviations import Measured
from rdface.explain.terms import links, weigh_condition, weigh_term
from rdface.faces.anthropometry import MEASURES, NAMES
from tests.explain.test_deviations import TRUST, deviation


def measured(left_out: str = "", **z: float) -> Measured:
    """Measures by name; all are seen well."""
    found = tuple(deviation(value, name) for name, value in z.items())
    return Measured(() if left_out else found, left_out, 0.0, 0.0, "people")


def test_the_table_holds_every_term_that_a_measure_names_in_its_direction() -> None:
    """rdface.faces.measure says which term a high and a low value would show."""
    known = {(link.term, link.measure, link.direction) for own in links().values() for link in own}
    for measure in MEASURES:
        for term, direction in ((measure.hpo_high, 1), (measure.hpo_low, -1)):
            if term is not None:
                assert (term, measure.name, direction) in known


def test_every_row_is_whole_and_has_its_reason() -> None:
    text = files("rdface.explain").joinpath("terms.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        assert row["measure"] in NAMES
        assert row["direction"] in {"high", "low"}
        assert row["kind"] in {"defines", "goes with"}
        assert len(row["reasoning"].split()) > 2


def test_labels_are_those_of_the_ontology() -> None:
    """As the simulator's table has them, which is unaltered HPO; few terms are not in it."""
    text = files("rdface.simulate").joinpath("conditions.csv").read_text(encoding="utf-8")
    labels = {
        term.id: term.label
        for row in csv.DictReader(text.splitlines())
        for term in parse_facial_hpo(row["facial_hpo"])
    }
    ours = {link.term: link.label for own in links().values() for link in own}
    both = set(labels) & set(ours)
    assert len(both) > 50
    assert {term: labels[term] for term in both} == {term: ours[term] for term in both}


@pytest.mark.parametrize(
    ("z", "state"), [(1.0, "agrees"), (0.9, "neither"), (-0.9, "neither"), (-1.0, "disagrees")]
)
def test_states_follow_the_direction_of_the_term(z: float, state: str) -> None:
    long = weigh_term("HP:0000343", "Long philtrum", measured(philtrum_length=z))
    short = weigh_term("HP:0000322", "Short philtrum", measured(philtrum_length=-z))
    assert long.state == short.state == state
    assert long.z == short.z == z


def test_what_is_not_measurable_says_why() -> None:
    face = measured(mouth_width=1.0)
    assert weigh_term("HP:0000175", "Cleft palate", face).why == "no measure is about it"
    assert weigh_term("HP:0000343", "Long philtrum", face).why == "the reference lacks the measure"
    away = weigh_term("HP:0000343", "Long philtrum", measured("turned away"))
    assert (away.state, away.why) == ("not measurable", "nothing was measured")
    blind = Measured(
        (deviation(5.0, "philtrum_length", replace(TRUST, r=0.1)),), "", 0, 0, "people"
    )
    unseen = weigh_term("HP:0000343", "Long philtrum", blind)
    assert (unseen.state, unseen.why) == ("not measurable", "the ruler does not see it")
    assert unseen.z is None


def test_of_several_measures_the_one_that_is_seen_best_counts() -> None:
    better = replace(TRUST, r=0.9)
    face = Measured(
        (deviation(3.0, "eye_centre_width"), deviation(-3.0, "inner_canthal_width", better)),
        "", 0.0, 0.0, "people",
    )  # fmt: skip
    found = weigh_term("HP:0000316", "Hypertelorism", face)
    assert found.link is not None
    assert (found.link.measure, found.state) == ("inner_canthal_width", "disagrees")


def test_a_condition_is_held_against_its_own_terms_the_most_frequent_first() -> None:
    terms = parse_facial_hpo(
        "HP:0000160~Narrow mouth=HP:0040283|HP:0000343~Long philtrum=9/10"
        "|HP:0000175~Cleft palate=-|HP:0000316~Hypertelorism=HP:0040285"
    )
    face = measured(philtrum_length=2.5, mouth_width=2.5, eye_centre_width=3.0)
    found = weigh_condition("X", "Condition X", terms, face, ("HP:0000343",))
    assert [(each.label, each.state) for each in found.terms] == [
        ("Long philtrum", "agrees"),
        ("Cleft palate", "not measurable"),
        ("Narrow mouth", "disagrees"),
    ], "an excluded term is no term of the condition"
    assert [each.recorded for each in found.terms] == [True, False, False]
    # wide mouth and hypertelorism are seen and no term of the condition is about either
    assert {each.measure for each in found.unlisted} == {"mouth_width", "eye_centre_width"}


def test_without_a_record_nothing_is_said_of_it() -> None:
    found = weigh_condition(
        "X", "X", parse_facial_hpo("HP:0000343~Long philtrum=-"), measured(), None
    )
    assert found.terms[0].recorded is None
