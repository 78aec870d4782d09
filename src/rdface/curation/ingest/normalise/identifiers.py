"""Numbers of OMIM and Orphanet, however they are written."""

from __future__ import annotations

import re

from rdface.curation.ingest.normalise.outcome import Candidate, Outcome

_OMIM = re.compile(
    r"(?P<sign>[#*+%^])?\s*"
    r"(?P<prefix>(?:https?://(?:www\.)?omim\.org/entry/)|(?:(?:OMIM|MIM)(?:\s*(?:no\.?|number|id))?"
    r"\s*[:#_ ]*))?\s*(?P<sign2>[#*+%^])?\s*(?P<series>PS)?(?P<number>[1-6][0-9]{5})(?:\.0+)?",
    re.IGNORECASE,
)
_ORPHA = re.compile(
    r"(?:https?://(?:www\.)?(?:orpha\.net|orphanet)\S*?[=/:_](?=[0-9]+\Z))?"
    r"(?:(?:ORPHA(?:NET|CODE)?|ORDO)[\s:#_-]*(?:ORPHA[\s:_-]*)?)?(?P<number>[0-9]{1,6})(?:\.0+)?",
    re.IGNORECASE,
)
_SIX = re.compile(r"(?<![0-9])([1-6][0-9]{5})(?![0-9])")


def normalise_omim(text: str) -> Outcome:
    """``OMIM:305400`` of "#305400", "MIM: 305400" or Excel's "305400.0".

    The sign * marks a gene and PS a series of conditions; both are doubts.

    >>> normalise_omim("#305400").value
    'OMIM:305400'
    """
    match = _OMIM.fullmatch(text)
    if match is None:
        found = tuple(Candidate(f"OMIM:{number}") for number in dict.fromkeys(_SIX.findall(text)))
        return Outcome(None, "not one OMIM number of six digits", found)
    value = f"OMIM:{match['number']}"
    sign = match["sign"] or match["sign2"]
    if match["series"]:
        return Outcome(None, "PS is a series of conditions, not one condition")
    if sign in ("*", "^"):
        what = "* marks a gene" if sign == "*" else "^ marks an entry that was moved or removed"
        return Outcome(None, f"{what}, not a condition", (Candidate(value),))
    return Outcome(value)


def normalise_orpha(text: str) -> Outcome:
    """``ORPHA:915`` of "Orphanet_915", "ORPHA 915" or Excel's "915.0".

    >>> normalise_orpha("915.0").value
    'ORPHA:915'
    """
    match = _ORPHA.fullmatch(text)
    if match is None or not int(match["number"]):
        found = dict.fromkeys(re.findall(r"(?<![0-9])[1-9][0-9]{0,5}(?![0-9])", text))
        candidates = tuple(Candidate(f"ORPHA:{number}") for number in found)
        return Outcome(None, "not one Orphanet number", candidates)
    return Outcome(f"ORPHA:{int(match['number'])}")
