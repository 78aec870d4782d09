"""JSON as language models write it."""

from __future__ import annotations

import json
import time

import pytest

from rdface.phenotype.reading.json_answer import json_sections

REPORT = {"nose": "Short.", "suspected_conditions": ["A syndrome", "B"]}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(REPORT),
        f"```json\n{json.dumps(REPORT, indent=1)}\n```",
        f"Here {{it}} is:\n```\n{json.dumps(REPORT)}\n```\nAnything else? {{}}",
        '{"nose": "Short.", "suspected_conditions": ["A syndrome", "B",],}',
        json.dumps({"report": REPORT}),
        json.dumps({"Nose": "Short.", "Suspected Conditions": ["A syndrome", "B"]}),
        "{“nose”: “Short.”, “suspected_conditions”: [“A syndrome”, “B”]}",
        json.dumps({"nose": ["Short."], "suspected_conditions": [{"name": "A syndrome"}, "B"]}),
    ],
)
def test_one_report_in_many_wrappings_is_one_report(text: str) -> None:
    found = json_sections(text)
    assert found is not None and not found.broken
    assert found.sections["nose"] == "Short."
    assert found.suspected == ("A syndrome", "B")


def test_a_raw_line_end_in_a_string_is_forgiven() -> None:
    found = json_sections('{"nose": "Short.\nBroad."}')
    assert found is not None and found.sections == {"nose": "Short.\nBroad."}


@pytest.mark.parametrize("cut", range(12, len(json.dumps(REPORT))))
def test_wherever_it_is_cut_short_what_was_said_is_kept_and_it_counts_as_broken(cut: int) -> None:
    found = json_sections(json.dumps(REPORT)[:cut])
    assert found is not None and found.broken
    assert "Short.".startswith(found.sections["nose"])


def test_null_is_missing_and_an_empty_list_means_none() -> None:
    found = json_sections('{"nose": null, "chin": "Small.", "suspected_conditions": []}')
    assert found is not None
    assert found.sections == {"chin": "Small.", "suspected_conditions": "None"}
    assert found.suspected == ()


@pytest.mark.parametrize("text", ["", "plain", "{}", '{"a": 1}', "{" * 100_000, '{"a":' * 50_000])
def test_what_is_no_report_is_none_and_soon(text: str) -> None:
    begun = time.process_time()
    assert json_sections(text) is None
    assert time.process_time() - begun < 2
