"""A whole explanation: it holds together, follows its seed, and can be written as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rdface.cohort import Cohort
from rdface.errors import UsageError
from rdface.explain import Explanation, explain
from rdface.explain.explanation import WEIGHED
from tests.explain.small import N_CONDITIONS, ThreeCuts, small_cohort

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    return small_cohort(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def found(cohort: Cohort) -> Explanation:
    return explain(cohort.image_ids[0], cohort, ThreeCuts())


def test_the_parts_are_about_the_same_thing(found: Explanation, cohort: Cohort) -> None:
    """The map's score is the first condition's cosine; its terms are weighed first."""
    first = found.neighbours.conditions[0]
    assert found.map is not None
    assert found.test is not None
    assert found.map.score == pytest.approx(first.cosine, abs=1e-6)
    assert found.test.deletion[0] == pytest.approx(found.map.score, abs=1e-6)
    assert found.conditions[0].condition == first.condition
    assert len(found.conditions) == min(WEIGHED, N_CONDITIONS)
    assert found.map.values.shape == found.crop.shape[:2]
    own = cohort.images["patient_id"].iloc[0]
    assert found.probe.patient == own
    assert found.measured.reference.startswith("103 simulated people")


def test_recorded_terms_are_those_of_the_picture(found: Explanation, cohort: Cohort) -> None:
    on_record = set(cohort.images["hpo_terms"].iloc[0].split("|"))
    assert {term.term for term in found.recorded} <= on_record
    assert all(term.recorded for term in found.recorded)
    for evidence in found.conditions:
        assert {each.term for each in evidence.terms if each.recorded} <= on_record


def test_it_can_be_written_as_json_and_read_again(found: Explanation) -> None:
    """No NaN, no pixels, no embedding, and no word that it must not use."""
    text = json.dumps(found.to_dict(), allow_nan=False)
    content = json.loads(text)
    assert content["map"]["deletion"]["verdict"]
    assert len(content["cases"]) == 10
    assert np.shape(content["map"]["values"]) == found.crop.shape[:2]
    assert "diagnos" not in text.lower()


def test_equal_questions_have_equal_answers(found: Explanation, cohort: Cohort) -> None:
    again = explain(cohort.image_ids[0], cohort, ThreeCuts())
    assert json.dumps(again.to_dict()) == json.dumps(found.to_dict())


def test_a_map_need_not_be_asked_for(cohort: Cohort) -> None:
    content = explain(cohort.image_ids[0], cohort, ThreeCuts(), method=None).to_dict()
    assert content["map"] is None
    assert content["cases"]


def test_photographs_are_not_held_against_simulated_children(tmp_path: Path) -> None:
    """The shipped reference is of simulated ones: no z-score and no term follows from it."""
    real = small_cohort(tmp_path / "real", simulated=False)
    found = explain(real.image_ids[0], real, ThreeCuts(), method=None)
    assert "does not apply to a photograph" in found.measured.left_out
    assert not found.measured.deviations
    assert {term.state for each in found.conditions for term in each.terms} == {"not measurable"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"method": "grad"}, "no map called 'grad'"),
        ({"method": "gradient"}, "no gradient"),
        ({"target": "best"}, "no target 'best'"),
        ({"fill": "black"}, "no fill 'black'"),
        ({"shown": 0}, "At least one case"),
    ],
    ids=lambda each: str(each)[:20],
)
def test_mistakes_are_answered_in_words(cohort: Cohort, given: dict, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        explain(cohort.image_ids[0], cohort, ThreeCuts(), **given)


def test_an_unknown_backbone_is_answered_in_words(cohort: Cohort) -> None:
    with pytest.raises(UsageError, match="no backbone called 'sfaces'") as caught:
        explain(cohort.image_ids[0], cohort, "sfaces")
    assert "sface" in str(caught.value.hint)
