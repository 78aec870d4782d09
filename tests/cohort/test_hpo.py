"""HPO terms and their frequencies, read as probabilities."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.cohort import FacialTerm, parse_facial_hpo
from rdface.cohort.hpo import UNKNOWN


def probability(frequency: str) -> float:
    return FacialTerm("HP:0000316", "Hypertelorism", frequency).probability


@given(st.integers(0, 500), st.integers(0, 500))
def test_counts_are_pooled_towards_one_half(shown: int, more: int) -> None:
    """n/m gives (n + 1) / (m + 2): never 0 or 1, and nearer to 1/2 than the plain share."""
    value = probability(f"{shown}/{shown + more}")
    assert value == pytest.approx((shown + 1) / (shown + more + 2))
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
    with pytest.raises(ValueError, match="no HPO frequency"):
        parse_facial_hpo(f"HP:0000316~Hypertelorism={wrong}")


@pytest.mark.parametrize("wrong", ["Hypertelorism", "HP:316~Short=1/2", "HP:0000316~=1/2"])
def test_a_part_of_another_form_is_shown(wrong: str) -> None:
    with pytest.raises(ValueError, match="not of the form"):
        parse_facial_hpo(wrong)


def test_labels_may_hold_an_equals_sign() -> None:
    """A term splits at its last equals sign."""
    (term,) = parse_facial_hpo("HP:0000316~Odd=label=3/4")
    assert (term.id, term.label, term.frequency) == ("HP:0000316", "Odd=label", "3/4")
