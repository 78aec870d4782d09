"""One instruction for every picture."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rdface.phenotype.instruction import AS_JSON, FREE_TEXT, NOT_ASSESSABLE, Instruction
from rdface.phenotype.sections import SECTIONS

BOTH = pytest.mark.parametrize("instruction", [FREE_TEXT, AS_JSON])


@BOTH
def test_it_has_no_place_to_fill_anything_in(instruction: Instruction) -> None:
    """Free text has no braces and no %: nothing of a patient can be formatted into it."""
    assert "{" not in instruction.text and "%" not in instruction.text


@BOTH
@pytest.mark.parametrize(
    "word", ["syndrome", "boy", "girl", "male", "female", "years", "synthetic", "simulated", "real"]
)
def test_it_never_hints_at_who_is_shown(instruction: Instruction, word: str) -> None:
    words = instruction.text.lower().replace(".", " ").replace(",", " ").split()
    assert word not in words


@BOTH
def test_it_asks_to_say_where_it_cannot_see_and_that_this_is_no_diagnosis(
    instruction: Instruction,
) -> None:
    assert f'"{NOT_ASSESSABLE}"' in instruction.text
    assert "research" in instruction.text and "no diagnosis" in instruction.text


def test_all_nine_sections_are_asked_for_in_order() -> None:
    places = [FREE_TEXT.text.index(f"**{heading}:**") for heading in SECTIONS.values()]
    assert places == sorted(places) and len(places) == 9
    assert AS_JSON.schema is not None
    assert AS_JSON.schema["required"] == list(SECTIONS) == list(AS_JSON.schema["properties"])


def test_the_version_changes_with_every_word_and_with_the_schema() -> None:
    versions = {
        FREE_TEXT.version,
        AS_JSON.version,
        replace(FREE_TEXT, text=FREE_TEXT.text + " ").version,
        replace(AS_JSON, schema=None).version,
    }
    assert len(versions) == 4
    assert FREE_TEXT.version == replace(FREE_TEXT).version
