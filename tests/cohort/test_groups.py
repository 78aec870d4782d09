"""Groups of images by sex, age band, ancestry and region."""

from __future__ import annotations

import pandas as pd
import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.cohort import age_in_years, load_cohort
from rdface.cohort.groups import AGE_BANDS, GROUPINGS, groups_of, in_order, region_of
from rdface.errors import CohortError, UsageError


def table(**columns: list[str]) -> pd.DataFrame:
    """Images with what a test asks for."""
    return pd.DataFrame(columns, dtype=str)


def test_every_country_has_a_region() -> None:
    """All alpha-2 codes of ISO 3166-1, and XK that cohorts accept, are in the file of regions."""
    regions = {code: region_of(code) for code in [c.alpha_2 for c in pycountry.countries] + ["XK"]}
    assert set(regions.values()) == {
        "Africa", "Americas", "Antarctica", "Asia", "Europe", "Oceania"
    }  # fmt: skip
    known = {"EG": "Africa", "TR": "Asia", "CY": "Asia", "RU": "Europe", "MX": "Americas"}
    assert {code: regions[code] for code in known} == known


def test_a_code_that_is_none_is_refused() -> None:
    """A wrong code is an error and no group of its own."""
    with pytest.raises(CohortError, match="UK"):
        groups_of(table(country=["GB", "UK"]), "region")


def test_unknown_is_empty() -> None:
    """What the cohort does not say is "" in every grouping."""
    images = table(sex=[""], age=[""], ancestry=[""], country=[""])
    assert [groups_of(images, by).tolist() for by in GROUPINGS] == [[""]] * 4


def test_ages_fall_into_bands_at_whole_years() -> None:
    """A band begins on the birthday: 11 months and 5 years 11 months stay below, 18 is adult."""
    ages = ["P3W", "P11M", "P12M", "P5Y11M", "P6Y", "P11Y11M", "P12Y", "P17Y11M", "P18Y", "P70Y"]
    assert groups_of(table(age=ages), "age").tolist() == [
        "under 1 year", "under 1 year", "1 to 5 years", "1 to 5 years", "6 to 11 years",
        "6 to 11 years", "12 to 17 years", "12 to 17 years",
        "18 years and over", "18 years and over",
    ]  # fmt: skip


@given(st.integers(0, 119), st.integers(0, 11))
def test_older_is_never_a_younger_band(years: int, months: int) -> None:
    """Bands cover every age, and grow with it."""
    bands = [label for _, label in AGE_BANDS]
    age = f"P{years}Y{months}M"
    (band,) = groups_of(table(age=[age]), "age")
    assert AGE_BANDS[bands.index(band)][0] <= age_in_years(age)
    (later,) = groups_of(table(age=[f"P{years + 1}Y"]), "age")
    assert bands.index(later) >= bands.index(band)


def test_ancestry_is_as_written_but_for_case_and_blanks() -> None:
    """Spellings that differ in case and blanks only are one group; words are not interpreted."""
    images = table(ancestry=["South  Asian", " south asian", "Indian"])
    assert groups_of(images, "ancestry").tolist() == ["south asian", "south asian", "indian"]


def test_wrong_grouping_names_the_nearest() -> None:
    """A slip in the name is answered with what was meant."""
    with pytest.raises(UsageError, match="ancestry"):
        groups_of(table(ancestry=[]), "ancestri")


def test_order_of_labels() -> None:
    """Age runs from young to old, also where crossed; the unknown are no group."""
    assert in_order(["6 to 11 years", "", "under 1 year"]) == ["under 1 year", "6 to 11 years"]
    assert in_order(["male", "female", "male"]) == ["female", "male"]
    crossed = ["male, 1 to 5 years", "female, 12 to 17 years", "female, 6 to 11 years"]
    assert in_order(crossed) == [crossed[2], crossed[1], crossed[0]]


def test_groupings_are_crossed() -> None:
    """A crossing knows a group only where it knows both."""
    images = table(sex=["male", "", "female"], ancestry=["Asian", "asian", ""])
    assert groups_of(images, "sex x ancestry").tolist() == ["male, asian", "", ""]
    with pytest.raises(UsageError, match="sexx"):
        groups_of(images, "sexx x ancestry")


def test_shipped_cohort_is_grouped_whole() -> None:
    """Every image of sim103 has a group in every grouping."""
    images = load_cohort("sim103").images
    assert all((groups_of(images, by) != "").all() for by in GROUPINGS)


def test_a_grouping_is_not_crossed_with_itself() -> None:
    with pytest.raises(UsageError, match="with itself"):
        groups_of(table(sex=["female"]), "sex x sex")
