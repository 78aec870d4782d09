"""Consent, which is kept as it is written, unless it seems not to be there."""

from __future__ import annotations

import re

from rdface.curation.ingest.normalise.outcome import Candidate, Outcome, free_text

_DENIED = re.compile(
    r"no|none|not?\b.*|n|0|false|refus\w*.*|denied.*|declin\w*.*|withdrawn.*|revoked.*|pending.*"
    r"|expired.*|nein|keine?\b.*|abgelehnt.*|widerruf\w*.*|ausstehend.*|non|aucun\w*.*|retir[ée].*"
    r"|rechazad\w*.*|ningun\w*.*|retirad\w*.*|without\b.*|ohne\b.*|sans\b.*|sin\b.*",
    re.IGNORECASE,
)


def normalise_consent(text: str) -> Outcome:
    """The text; a doubt where it may say that there is none ("none", "withdrawn", "nein").

    >>> normalise_consent("written consent of the parents").value
    'written consent of the parents'
    """
    applicable = text.casefold().startswith("not applicable")
    if _DENIED.fullmatch(text) and not applicable:
        said = "seems to say that there is no consent; `drop` leaves the rows out"
        return Outcome(None, said, (Candidate(text, "as it is written"),))
    return Outcome(text) if applicable else free_text(text)
