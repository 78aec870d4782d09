"""Names of a report and conditions of a cohort."""

from __future__ import annotations

import pytest

from rdface.errors import UsageError
from rdface.phenotype.reading.matching import (
    match_condition,
    match_conditions,
    names_of_conditions,
)
from tests.conftest import MakeCohort

KNOWN = {
    "NS": ("Noonan syndrome", "NS"),
    "CDLS": ("Cornelia de Lange syndrome", "CDLS"),
    "KS1": ("Kabuki syndrome 1", "KS1"),
    "KS2": ("Kabuki syndrome 2", "KS2"),
    "WBS": ("Williams-Beuren syndrome", "WBS"),
}


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("Noonan syndrome", "NS"),
        ("Noonan's Syndrome", "NS"),
        ("noonan", "NS"),
        ("NS", "NS"),
        ("Cornelia de Lange", "CDLS"),
        ("De Lange, Cornelia syndrome", "CDLS"),
        ("Williams Beuren syndrome", "WBS"),
        ("Kabuki syndrome 2", "KS2"),
        ("Turner syndrome", None),
        ("syndrome", None),
        ("Noonan-like syndrome type 3", None),
        ("", None),
    ],
)
def test_tolerant_knows_spellings_and_takes_no_name_for_another(
    name: str, condition: str | None
) -> None:
    assert match_condition(name, KNOWN) == condition


def test_the_papers_way_takes_any_syndrome_for_one() -> None:
    """Why it is no default: its partial match is reached by a word that all names share."""
    assert match_condition("syndrome", KNOWN, "paper") == "NS"
    assert match_condition("Noonan syndrome", KNOWN, "paper") == "NS"


def test_a_rank_stays_a_rank() -> None:
    assert match_conditions(["Turner syndrome", "Noonan syndrome"], KNOWN) == (None, "NS")


def test_an_unknown_way_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="no way") as caught:
        match_condition("x", KNOWN, "papers")
    assert caught.value.hint is not None and "paper" in caught.value.hint


def test_names_come_from_the_cohorts_table(make_cohort: MakeCohort) -> None:
    assert names_of_conditions(make_cohort().conditions)["C1"] == ("Condition 1", "C1")
