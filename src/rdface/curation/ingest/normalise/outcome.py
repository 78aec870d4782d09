"""What became of a cell: a value, or a doubt with candidates. There is no third way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """One answer that a doubt can have.

    Attributes:
        value: What the cohort would hold.
        label: What a reviewer reads beside it.
    """

    value: str
    label: str = ""

    def __str__(self) -> str:
        return f"{self.value} ({self.label})" if self.label else self.value


@dataclass(frozen=True)
class Outcome:
    """A value and what was changed to get it, or a doubt.

    Attributes:
        value: What the cohort would hold; empty for "not known"; None for a doubt.
        said: What was changed, or what is doubtful.
        candidates: Possible answers to a doubt, the best first.
        keep: Where a doubt may be answered by ``keep``, the value that this gives.
    """

    value: str | None
    said: str = ""
    candidates: tuple[Candidate, ...] = ()
    keep: str | None = None

    @property
    def doubtful(self) -> bool:
        """Whether somebody must decide."""
        return self.value is None


Normaliser = Callable[[str], Outcome]
"""Of a text without blanks at its ends, never empty."""

_MISSING = frozenset(
    """
    - -- --- . ? ?? / na n/a n.a. n.a nan none null nil unknown unk unkn missing
    not_known not_available not_applicable not_recorded not_stated not_reported not_given
    unbekannt k.a. k.a keine_angabe nicht_bekannt fehlt
    inconnu inconnue non_connu n.c. n.d. nd nr non_renseigné
    desconocido desconocida no_disponible sin_datos s/d sconosciuto sconosciuta
    #n/a
    """.split()
)
_ERROR_CELL = re.compile(r"#(REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!)\Z")


def tidy(text: str) -> str:
    """``text`` without blanks at its ends, and one plain blank for every run of blanks."""
    return " ".join(text.replace("\u200b", "").replace("\ufeff", "").split())


def is_missing(text: str) -> bool:
    """Whether a cell says that nothing is known ("n/a", "unknown", "keine Angabe")."""
    return "_".join(text.casefold().split()) in _MISSING


def normalise_cell(text: str, normaliser: Normaliser) -> Outcome:
    """Normalise a cell that may be empty, padded, "not known", or an error of the spreadsheet."""
    tidied = tidy(text)
    if not tidied:
        return Outcome("")
    if _ERROR_CELL.match(tidied):
        return Outcome(None, "an error of the spreadsheet stands in place of a value")
    # "NA" is Namibia, too: what a field knows itself goes before "not known".
    outcome = normaliser(tidied)
    if outcome.doubtful and not outcome.candidates and is_missing(tidied):
        return Outcome("", "read as: not known")
    return outcome


def free_text(text: str) -> Outcome:
    """A text that is kept as it is."""
    return Outcome("", "read as: not known") if is_missing(text) else Outcome(text)


def nothing(_: str) -> Outcome:
    """The reading of an answer where only the words and candidates are answers."""
    return Outcome(None)
