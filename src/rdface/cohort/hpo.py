"""Read the facial phenotype of a condition: HPO terms with their frequencies.

The frequencies are those of the Human Phenotype Ontology's annotations (Köhler et al.,
"The Human Phenotype Ontology in 2021", Nucleic Acids Research 49).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TERM = re.compile(r"HP:[0-9]{7}\Z")
_COUNT = re.compile(r"([0-9]+)/([0-9]+)\Z")
_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?)%\Z")

BANDS = {
    "HP:0040280": 1.0,
    "HP:0040281": 0.9,
    "HP:0040282": 0.55,
    "HP:0040283": 0.17,
    "HP:0040284": 0.025,
    "HP:0040285": 0.0,
}
"""Middle of each frequency band: obligate, very frequent, frequent, occasional, rare, excluded."""

UNKNOWN = 0.4
"""Probability of a term whose frequency is not annotated: seen, but not in everybody."""


@dataclass(frozen=True)
class FacialTerm:
    """One term of a condition.

    Attributes:
        id: ``HP:0000316``.
        label: ``Hypertelorism``.
        frequency: As annotated: ``n/m``, ``n%``, the id of a frequency band, ``-`` or empty.
    """

    id: str
    label: str
    frequency: str

    @property
    def probability(self) -> float:
        """Share of patients who show the term.

        Counts n/m of mostly small case series are pooled towards one half, (n + 1) / (m + 2);
        bands become their middle; nothing annotated becomes :data:`UNKNOWN`.

        Raises:
            ValueError: The frequency is none of these.
        """
        if self.frequency in ("", "-"):
            return UNKNOWN
        if self.frequency in BANDS:
            return BANDS[self.frequency]
        count, percent = _COUNT.match(self.frequency), _PERCENT.match(self.frequency)
        if count and int(count[1]) <= int(count[2]):
            return (int(count[1]) + 1) / (int(count[2]) + 2)
        if percent and float(percent[1]) <= 100:
            return float(percent[1]) / 100
        raise ValueError(f"{self.frequency!r} is no HPO frequency: n/m, n%, a band or empty")


def parse_facial_hpo(text: str) -> tuple[FacialTerm, ...]:
    """Parse ``HP:id~label=frequency|...``; an empty text gives no terms.

    A label may hold an equals sign; the last one counts.

    Raises:
        ValueError: A part is not of that form; the message shows it.
    """
    terms = []
    for part in filter(None, text.split("|")):
        head, equals, frequency = part.rpartition("=")
        identifier, tilde, label = head.partition("~")
        if not (equals and tilde and label and _TERM.match(identifier)):
            raise ValueError(f"{part!r} is not of the form HP:0000316~Hypertelorism=9/14")
        term = FacialTerm(identifier, label, frequency)
        _ = term.probability  # raises
        terms.append(term)
    return tuple(terms)
