"""Numbers of OMIM and Orphanet, however they are written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.curation.ingest.normalise.data_use import normalise_data_use
from rdface.curation.ingest.normalise.identifiers import normalise_omim, normalise_orpha


@given(st.integers(100_000, 699_999))
@settings(max_examples=60)
def test_every_spelling_of_an_omim_number(number: int) -> None:
    ways = "{0}|#{0}|OMIM:{0}|MIM: {0}|omim {0}|{0}.0|OMIM #{0}|MIM number {0}|%{0}|OMIM:#{0}"
    for way in (*ways.split("|"), "https://omim.org/entry/{0}"):
        assert normalise_omim(way.format(number)).value == f"OMIM:{number}", way


@given(st.integers(1, 999_999))
@settings(max_examples=60)
def test_every_spelling_of_an_orphanet_number(number: int) -> None:
    ways = "{0}|ORPHA:{0}|Orphanet_{0}|ORPHA {0}|{0}.0|ORPHA:ORPHA:{0}|ORPHAcode {0}"
    for way in (*ways.split("|"), "http://www.orpha.net/ORDO/Orphanet_{0}"):
        assert normalise_orpha(way.format(number)).value == f"ORPHA:{number}", way


@pytest.mark.parametrize("text", ["*300546", "PS163950", "30540", "305400, 915", "305400/101200"])
def test_genes_series_and_several_numbers_are_doubts(text: str) -> None:
    assert normalise_omim(text).doubtful


@given(st.text(max_size=15))
@settings(max_examples=60)
def test_any_text(text: str) -> None:
    omim, orpha = normalise_omim(text).value, normalise_orpha(text).value
    assert omim is None or normalise_omim(omim).value == omim
    assert orpha is None or normalise_orpha(orpha).value == orpha


def test_data_use_codes() -> None:
    assert normalise_data_use("DUO_0000007; 0000021").value == "DUO:0000007|DUO:0000021"
    assert normalise_data_use("research only").doubtful
