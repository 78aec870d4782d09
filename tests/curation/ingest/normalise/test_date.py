"""Dates, and ages between them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.cohort import age_in_years
from rdface.curation.ingest.normalise.date import age_between, normalise_date

DAYS = st.dates(date(1950, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2019-03-04", "2019-03-04"),
        ("31.12.2019", "2019-12-31"),
        ("12/31/2019", "2019-12-31"),
        ("4 Mar 2019", "2019-03-04"),
        ("4. März 2019", "2019-03-04"),
        ("March 4, 2019", "2019-03-04"),
        ("2019-03-04 00:00:00", "2019-03-04"),
        ("03/04/2019", None),
        ("1.2.19", None),
        ("Mai 2019", None),
        ("31/31/2019", None),
    ],
)
def test_dates(text: str, found: str | None) -> None:
    assert normalise_date(text).value == found


def test_the_spec_says_which_of_two_numbers_is_the_day() -> None:
    both = [one.value for one in normalise_date("03/04/2019").candidates]
    assert both == ["2019-04-03", "2019-03-04"]
    assert normalise_date("03/04/2019", "day-first").value == "2019-04-03"
    assert normalise_date("03/04/2019", "month-first").value == "2019-03-04"
    assert normalise_date("31/12/2019", "month-first").doubtful


@given(DAYS)
@settings(max_examples=60)
def test_a_date_is_never_turned_into_another(day: date) -> None:
    for text in (day.isoformat(), f"{day:%d.%m.%Y}", f"{day:%m/%d/%Y}"):
        assert normalise_date(text).value in (day.isoformat(), None)
        assert normalise_date(f"{day:%d.%m.%Y}", "day-first").value == day.isoformat()


@given(DAYS, DAYS)
@settings(max_examples=60)
def test_ages_between_dates(first: date, second: date) -> None:
    outcome = age_between(first.isoformat(), second.isoformat())
    if second < first:
        assert outcome.doubtful
    else:
        assert outcome.value is not None
        years = (second - first).days / 365.25
        assert 0 <= years - age_in_years(outcome.value) + 0.01 < 1 / 12 + 0.02
