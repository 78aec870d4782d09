"""Data-use codes of an image, as the Data Use Ontology numbers them."""

from __future__ import annotations

import re

from rdface.curation.ingest.normalise.outcome import Outcome

_CODE = re.compile(r"(?:DUO[:_ ]?)?([0-9]{7})", re.IGNORECASE)


def normalise_data_use(text: str) -> Outcome:
    """``DUO:0000007|DUO:0000021`` of codes in any of the usual spellings.

    >>> normalise_data_use("DUO_0000007; duo:0000021").value
    'DUO:0000007|DUO:0000021'
    """
    parts = [part.strip() for part in re.split(r"[|;,]", text) if part.strip()]
    found = [_CODE.fullmatch(part) for part in parts]
    codes = [f"DUO:{match[1]}" for match in found if match]
    if not parts or len(codes) < len(parts):
        return Outcome(None, "not codes of the Data Use Ontology such as DUO:0000007")
    return Outcome("|".join(dict.fromkeys(codes)))
