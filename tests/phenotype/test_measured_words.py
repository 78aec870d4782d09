"""The words: numbers as they were measured, regions where they belong, reasons for silence."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.phenotype.measured_model import shipped_model
from rdface.phenotype.measured_words import (
    evidence_of,
    in_words,
    not_seen,
    own_measures,
    say,
    sections_of,
)
from rdface.phenotype.report import Finding
from rdface.phenotype.sections import SECTIONS
from rdface.phenotype.truth import shown_terms

FAR = "HP:0000316"


def test_the_number_is_what_a_perfect_ruler_would_be_expected_to_say() -> None:
    model = shipped_model()
    k = model.measures.index("interpupillary_distance")
    offset, slope = model.line[k]
    text = in_words(model, k, float((2.4 - offset) / slope))
    assert text.startswith("distance of the pupils 2.4 SD above the mean for age and sex (r = 0.8")
    assert " 1.5 SD below " in in_words(model, k, float((-1.5 - offset) / slope))


def test_evidence_begins_with_the_terms_own_measure_and_then_what_adds_most() -> None:
    model = shipped_model()
    term = model.terms.index(FAR)
    face = model.fitted.centre.copy()
    for name in ("interpupillary_distance", "inner_canthal_distance", "outer_canthal_distance"):
        face[model.measures.index(name)] += 3
    parts = model.log_odds(face[None])[1][0, :, term]
    words = evidence_of(model, term, face, parts).split("; ")
    assert words[0].startswith("distance of the pupils")
    assert 1 < len(words) <= 3


@pytest.mark.parametrize("term", sorted(shown_terms()))
def test_every_term_has_a_section_a_measure_and_a_reason(term: str) -> None:
    model = shipped_model()
    assert set(sections_of(term)) <= set(SECTIONS)
    assert own_measures()[term] in model.measures
    assert not_seen(model, model.terms.index(term))


def test_both_eyes_say_what_was_measured_of_both() -> None:
    assert sections_of(FAR) == ("left_eye", "right_eye")


def test_labels_keep_the_capitals_of_names() -> None:
    findings = [
        Finding(term=term, label=label, state="excluded", section="chin")
        for term, label in (("HP:0000201", "Pierre-Robin sequence"), ("HP:0000347", "Micrognathia"))
    ]
    text = say(findings, "", (), shipped_model(), np.zeros(1))
    assert "Not present: no Pierre-Robin sequence; no micrognathia." in text
    assert "no diagnosis" in text
