"""Clauses, and how far a negation reaches."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.phenotype.scope import cut_clauses, language


def _clauses(text: str) -> list[str]:
    doc = language().make_doc(text)
    cut_clauses(doc)
    return [sent.text for sent in doc.sents]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        (
            "There is no ptosis and the fissures are long",
            ["There is no ptosis", "and the fissures are long"],
        ),
        ("No ptosis, epicanthus or telecanthus is seen", None),
        ("No ptosis, epicanthus, or telecanthus is seen", None),
        ("No ptosis, hypertelorism is present", ["No ptosis", ", hypertelorism is present"]),
        ("Ptosis; no epicanthus", ["Ptosis", "; no epicanthus"]),
        ("The eyes show no ptosis, no squint", None),
    ],
)
def test_each_clause_has_one_verb_and_lists_stay_whole(
    text: str, clauses: list[str] | None
) -> None:
    assert _clauses(text) == (clauses or [text])


@given(st.text(alphabet="no is,;and but() \n", max_size=40))
def test_clauses_are_the_sentence_again(text: str) -> None:
    doc = language().make_doc(text)
    cut_clauses(doc)
    assert "".join(sent.text_with_ws for sent in doc.sents) == text
