"""Lin and Resnik of sets are those of hpo3, but for the two conventions that are stated."""

from __future__ import annotations

import time
from itertools import combinations

import numpy as np
import pytest

from rdface.errors import UsageError
from rdface.phenotype.ontology import ontology
from rdface.phenotype.similarity.measures.hpo_sets import Kind, TermSets
from rdface.phenotype.similarity.passages import Passage
from tests.phenotype.similarity.reports import (
    HYPERTELORISM,
    LONG_PHILTRUM,
    LOW_EARS,
    PTOSIS,
    SHORT_NOSE,
    THIN_LIP,
)

SETS = [
    frozenset({HYPERTELORISM}),
    frozenset({HYPERTELORISM, SHORT_NOSE, LONG_PHILTRUM}),
    frozenset({PTOSIS, THIN_LIP}),
    frozenset({LOW_EARS, SHORT_NOSE, "HP:0000601"}),
    frozenset({"HP:0000366", PTOSIS}),
]


def said(*present: frozenset[str]) -> list[Passage]:
    return [Passage((), each, frozenset()) for each in present]


@pytest.mark.parametrize("kind", ["lin", "resnik"])
def test_sets_are_as_alike_as_hpo3_says(kind: Kind) -> None:
    ontology()
    from pyhpo import HPOSet, Ontology

    theirs = [HPOSet([Ontology[int(term[3:])] for term in each]) for each in SETS]
    table = TermSets(kind).between(SETS)
    for a, b in combinations(range(len(SETS)), 2):
        said = theirs[a].similarity(theirs[b], kind="omim", method=kind, combine="funSimAvg")
        assert table[a, b] == pytest.approx(said, abs=2e-6)


def test_lin_is_clipped_and_a_term_is_like_itself() -> None:
    """A term that OMIM does not use: hpo3 gives 0 of itself, and 2 with the terms above it."""
    visible = ontology().visible_face
    from pyhpo import Ontology

    unused = next(term for term in visible if not Ontology[int(term[3:])].information_content.omim)
    above = sorted(ontology().ancestors(unused))
    theirs = Ontology[int(unused[3:])]
    raw = theirs.similarity_scores([Ontology[int(term[3:])] for term in above], "omim", "lin")
    assert max(raw) > 1 and theirs.similarity_score(theirs, "omim", "lin") == 0
    table = TermSets("lin").of_terms([unused, *above, HYPERTELORISM])
    assert table.max() == 1 and table.min() >= 0 and (np.diag(table) == 1).all()


def test_reports_that_sound_normal_are_alike_and_kept() -> None:
    table = TermSets("lin").compare(said(frozenset(), frozenset(), SETS[1]), 3)
    assert table[0, 1] == 1 and table[0, 2] < 0.05 and np.isfinite(table).all()
    assert TermSets("resnik").compare(said(frozenset(), frozenset()), 2)[0, 1] < 0.01


def test_pairs_of_terms_are_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """456 reports with some 12 of 120 terms, with as many others: well under seconds."""
    rng = np.random.default_rng(0)
    terms = np.array(ontology().visible_face[:120])
    reports = said(*(frozenset(rng.choice(terms, 12, replace=False).tolist()) for _ in range(912)))
    measure = TermSets("lin")
    begun = time.process_time()
    table = measure.compare(reports, 456)
    assert table.shape == (456, 912) and time.process_time() - begun < 10
    monkeypatch.setattr(TermSets, "_learn", lambda self, terms: None)
    np.testing.assert_array_equal(measure.compare(reports, 456), table)


def test_a_term_that_does_not_exist_is_told() -> None:
    with pytest.raises(UsageError, match="HP:9999999"):
        TermSets("lin").between([frozenset({"HP:9999999"})])
