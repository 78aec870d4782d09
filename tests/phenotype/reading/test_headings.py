"""Headings in the many ways that models set them."""

from __future__ import annotations

import pytest

from rdface.phenotype.reading.headings import headed_sections, keys_of

STYLES = [
    "**Nose:** Short.\n**Mouth/Lips:** Wide.",
    "**Nose**: Short.\n**Mouth and lips**: Wide.",
    "## Nose\nShort.\n\n## Mouth & Lips\nWide.",
    "4. Nose: Short.\n5. Mouth/Lips: Wide.",
    "4. **Nose**\n   Short.\n5. **Mouth/Lips**\n   Wide.",
    "NOSE\nShort.\nMOUTH/LIPS\nWide.",
    "### **4) Nose**\nShort.\n### **5) Lips and Mouth**\nWide.",
    "- **Nose:** Short.\n- **Mouth:** Wide.",
    "Nose - Short.\nMouth - Wide.",
    "| Nose | Short. |\n| Mouth/Lips | Wide. |",
    "__Nose__: Short.\n__Mouth/lips__: Wide.",
    "Sure! **Nose:** Short. **Mouth/Lips:** Wide.",
    "Nose: Short.\r\nMouth/Lips (philtrum included): Wide.\r\n",
    "> **Nose:** Short.\n> **Mouth/Lips:** Wide.",
]


@pytest.mark.parametrize("text", STYLES)
def test_one_report_in_many_styles_is_one_report(text: str) -> None:
    found = headed_sections(text)
    assert found.sections == {"nose": "Short.", "mouth_and_lips": "Wide."}
    assert found.repeated == ()


@pytest.mark.parametrize(
    ("heading", "keys"),
    [
        ("Prediction of Potential Disease", ("suspected_conditions",)),
        ("Diagnostic Suggestion", ("next_steps",)),
        ("Overall Impression", ("overall_impression",)),
        ("Eyes", ("left_eye", "right_eye")),
        ("Left Eye / Right Eye", ()),
        ("left_eye", ("left_eye",)),
        ("Hair", ()),
    ],
)
def test_names_of_sections(heading: str, keys: tuple[str, ...]) -> None:
    assert keys_of(heading) == keys


def test_points_below_a_heading_belong_to_it() -> None:
    text = "**Nose:**\n- Bridge: broad\n- **Tip:** bulbous\n**Chin:** Small."
    found = headed_sections(text).sections
    assert found == {"nose": "Bridge: broad\nTip: bulbous", "chin": "Small."}


def test_a_strange_section_is_not_counted_to_the_one_before() -> None:
    found = headed_sections("**Nose:** Short.\n**Hair:** Sparse.\n**Chin:** Small.").sections
    assert found == {"nose": "Short.", "chin": "Small."}


def test_one_heading_for_both_eyes_fills_both() -> None:
    found = headed_sections("Eyes: Ptosis.\nNose: Short.").sections
    assert found["left_eye"] == found["right_eye"] == "Ptosis."


def test_two_headings_of_one_section_are_joined() -> None:
    found = headed_sections("Philtrum: Long.\nMouth: Wide.\nLips: Thin.")
    assert found.sections == {"mouth_and_lips": "Long.\nWide.\nThin."}
    assert found.repeated == ()


def test_a_section_that_comes_twice_keeps_its_first_text_and_says_so() -> None:
    found = headed_sections("Nose: Short.\nChin: Small.\nNose: Long.")
    assert found.sections["nose"] == "Short."
    assert found.repeated == ("nose",)


def test_an_empty_section_is_missing() -> None:
    assert headed_sections("**Nose:**\n**Ears:** \n**Chin:** Small.").sections == {"chin": "Small."}


def test_prose_that_begins_with_a_region_is_no_heading() -> None:
    assert headed_sections("Nose and chin are small.\nChin recedes.").sections == {}
