"""conditions.csv read as probabilities."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.errors import SimulationError
from rdface.simulate.frequencies import UNKNOWN, all_conditions, parse_terms, probability


@given(st.integers(0, 500), st.integers(0, 500))
def test_counts_are_pooled_towards_one_half(shown: int, more: int) -> None:
    """n/m gives (n + 1) / (m + 2): never 0 or 1, and nearer to 1/2 than the plain share."""
    seen = shown + more
    value = probability(f"{shown}/{seen}")
    assert value == pytest.approx((shown + 1) / (seen + 2))
    assert 0 < value < 1


def test_bands_and_unknown() -> None:
    """Bands are their middle, excluded terms never occur, an empty frequency is UNKNOWN."""
    assert probability("HP:0040280") == 1
    assert probability("HP:0040285") == 0
    assert probability("-") == probability("") == UNKNOWN
    assert probability("40%") == pytest.approx(0.4)


@pytest.mark.parametrize("wrong", ["often", "3/2", "-1/4", "120%", "1/2/3"])
def test_nonsense_is_refused(wrong: str) -> None:
    """What is no HPO frequency says so instead of becoming a number."""
    with pytest.raises(SimulationError, match="frequency"):
        probability(wrong)


def test_labels_may_hold_an_equals_sign() -> None:
    """A term splits at its last equals sign."""
    (term,) = parse_terms("HP:0000316~Odd=label=3/4")
    assert (term.hpo, term.label, term.frequency) == ("HP:0000316", "Odd=label", "3/4")


def test_the_table_has_103_distinct_conditions() -> None:
    """The shipped table is whole and every frequency in it can be read."""
    table = all_conditions()
    assert len({condition.abbreviation for condition in table}) == 103
    assert all(condition.terms for condition in table)
