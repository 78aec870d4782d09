"""Cells that say nothing, errors of spreadsheets, and consent that is not there."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.curation.ingest.normalise.consent import normalise_consent
from rdface.curation.ingest.normalise.country import normalise_country
from rdface.curation.ingest.normalise.outcome import free_text, normalise_cell, tidy


@pytest.mark.parametrize("text", ["n/a", "Unknown", "-", "keine Angabe", "inconnu", " ? "])
def test_not_known_is_read_and_said(text: str) -> None:
    outcome = normalise_cell(text, free_text)
    assert (outcome.value, outcome.said) == ("", "read as: not known")


def test_namibia_is_not_passed_over() -> None:
    assert normalise_cell("NA", normalise_country).doubtful


@pytest.mark.parametrize("text", ["#REF!", "#VALUE!", "#NAME?"])
def test_errors_of_a_spreadsheet_are_doubts(text: str) -> None:
    assert normalise_cell(text, free_text).doubtful


@pytest.mark.parametrize(
    "text",
    ["none", "No", "withdrawn 2020", "nein", "keine Einwilligung", "refused", "pending", "0"],
)
def test_consent_that_may_not_be_there_is_a_doubt(text: str) -> None:
    assert normalise_cell(text, normalise_consent).doubtful


@pytest.mark.parametrize("text", ["yes", "parents", "form 12", "not applicable (simulated)"])
def test_other_consent_is_kept_as_it_is_written(text: str) -> None:
    assert normalise_cell(text, normalise_consent).value == text


@given(st.text(max_size=20))
@settings(max_examples=60)
def test_any_text_is_kept_or_said(text: str) -> None:
    outcome = normalise_cell(text, free_text)
    assert outcome.value in (tidy(text), "", None)
    if outcome.value != tidy(text):
        assert outcome.said
