"""Terms against measures: the table follows the measures' own terms, and states follow z."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from rdface.cohort import parse_facial_hpo
from rdface.explain import terms
from rdface.explain.deviations import Measured, trust_table
from rdface.explain.terms import TermTrust, links, term_trust, weigh_condition, weigh_term
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


@pytest.fixture
def tested(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], TermTrust]:
    """A table of one's own in place of the shipped one."""
    table: dict[tuple[str, str], TermTrust] = {}
    monkeypatch.setattr(terms, "term_trust", lambda: table)
    return table


def test_of_several_measures_the_one_that_tells_the_term_best_counts(tested) -> None:  # noqa: ANN001
    for measure, auc in (("eye_centre_width", 0.7), ("inner_canthal_width", 0.8)):
        tested["HP:0000316", measure] = TermTrust(auc, 0.6, 0.9, 50, 500)
    face = measured(eye_centre_width=3.0, inner_canthal_width=-3.0)
    found = weigh_term("HP:0000316", "Hypertelorism", face)
    assert found.link is not None
    assert (found.link.measure, found.state) == ("inner_canthal_width", "disagrees")
    assert found.trust is tested["HP:0000316", "inner_canthal_width"]


def test_a_measure_that_does_not_tell_a_term_does_not_speak_for_it(tested) -> None:  # noqa: ANN001
    """Seen well, far from usual, and yet no better than chance for this term."""
    face = measured(mandible_height=-3.0)
    assert weigh_term("HP:0000347", "Micrognathia", face).state == "agrees"
    tested["HP:0000347", "mandible_height"] = TermTrust(0.52, 0.47, 0.57, 300, 2000)
    found = weigh_term("HP:0000347", "Micrognathia", face)
    assert found.state == "not measurable"
    assert "hardly told simulated patients" in found.why
    tested["HP:0000347", "mandible_height"] = TermTrust(0.59, 0.55, 0.63, 300, 2000)
    assert weigh_term("HP:0000347", "Micrognathia", face).state == "not measurable"


def test_the_shipped_table_is_about_links_of_the_table_and_tested_on_many() -> None:
    known = {(link.term, link.measure) for own in links().values() for link in own}
    assert set(term_trust()) <= known
    assert len(term_trust()) > 40
    for trust in term_trust().values():
        assert trust.low <= trust.auc <= trust.high
        assert trust.n > 1000
        assert trust.n_with >= 10
    assert term_trust()["HP:0000316", "eye_centre_width"].low > 0.6


def test_a_condition_is_held_against_its_own_terms_the_most_frequent_first() -> None:
    listed = parse_facial_hpo(
        "HP:0000160~Narrow mouth=HP:0040283|HP:0000343~Long philtrum=9/10"
        "|HP:0000175~Cleft palate=-|HP:0000316~Hypertelorism=HP:0040285"
    )
    face = measured(philtrum_length=2.5, mouth_width=2.5, eye_centre_width=3.0)
    found = weigh_condition("X", "Condition X", listed, face, ("HP:0000343",))
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


def test_the_docs_say_of_every_tested_term_whether_its_measure_speaks() -> None:
    page = (Path(__file__).parents[2] / "docs" / "explanation.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (HP:\d+) [^|]*\| `(\w+)` .*\| (yes|no|no: not seen) \|$", page, re.M)
    assert {(term, measure) for term, measure, _ in rows} == set(term_trust())
    for term, measure, said in rows:
        link = next(one for one in links()[term] if one.measure == measure)
        seen = trust_table()[measure].seen != "not"
        assert said == ("yes" if seen and terms._tells(link) else "no" if seen else "no: not seen")
