"""Countries: our own table of names, then ISO 3166 by exact look-up, then a doubt.

The fuzzy search of pycountry is never used: it makes Niger of Nigeria.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

from rdface.cohort import country_name
from rdface.curation.ingest.normalise.outcome import Candidate, Outcome, is_missing

_TABLE = Path(__file__).with_name("countries.csv")
_TO_CONFIRM = {
    "na": "NA may be Namibia, or mean that nothing is known",
    "america": "America may be the United States, or any country of the continent",
}
_SEVERAL = re.compile(r"\s*(?:/|;|\||,|\+|&|\band\b|\bund\b|\bet\b)\s*", re.IGNORECASE)


def _key(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().replace("’", "'").strip()


@cache
def _aliases() -> dict[str, tuple[str, ...]]:
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        return {
            _key(row["alias"]): tuple(row["codes"].split("|")) for row in csv.DictReader(stream)
        }


@cache
def _iso() -> dict[str, str]:
    """Names and codes of ISO 3166 -> alpha-2; what is not unique is left out."""
    import pycountry

    found: dict[str, set[str]] = {"xk": {"XK"}, "xkx": {"XK"}}
    for country in pycountry.countries:
        for field in ("alpha_2", "alpha_3", "name", "common_name", "official_name"):
            name = getattr(country, field, None)
            if name:
                found.setdefault(_key(str(name)), set()).add(str(country.alpha_2))
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}


def _codes(key: str) -> tuple[str, ...]:
    """Every country of today that a name or code stands for."""
    for name in (key, key.removeprefix("the ")):
        if name in _aliases():
            return _aliases()[name]
        if name in _iso():
            return (_iso()[name],)
    return ()


def _candidates(codes: tuple[str, ...]) -> tuple[Candidate, ...]:
    return tuple(Candidate(code, country_name(code)) for code in codes)


def normalise_country(text: str) -> Outcome:
    """ISO 3166-1 alpha-2 code of a country's name or code.

    >>> normalise_country("Turkey").value
    'TR'
    >>> [one.value for one in normalise_country("Congo").candidates]
    ['CD', 'CG']
    """
    key = _key(text)
    codes = _codes(key)
    if codes and key in _TO_CONFIRM:
        return Outcome(None, _TO_CONFIRM[key], _candidates(codes))
    if codes and is_missing(text):
        said = f"{text} may be {country_name(codes[0])}, or mean that nothing is known"
        return Outcome(None, said, _candidates(codes))
    if codes and len(codes) == 1:
        return Outcome(codes[0], "" if text == codes[0] else country_name(codes[0]))
    if codes:
        return Outcome(None, "the name of more than one country of today", _candidates(codes))
    parts = [_codes(_key(part)) for part in _SEVERAL.split(text) if part]
    if len(parts) > 1 and all(parts):
        several = tuple(dict.fromkeys(code for part in parts for code in part))
        return Outcome(None, "more than one country", _candidates(several))
    said = "not a country that rdface knows by exactly this name; nothing like it is looked for"
    return Outcome(None, said)
