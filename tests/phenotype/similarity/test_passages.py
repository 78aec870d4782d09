"""What is compared: descriptions only, and nothing that was not said."""

from __future__ import annotations

import pytest

from rdface.phenotype.similarity.passages import passage, passage_of
from tests.phenotype.similarity.reports import HYPERTELORISM, PTOSIS, SHORT_NOSE, report


def test_overall_is_the_description_without_guesses_and_next_steps() -> None:
    one = report(
        sections={
            "overall_impression": "A child.",
            "nose": "Short nose.",
            "suspected_conditions": "Noonan syndrome",
            "next_steps": "Gene panel.",
        },
        findings={SHORT_NOSE: ("present", "nose")},
    )
    found = passage(one)
    assert found is not None
    assert found.text == "A child. Short nose." and found.present == {SHORT_NOSE}


def test_a_region_that_was_not_given_is_none_and_one_that_sounds_normal_is_not() -> None:
    one = report()
    assert passage_of(one, "ears") == (None, "missing")
    nose, said = passage_of(one, "nose")
    assert nose is not None and not nose.present and said == "sound normal"


@pytest.mark.parametrize("status", ["refused", "empty", "failed"])
def test_no_answer_says_nothing_of_anything(status: str) -> None:
    one = report(status=status)  # type: ignore[arg-type]
    assert passage_of(one) == (None, "missing") and passage_of(one, "nose") == (None, "missing")


def test_a_region_nobody_could_see_is_not_like_another_such_one() -> None:
    one = report(
        sections={"ears": "Covered by hair."}, findings={"HP:0000369": ("not assessable", "ears")}
    )
    assert passage_of(one, "ears") == (None, "not assessable")


@pytest.mark.weights
def test_words_that_say_so_are_enough() -> None:
    one = report(sections={"ears": "Not visible.", "nose": "Short nose."})
    assert passage_of(one, "ears") == (None, "not assessable")
    assert passage(one) is not None


def test_a_one_sided_sign_is_present_overall_and_excluded_where_it_is() -> None:
    one = report(
        sections={"left_eye": "Ptosis.", "right_eye": "No ptosis, wide apart."},
        findings={PTOSIS: ("present", "left_eye"), HYPERTELORISM: ("excluded", "right_eye")},
    )
    overall, right = passage(one), passage(one, "right_eye")
    assert overall is not None and right is not None
    assert overall.present == {PTOSIS} and overall.excluded == {HYPERTELORISM}
    assert right.present == frozenset() and right.excluded == {HYPERTELORISM}
