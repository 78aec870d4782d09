"""Sex: words, codes, and what is neither."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.curation.ingest.normalise.sex import sex_normaliser


@pytest.mark.parametrize("text", ["f", "F.", "female", "Girl", "w", "weiblich", "féminin", "niña"])
def test_female(text: str) -> None:
    assert sex_normaliser({})(text).value == "female"


@pytest.mark.parametrize("text", ["m", "M", "male", "BOY", "männlich", "masculin", "garçon"])
def test_male(text: str) -> None:
    assert sex_normaliser({})(text).value == "male"


def test_codes_need_a_mapping() -> None:
    assert sex_normaliser({})("1").doubtful
    assert sex_normaliser({"1": "male", "2": "female"})("2").value == "female"


def test_m_beside_h_is_a_doubt() -> None:
    """In Spanish M is mujer."""
    assert sex_normaliser({}, frozenset({"H", "M"}))("M").doubtful
    assert sex_normaliser({}, frozenset({"H", "M"}))("H").value == "male"


def test_a_karyotype_is_no_sex() -> None:
    assert sex_normaliser({})("46,XY").doubtful


@given(st.text(max_size=10))
@settings(max_examples=60)
def test_any_text(text: str) -> None:
    assert sex_normaliser({})(text).value in ("female", "male", None)
