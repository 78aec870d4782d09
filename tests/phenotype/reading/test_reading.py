"""Answers become reports; whatever is wrong with one is counted."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.phenotype.describer import Answer
from rdface.phenotype.reading import read_answer, read_text
from rdface.phenotype.report import Finding
from rdface.phenotype.sections import SECTIONS

WHOLE = {key: f"Text of {heading}." for key, heading in SECTIONS.items()} | {
    "nose": "Short nose, no depressed nasal bridge.",
    "suspected_conditions": "Noonan syndrome",
}
HEADED = "\n".join(f"**{SECTIONS[key]}:** {text}" for key, text in WHOLE.items())
AS_JSON = json.dumps(WHOLE | {"suspected_conditions": ["Noonan syndrome"]})


@pytest.mark.parametrize("text", [HEADED, AS_JSON])
def test_a_whole_report_is_complete(text: str) -> None:
    reading = read_text(text)
    assert (reading.status, reading.problem) == ("complete", "")
    assert reading.sections == WHOLE
    assert reading.suspected == ("Noonan syndrome",)


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, I can't assist with that request.",
        "I’m sorry, but I can’t help with identifying people.",
        "Sorry, but I cannot provide a medical description of this image.",
        "I am unable to analyze faces of real people.",
        "I'm unable to describe this person.",
        "We’re not able to identify anybody.",
        "As an AI language model, I do not describe faces.",
        "I won't describe this person.",
    ],
)
def test_a_refusal_is_refused(text: str) -> None:
    reading = read_text(text)
    assert reading.status == "refused" and reading.sections == {} and reading.problem


def test_declining_a_diagnosis_inside_a_report_is_no_refusal() -> None:
    text = HEADED.replace("Noonan syndrome", "I'm sorry, I cannot provide a diagnosis.")
    assert read_text(text).status == "complete"
    assert read_text(text).suspected == ()


def test_a_refusal_in_every_field_of_a_schema_is_refused() -> None:
    """It has all nine keys, and must not count as nine ordinary regions."""
    declined = WHOLE | dict.fromkeys(SECTIONS, "I'm unable to describe faces of real people.")
    reading = read_text(json.dumps(declined | {"suspected_conditions": []}))
    assert reading.status == "refused" and reading.sections == {}
    one_told = declined | {"nose": "Short nose."}
    assert read_text(json.dumps(one_told)).status == "complete"


def test_thoughts_before_an_answer_are_no_part_of_it() -> None:
    thought = '<think>{"nose": "Long nose."} or so? Chin: small.</think>'
    assert read_text(thought + AS_JSON) == read_text(AS_JSON)
    assert read_text("Nose: long.</think>\n" + HEADED) == read_text(HEADED)
    assert read_text("<think>\nNose: short, and then").status == "empty"


@pytest.mark.weights
def test_half_a_character_does_not_stop_a_run() -> None:
    """Some servers cut an emoji in two; such text can be neither read nor stored."""
    report = read_answer(Answer("a", json.loads('"Nose: short nose \\ud83d"')))
    assert report.model_dump_json() and report.text == "Nose: short nose ?"
    assert [each.label for each in report.findings] == ["Short nose"]
    nested = read_answer(Answer("a", r'{"nose": "Short \ud83d nose.", "chin": "Ordinary."}'))
    assert nested.model_dump_json() and nested.sections["nose"] == "Short ? nose."


@pytest.mark.parametrize("text", ["", " \n\t ", "\u3000"])
def test_nothing_is_empty(text: str) -> None:
    assert read_text(text).status == "empty"


def test_a_missing_section_is_named_and_not_filled() -> None:
    text = "\n".join(line for line in HEADED.splitlines() if "Ears" not in line)
    reading = read_text(text)
    assert reading.status == "partial" and "Ears" in reading.problem
    assert "ears" not in reading.sections


def test_prose_without_headings_is_kept_as_the_overall_impression() -> None:
    reading = read_text("A face with a long philtrum.")
    assert reading.status == "partial"
    assert reading.sections == {"overall_impression": "A face with a long philtrum."}


def test_measurements_that_share_their_words_are_no_circle() -> None:
    """A dot within a number ends no sentence."""
    lines = "".join(f"0.{n} against 0.7 as wide as in children of this age\n" for n in range(9))
    assert read_text(HEADED.replace("Text of Next Steps.", lines)).status == "complete"


def test_a_section_given_twice_and_a_model_in_circles_are_partial() -> None:
    assert "given twice: Nose" in read_text(f"{HEADED}\n**Nose:** Long.").problem
    circles = "The nose is of ordinary length and breadth.\n" * 9
    reading = read_text(HEADED.replace("Text of Next Steps.", circles))
    assert reading.status == "partial" and "repeats" in reading.problem


def test_the_papers_headings_are_understood() -> None:
    text = (
        "Overall Impression: x\nLeft Eye: x\nRight Eye: x\nNose: x\nMouth/Lips: x\n"
        "Prediction of Potential Disease: Noonan syndrome\nDiagnostic Suggestion: x"
    )
    reading = read_text(text)
    assert reading.suspected == ("Noonan syndrome",)
    assert reading.problem == "missing: Ears, Chin"


@settings(max_examples=300)
@given(
    st.text(max_size=300)
    | st.text(alphabet='{}[]":,\\ nose*#\n1.-|', max_size=200)
    | st.lists(
        st.sampled_from([*HEADED.splitlines(), "```json", AS_JSON[:200], "{", '"']), max_size=12
    ).map("\n".join)
)
def test_no_text_raises_and_every_one_has_a_status(text: str) -> None:
    reading = read_text(text)
    assert reading.status in ("complete", "partial", "empty", "refused")
    assert set(reading.sections) <= set(SECTIONS)
    assert (reading.status == "complete") == (reading.problem == "")
    if reading.status in ("empty", "refused"):
        assert not reading.sections
    assert list(reading.sections) == [key for key in SECTIONS if key in reading.sections]


@given(st.integers(0, len(HEADED)))
def test_a_report_cut_short_anywhere_keeps_what_was_said(cut: int) -> None:
    for key, text in read_text(HEADED[:cut]).sections.items():
        if key != "overall_impression":
            assert WHOLE[key].startswith(text)


@pytest.mark.weights
def test_terms_are_recognised_in_their_sections() -> None:
    report = read_answer(Answer("a", HEADED, tokens_in=5, tokens_out=7))
    assert [(each.label, each.state, each.section) for each in report.findings] == [
        ("Short nose", "present", "nose"),
        ("Depressed nasal bridge", "excluded", "nose"),
    ]
    assert (report.status, report.text) == ("complete", HEADED)
    assert (report.tokens_in, report.tokens_out) == (5, 7)


def test_findings_of_the_describer_go_before_those_of_its_text() -> None:
    own = (Finding(term="HP:0000316", label="Hypertelorism", state="present", section="left_eye"),)
    assert read_answer(Answer("a", HEADED, findings=own)).findings == own
    assert read_answer(Answer("a", HEADED, findings=())).findings == ()


def test_a_failure_stays_one_and_says_why() -> None:
    report = read_answer(Answer("a", "", status="failed", problem="The server did not answer."))
    assert (report.status, report.problem) == ("failed", "The server did not answer.")
    assert report.sections == {} and report.findings == ()


@pytest.mark.weights
def test_an_answer_that_was_cut_short_is_never_complete() -> None:
    report = read_answer(Answer("a", HEADED, problem="cut short at 1024 tokens"))
    assert (report.status, report.problem) == ("partial", "cut short at 1024 tokens")


def test_nothing_is_read_out_of_a_refusal_that_the_server_reports() -> None:
    report = read_answer(Answer("a", "No. Ptosis.", status="refused", problem="It declined."))
    assert (report.status, report.problem, report.text) == (
        "refused",
        "It declined.",
        "No. Ptosis.",
    )
    assert report.sections == {} and report.findings == ()


@pytest.mark.weights
@pytest.mark.parametrize(
    "text",
    ["nose " * 300_000, "short, " * 200_000, "**Nose:** x " * 100_000, '{"nose": "' * 100_000],
)
def test_an_endless_answer_is_read_in_time(text: str) -> None:
    begun = time.process_time()
    assert read_answer(Answer("a", text)).status == "partial"
    assert time.process_time() - begun < 20
