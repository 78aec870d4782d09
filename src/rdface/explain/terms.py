"""HPO terms of conditions that the measures of a face bear out, contradict, or say nothing about.

Which measure shows a term, and in which direction, stands with its reason in ``terms.csv``, and in
``term_trust.csv`` how well it tells simulated patients with the term from others: a measure that
hardly does is not used for the term. The first table follows the definitions of the Human Phenotype
Ontology (Köhler et al., Nucleic Acids Research 49, 2021) and of the Elements of Morphology (Am J
Med Genet A 149A, 2009) in our own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rdface.cohort import FacialTerm
from rdface.explain.deviations import Deviation, Measured, _rows

State = Literal["agrees", "disagrees", "neither", "not measurable"]

SHOWS = 1.0
"""Measured z from which on a measure speaks: for a term in its direction, else against it."""
TELLS = 0.6
"""Least AUC with which a measure tells simulated patients with a term from others."""


@dataclass(frozen=True)
class Link:
    """A measure that shows a term.

    Attributes:
        term: HPO id.
        label: Of the term.
        measure: Name of the measure.
        direction: 1 if the term means a high value, -1 if a low one.
        kind: ``defines``: the term is about this distance or angle; ``goes with``: it alters it.
        reasoning: Why.
    """

    term: str
    label: str
    measure: str
    direction: int
    kind: str
    reasoning: str


@dataclass(frozen=True)
class TermEvidence:
    """What the measures say of one term.

    Attributes:
        term: HPO id.
        label: Of the term.
        frequency: Share of the condition's patients who show it, as the HPO annotates it; None
            where no condition is meant.
        state: ``agrees``, ``disagrees``, ``neither`` (a usual value) or ``not measurable``.
        link: The measure that it rests on; None where there is none.
        z: Measured, positive in the direction that the term means.
        why: Why it is not measurable.
        recorded: Whether the term is recorded for the picture; None where nothing is.
    """

    term: str
    label: str
    frequency: float | None
    state: State
    link: Link | None
    z: float | None
    why: str
    recorded: bool | None

    @property
    def trust(self) -> TermTrust | None:
        """How well the measure tells the term; None where that was not tested."""
        return None if self.link is None else term_trust().get((self.term, self.link.measure))


@dataclass(frozen=True)
class ConditionEvidence:
    """The facial terms of a condition, the most frequent first, and what they leave unsaid.

    Attributes:
        condition: Its abbreviation.
        name: In full.
        terms: Of the condition; those annotated as absent are left out.
        unlisted: Deviating measures that some term is about, but none of the condition's.
    """

    condition: str
    name: str
    terms: tuple[TermEvidence, ...]
    unlisted: tuple[Deviation, ...]

    def of(self, state: State) -> tuple[TermEvidence, ...]:
        """The terms in one state."""
        return tuple(term for term in self.terms if term.state == state)


def weigh_condition(
    condition: str,
    name: str,
    terms: Iterable[FacialTerm],
    measured: Measured,
    recorded: Iterable[str] | None,
) -> ConditionEvidence:
    """Hold the terms of a condition against the measures of a face.

    Args:
        condition: Its abbreviation.
        name: In full.
        terms: Its facial terms.
        measured: What the ruler says.
        recorded: Terms recorded for the picture; None where nothing is recorded.
    """
    known = None if recorded is None else frozenset(recorded)
    listed = sorted(
        (term for term in terms if term.probability > 0),
        key=lambda term: (-term.probability, term.id),
    )
    found = tuple(
        weigh_term(term.id, term.label, measured, known, term.probability) for term in listed
    )
    about, any_term = _shown_by(term.id for term in listed), _shown_by(links())
    unlisted = tuple(
        each
        for each in measured.deviating
        if (each.measure, 1 if each.z > 0 else -1) in any_term - about
    )
    return ConditionEvidence(condition, name, found, unlisted)


def weigh_term(
    term: str,
    label: str,
    measured: Measured,
    recorded: frozenset[str] | None = None,
    frequency: float | None = None,
) -> TermEvidence:
    """Hold one term against the measures; of several the one that tells the term best counts."""
    on_picture = None if recorded is None else term in recorded
    own = links().get(term, ())
    by_name = {each.measure: each for each in measured.deviations}
    if not own:
        why = "no measure is about it"
    elif measured.left_out:
        why = "nothing was measured"
    elif all(link.measure not in by_name for link in own):
        why = "the reference lacks the measure"
    else:
        why = "the ruler does not see it"
    seen = [
        (link, by_name[link.measure])
        for link in own
        if link.measure in by_name and by_name[link.measure].seen != "not"
    ]
    usable = [pair for pair in seen if _tells(pair[0])]
    if seen and not usable:
        why = "its measure hardly told simulated patients with the term from others"
    if not usable:
        return TermEvidence(
            term, label, frequency, "not measurable", own[0] if own else None, None, why, on_picture
        )
    link, deviation = max(usable, key=lambda pair: (_auc(pair[0]), pair[1].trust.r))
    z = link.direction * deviation.z
    state: State = "agrees" if z >= SHOWS else "disagrees" if z <= -SHOWS else "neither"
    return TermEvidence(term, label, frequency, state, link, z, "", on_picture)


@dataclass(frozen=True)
class TermTrust:
    """How well a measure tells simulated patients with a term from those without.

    Attributes:
        auc: Area under the ROC curve of z in the term's direction; 0.5 is chance.
        low: Lower end of its 95 % interval.
        high: Upper end.
        n_with: Patients with the term.
        n: Patients in all.
    """

    auc: float
    low: float
    high: float
    n_with: int
    n: int


@lru_cache(maxsize=1)
def term_trust() -> Mapping[tuple[str, str], TermTrust]:
    """Term and measure -> what the one says of the other; see benchmarks/measure_trust.py."""
    return {
        (row["term"], row["measure"]): TermTrust(
            float(row["auc"]),
            float(row["low"]),
            float(row["high"]),
            int(row["n_with"]),
            int(row["n"]),
        )
        for row in _rows("term_trust.csv")
    }


def _auc(link: Link) -> float:
    """Chance where the term was never tested: what was tested and tells goes first."""
    tested = term_trust().get((link.term, link.measure))
    return 0.5 if tested is None else tested.auc


def _tells(link: Link) -> bool:
    """Whether the measure may speak for the term: not if it was tested and hardly told it."""
    tested = term_trust().get((link.term, link.measure))
    return tested is None or (tested.auc >= TELLS and tested.low > 0.5)


def _shown_by(terms: Iterable[str]) -> set[tuple[str, int]]:
    """Measures with the direction in which one of the terms would show."""
    return {(link.measure, link.direction) for term in terms for link in links().get(term, ())}


@lru_cache(maxsize=1)
def links() -> Mapping[str, tuple[Link, ...]]:
    """HPO id -> the measures that show the term, in the order of the table."""
    found: dict[str, tuple[Link, ...]] = {}
    for row in _rows("terms.csv"):
        link = Link(
            row["hpo_id"],
            row["hpo_label"],
            row["measure"],
            1 if row["direction"] == "high" else -1,
            row["kind"],
            row["reasoning"],
        )
        found[link.term] = (*found.get(link.term, ()), link)
    return found
