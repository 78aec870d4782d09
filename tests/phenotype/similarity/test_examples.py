"""Pairs for the eye are chosen by rule, and contradictions are found up the ontology."""

from __future__ import annotations

from rdface.phenotype.similarity.comparing import compare_reports
from rdface.phenotype.similarity.examples import WHYS, choose_examples, hold_terms
from rdface.phenotype.similarity.passages import Passage
from tests.phenotype.similarity import world
from tests.phenotype.similarity.reports import HYPERTELORISM, LONG_PHILTRUM, PTOSIS, SHORT_NOSE

NOSE = "HP:0000366"
"""Abnormality of the nose, above a short one."""


def test_agreeing_and_conflicting_terms() -> None:
    first = Passage((), frozenset({SHORT_NOSE, PTOSIS, HYPERTELORISM}), frozenset())
    second = Passage((), frozenset({PTOSIS, LONG_PHILTRUM}), frozenset({NOSE}))
    found = hold_terms(first, second)
    assert found.agree == (PTOSIS,)
    assert found.conflict == ((SHORT_NOSE, NOSE),)
    assert found.first_only == (HYPERTELORISM,) and found.second_only == (LONG_PHILTRUM,)
    turned = hold_terms(second, first)
    assert turned.conflict == found.conflict and turned.first_only == found.second_only


def test_what_is_below_an_excluded_term_is_no_conflict_of_its_parent() -> None:
    """Who says that a nose is abnormal, and not short, does not contradict himself or another."""
    first = Passage((), frozenset({NOSE}), frozenset())
    second = Passage((), frozenset(), frozenset({SHORT_NOSE}))
    assert hold_terms(first, second).conflict == ()


def test_examples_are_the_top_the_middle_and_the_bottom() -> None:
    real, pool = world.cohort(), world.pool(world.cohort())
    compared = compare_reports(
        world.described(real, world.reports(real, shown=0.8, seed=0)),
        world.described(pool, world.reports(pool, shown=0.8, seed=5)),
        measures=("lin",),
        n_resamples=10,
    )
    found = choose_examples(compared, "lin")
    assert [one.why for one in found] == [why for why in WHYS for _ in range(2)]
    ids = [one.first.image_id for one in found] + [one.second.image_id for one in found]
    assert len(set(ids)) == 12
    for one in found:
        assert one.kind == "synthetic" and one.second.image_id.startswith("syn-")
        assert one.first.image_id.split("_")[0] == one.second.image_id.split("-")[1]
        assert one.first.image_id[-1] in "23", "no pair that shares a patient"
    values = [one.similarity for one in found]
    assert min(values[:2]) > max(values[2:4]) > max(values[4:])
    assert choose_examples(compared, "lin") == found
