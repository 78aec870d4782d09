"""Ages in words, in English, German, French, Spanish and Italian, to ISO 8601 durations.

Whole months are kept from one month on, as a photograph shows no more; days below. What can be read
in two ways ("18 M": months, or a man of 18) is a doubt.
"""

from __future__ import annotations

import csv
import re
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Final, Literal

from rdface.cohort.schema import MAX_AGE_YEARS, age_in_years
from rdface.curation.ingest.normalise.outcome import Candidate, Outcome

Unit = Literal["year", "month", "week", "day"]

_TABLE = Path(__file__).with_name("age_words.csv")
_VULGAR: Final = {"¼": "1/4", "½": "1/2", "¾": "3/4", "⅓": "1/3", "⅔": "2/3"}
_NUMBERS: Final = {
    word: str(number)
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), start=1
    )
}
_NUMBER = re.compile(r"[0-9]+ [0-9]+/[0-9]+|[0-9]+/[0-9]+|[0-9]+(?:[.,][0-9]+)?")
_FILLERS = re.compile(
    r"\b(?:aged?|old|of age|alt|d'âge|de edad|di età|and|und|et|e)\b|(?<=[a-zéñá]) y (?=[0-9])"
    r"|\bage:|[&,]|\+(?=\s*[0-9])|(?<=[a-z])-(?=old)"
)
_VAGUE = re.compile(
    r"^(?:~|≈|>|<|≥|≤|ca?\.|circa|about|approx\.?|approximately|around|etwa|environ)"
)
_RANGE = re.compile(r"([0-9.,]+)\s*([a-zäéñ]*)\.?\s*(?:-|–|to|bis|à)\s*([0-9.,]+)\s*([a-zäéñ]*)\.?")
_DAYS: Final = {"week": 7, "day": 1}
_ORDER: Final = ("year", "month", "week", "day")


@cache
def _units() -> dict[str, str]:
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        return {row["word"]: row["unit"] for row in csv.DictReader(stream)}


def normalise_age(text: str, bare_unit: Unit | None = None) -> Outcome:
    """ISO 8601 duration of an age.

    Args:
        text: As it is written.
        bare_unit: The unit of numbers that stand alone; without one they are doubts.

    >>> normalise_age("6 years 4 months").value, normalise_age("18 mo").value
    ('P6Y4M', 'P1Y6M')
    """
    if re.fullmatch(r"P[0-9YMWD]+", text):
        return _iso(text)
    plain = _plain(text)
    if plain.startswith(("-", "−", "–")):
        return Outcome(None, "not an age: it begins with a minus")
    if _units().get(plain) == "birth":
        return Outcome("P0D", "read as: at birth")
    if re.fullmatch(r"[0-9]+ ?m", plain):
        number = int(plain.rstrip("m"))
        said = "m may be months, or male and the number years"
        return Outcome(None, said, _candidates([(number, "month"), (number, "year")]))
    if re.fullmatch(r"[0-9]+/12", plain):
        number = int(plain.split("/")[0])
        return Outcome(None, "twelfths of a year are months", _candidates([(number, "month")]))
    years_months = re.fullmatch(r"([0-9]+);([0-9]+)(?:\.[0-9]*)?", plain)
    if years_months and int(years_months[2]) < 12:
        return _of(
            Fraction(years_months[1]), Fraction(years_months[2]), Fraction(0), "years;months"
        )
    if vague := _vague(plain, bare_unit):
        return vague
    if _NUMBER.fullmatch(plain):
        return _bare(plain, bare_unit)
    return _parts(plain)


def _plain(text: str) -> str:
    plain = text.casefold()
    for sign, fraction in _VULGAR.items():
        plain = plain.replace(sign, f" {fraction} ")
    for word, number in _NUMBERS.items():
        plain = re.sub(rf"\b{word}\b", number, plain)
    return " ".join(plain.split())


def _iso(text: str) -> Outcome:
    try:
        age_in_years(text)
    except ValueError as error:
        return Outcome(None, str(error))
    return Outcome(text)


def _number(text: str) -> Fraction:
    return sum((Fraction(part.replace(",", ".")) for part in text.split()), Fraction(0))


def _bare(plain: str, bare_unit: Unit | None) -> Outcome:
    if re.search(r"/0+\Z", plain):
        return Outcome(None, "no number")
    number = _number(plain)
    if bare_unit is not None:
        return _single(number, bare_unit, f"{bare_unit}s, as the spec says of bare numbers")
    said = "a number without a unit; say in the spec what it is (bare_ages), or answer here"
    return Outcome(None, said, _candidates([(number, "year"), (number, "month")]))


