"""Dates, and the age between two of them."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from rdface.curation.ingest.normalise.outcome import Candidate, Outcome

Order = Literal["day-first", "month-first"]

_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_OTHER = re.compile(r"([0-9]{1,2})\s?[-/.]\s?([0-9]{1,2})\s?[-/.]\s?([0-9]{4})")
_WORDS = re.compile(
    r"(?:([0-9]{1,2})\.?[ -])?([a-zäéû]{3,10})\.?[ -](?:([0-9]{1,2}),? )?([0-9]{4})"
)
_MONTHS = (
    "jan januar january janvier enero jän",
    "feb februar february février febrero",
    "mar mär märz march mars marzo",
    "apr april avril abril",
    "may mai mayo",
    "jun juni june juin junio",
    "jul juli july juillet julio",
    "aug august août agosto",
    "sep sept september septembre septiembre",
    "oct okt oktober october octobre octubre",
    "nov november novembre noviembre",
    "dec dez dezember december décembre diciembre",
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}


def normalise_date(text: str, order: Order | None = None) -> Outcome:
    """ISO 8601 date. Years of two digits are doubts without candidates.

    Args:
        text: As it is written.
        order: What stands first in 03/04/2019; without it such a date is a doubt, unless one of
            the two numbers is no month.

    >>> normalise_date("31.12.2019").value
    '2019-12-31'
    """
    if match := _ISO.fullmatch(text):
        made = _date(match[1], match[2], match[3])
        return _made(made, text)
    if match := _OTHER.fullmatch(text):
        day_first = _date(match[3], match[2], match[1])
        month_first = _date(match[3], match[1], match[2])
        if order is not None:
            return _made(day_first if order == "day-first" else month_first, text)
        both = [made for made in (day_first, month_first) if made is not None]
        if len(set(both)) == 1:
            return _made(both[0], text)
        said = "day or month first? say so in the spec (dates), or answer here"
        found = (Candidate(str(day_first), "day first"), Candidate(str(month_first), "month first"))
        return Outcome(None, said, found) if both else _made(None, text)
    if (match := _WORDS.fullmatch(text.casefold())) and match[2] in _MONTH:
        if bool(match[1]) != bool(match[3]):
            return _made(_date(match[4], str(_MONTH[match[2]]), match[1] or match[3]), text)
    return Outcome(None, "not a date of day, month and four-digit year")


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _made(made: date | None, text: str) -> Outcome:
    if made is None:
        return Outcome(None, "there is no such date")
    return Outcome(made.isoformat(), "" if made.isoformat() == text else "date")


def age_between(birth: str, photographed: str) -> Outcome:
    """Age in completed months, or in days below one month.

    Args:
        birth: ISO date.
        photographed: ISO date.
    """
    born, taken = date.fromisoformat(birth), date.fromisoformat(photographed)
    if taken < born:
        return Outcome(None, "the photograph is older than the child")
    months = (taken.year - born.year) * 12 + taken.month - born.month - (taken.day < born.day)
    if months == 0:
        return Outcome(f"P{(taken - born).days}D")
    if months > 12 * 120:
        return Outcome(None, "more than 120 years between birth and photograph")
    years, months = divmod(months, 12)
    return Outcome("P" + (f"{years}Y" if years else "") + (f"{months}M" if months else ""))
