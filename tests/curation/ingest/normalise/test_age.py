"""Ages in words come to one ISO duration, or to a doubt."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.cohort import age_in_years
from rdface.curation.ingest.normalise.age import normalise_age


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("6 years 4 months", "P6Y4M"),
        ("18 mo", "P1Y6M"),
        ("newborn", "P0D"),
        ("2½ years", "P2Y6M"),
        ("2 1/2 yrs", "P2Y6M"),
        ("2;6", "P2Y6M"),
        ("3y", "P3Y"),
        ("5 wks", "P5W"),
        ("6.5 years", "P6Y6M"),
        ("6,5 Jahre", "P6Y6M"),
        ("3 ans et 2 mois", "P3Y2M"),
        ("2 años y 3 meses", "P2Y3M"),
        ("3 y 2 m", "P3Y2M"),
        ("six years", "P6Y"),
        ("3-year-old", "P3Y"),
        ("0 years", "P0Y"),  # within the first year, which is no newborn
        ("10 d", "P10D"),
        ("P6Y4M", "P6Y4M"),
    ],
)
def test_ages_that_can_be_read(text: str, age: str) -> None:
    assert normalise_age(text).value == age


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("18", ["P18Y", "P1Y6M"]),  # no unit
        ("2 1/2", ["P2Y6M", "P2M15D"]),
        ("18 M", ["P1Y6M", "P18Y"]),  # months, or a man
        ("2-3 years", ["P2Y", "P3Y"]),
        ("about 3 years", ["P3Y"]),
        ("6/12", ["P6M"]),
        ("-3 years", []),
        ("6+ years", []),  # or more
        ("6 years+", []),
        ("6 years 14 months", []),
        ("130 years", []),
        ("4 months 2 years", []),  # the wrong way round
        ("3 parsecs", []),
        ("2 1/0 years", []),
    ],
)
def test_ages_that_can_be_read_in_two_ways_or_none_are_doubts(
    text: str, candidates: list[str]
) -> None:
    outcome = normalise_age(text)
    assert outcome.doubtful
    assert outcome.said
    assert [one.value for one in outcome.candidates] == candidates


def test_bare_numbers_take_the_unit_of_the_spec() -> None:
    assert normalise_age("2 1/2", "year").value == "P2Y6M"
    assert normalise_age("18", "month").value == "P1Y6M"
    assert normalise_age("2 years", "month").value == "P2Y"


@given(st.integers(0, 99), st.integers(0, 11))
@settings(max_examples=60)
def test_every_way_of_writing_an_age_gives_the_same(years: int, months: int) -> None:
    ways = (
        f"{years} years {months} months",
        f"{years}y {months}m",
        f"{years} Jahre und {months} Monate",
        f"{years} ans et {months} mois",
        f"{years} años y {months} meses",
    )
    found = {normalise_age(way).value for way in ways}
    assert len(found) == 1
    (age,) = found
    assert age is not None
    assert age_in_years(age) == pytest.approx(years + months / 12)


@given(st.text(max_size=20), st.sampled_from([None, "year", "month", "week", "day"]))
@settings(max_examples=60)
def test_whatever_stands_there_gives_a_sound_age_or_a_doubt(text: str, unit: object) -> None:
    outcome = normalise_age(text, unit)  # type: ignore[arg-type]
    for value in [outcome.value, *(one.value for one in outcome.candidates)]:
        if value is not None:
            age_in_years(value)
    if outcome.value is not None:
        assert normalise_age(outcome.value).value == outcome.value