def _vague(plain: str, bare_unit: Unit | None) -> Outcome | None:
    if match := _VAGUE.match(plain):
        inner = normalise_age(plain[match.end() :].strip(), bare_unit)
        found = (Candidate(inner.value),) if inner.value else inner.candidates
        return Outcome(None, f"{match[0]} is not exact", found)
    if match := _RANGE.fullmatch(plain):
        ends = [f"{match[1]} {match[2] or match[4]}", f"{match[3]} {match[4]}"]
        read = [normalise_age(end.strip(), bare_unit) for end in ends]
        found = tuple(Candidate(one.value) for one in read if one.value)
        return Outcome(None, "a range", tuple(dict.fromkeys(found)))
    return None


def _parts(plain: str) -> Outcome:
    """Numbers with units, the larger first."""
    found: dict[str, Fraction] = {}
    rest = f"{plain.rstrip('.')} "
    rest = re.sub(r"(?<=[0-9]),(?=[0-9])", ".", rest)
    rest = re.sub(r"(?<=[0-9])-(?=[a-zäéñ])", " ", rest)
    while rest := _FILLERS.sub(" ", rest).strip(" -"):
        number = _NUMBER.match(rest)
        if number is None or re.search(r"/0+\Z", number[0]):
            return _unknown(rest)
        word = re.match(r"\s*([a-zäéñíà/]+)\.?(?:-old)?(?![a-z])", rest[number.end() :])
        unit = _units().get(word[1]) if word else None
        if word is None or unit is None or unit == "birth" or unit in found:
            return _unknown(rest)
        if found and _ORDER.index(unit) < _ORDER.index(list(found)[-1]):
            return _unknown(rest)
        found[unit] = _number(number[0])
        rest = rest[number.end() + word.end() :]
    if not found:
        return Outcome(None, "not an age that rdface can read")
    if len(found) > 1 and any(value.denominator != 1 for value in list(found.values())[:-1]):
        return Outcome(None, "a fraction and a smaller unit beside it")
    if "year" in found and found.get("month", Fraction(0)) >= 12:
        return Outcome(None, "twelve months or more beside years")
    days = sum((found.get(unit, Fraction(0)) * of for unit, of in _DAYS.items()), Fraction(0))
    if len(found) == 1 and "week" in found and days.denominator == 1 and days % 7 == 0:
        return _limited(f"P{days // 7}W", "")
    if not any(found.values()):
        return Outcome(f"P0{list(found)[-1][0].upper()}")  # "0 years" is no newborn
    return _of(found.get("year", Fraction(0)), found.get("month", Fraction(0)), days, "")


def _unknown(rest: str) -> Outcome:
    return Outcome(None, f"not an age that rdface can read, from {rest.strip()[:20]!r} on")


def _single(number: Fraction, unit: str, said: str) -> Outcome:
    if not number:
        return Outcome(f"P0{unit[0].upper()}", said)
    years = number if unit == "year" else Fraction(0)
    months = number if unit == "month" else Fraction(0)
    return _of(years, months, number * _DAYS.get(unit, 0), said)


def _of(years: Fraction, months: Fraction, days: Fraction, said: str) -> Outcome:
    """Canonical: months below 12 beside years; whole months, and days where there are any."""
    exact = years * 12 + months
    whole = int(exact)
    left = exact - whole
    rounded = False
    if left and whole < 12 and not years:
        days += left * 30  # 1.5 months: a month and 15 days
    elif left:
        whole, rounded = int(exact + Fraction(1, 2)), True
        rounded = whole != exact
    if days.denominator != 1:
        days, rounded = Fraction(int(days + Fraction(1, 2))), True
    text = "".join(
        f"{number}{letter}"
        for number, letter in ((whole // 12, "Y"), (whole % 12, "M"), (int(days), "D"))
        if number
    )
    notes = [said] if said else []
    if rounded:
        notes.append(
            "rounded to whole " + ("months" if (left and whole >= 12) or years else "days")
        )
    return _limited(f"P{text or '0D'}", "; ".join(notes))


def _limited(age: str, said: str) -> Outcome:
    try:
        age_in_years(age)
    except ValueError:
        return Outcome(None, f"more than {MAX_AGE_YEARS} years")
    return Outcome(age, said)


def _candidates(read: list[tuple[Fraction | int, str]]) -> tuple[Candidate, ...]:
    outcomes = [(_single(Fraction(number), unit, ""), unit) for number, unit in read]
    return tuple(Candidate(one.value, f"{unit}s") for one, unit in outcomes if one.value)
