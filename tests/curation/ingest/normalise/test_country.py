"""Names of countries come to ISO codes exactly, or to a doubt."""

from __future__ import annotations

import pycountry
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.cohort import country_name
from rdface.curation.ingest.normalise.country import normalise_country

ISO = [country for country in pycountry.countries if country.alpha_2 not in ("CG", "NA")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("UK", "GB"),
        ("England", "GB"),
        ("Kosovo", "XK"),
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
        ("Holland", "NL"),
        ("Ivory Coast", "CI"),
        ("Côte d’Ivoire", "CI"),
        ("People's Republic of China", "CN"),
        ("Deutschland", "DE"),
        ("日本", "JP"),
        ("The Gambia", "GM"),
        ("Niger", "NE"),
        ("Nigeria", "NG"),
        ("Guinea", "GN"),
        ("Bosnia and Herzegovina", "BA"),
        ("de", "DE"),
        ("DEU", "DE"),
    ],
)
def test_names_and_codes(text: str, code: str) -> None:
    assert normalise_country(text).value == code


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("Congo", ["CD", "CG"]),
        ("Korea", ["KR", "KP"]),
        ("NA", ["NA"]),  # Namibia, or nothing known
        ("Germany/Turkey", ["DE", "TR"]),
        ("Germny", []),  # nothing like it is looked for
        ("Nigerr", []),
        ("276", []),
    ],
)
def test_doubts(text: str, candidates: list[str]) -> None:
    outcome = normalise_country(text)
    assert outcome.doubtful
    assert [one.value for one in outcome.candidates] == candidates


def test_the_fuzzy_search_is_never_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(pycountry.countries), "search_fuzzy", None)
    for text in ("Germny", "England", "nowhere at all"):
        normalise_country(text)


@given(st.sampled_from(ISO), st.sampled_from(["alpha_2", "alpha_3", "name", "official_name"]))
@settings(max_examples=60)
def test_every_iso_country_is_itself_in_any_case(country: object, field: str) -> None:
    name = getattr(country, field, None) or country.name  # type: ignore[attr-defined]
    for written in (name, name.lower(), name.upper()):
        outcome = normalise_country(written)
        codes = [outcome.value, *(one.value for one in outcome.candidates)]
        assert country.alpha_2 in codes, written  # type: ignore[attr-defined]


@given(st.text(max_size=15))
@settings(max_examples=60)
def test_any_text_gives_a_code_or_a_doubt(text: str) -> None:
    outcome = normalise_country(text)
    if outcome.value:
        assert country_name(outcome.value)
        assert normalise_country(outcome.value).value in (outcome.value, None)


@pytest.mark.parametrize(("text", "country"), [("NR", "NR"), ("nr", "NR"), ("N.C.", None)])
def test_codes_that_also_mean_not_known_are_asked(text: str, country: str | None) -> None:
    """Nauru, or not recorded."""
    found = normalise_country(text)
    assert found.value is None
    assert [one.value for one in found.candidates] == ([country] if country else [])
