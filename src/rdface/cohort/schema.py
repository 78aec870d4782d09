"""What a row of ``images.csv`` and ``conditions.csv`` must be, as pandera schemas."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import isodate

from rdface.cohort.hpo import parse_facial_hpo
from rdface.cohort.use_columns import use_schema

if TYPE_CHECKING:
    import pandera.pandas as pa

SEXES = ("female", "male", "")
MAX_AGE_YEARS = 120
IMAGE_COLUMNS = (
    "image_id",
    "file",
    "sha256",
    "patient_id",
    "condition",
    "sex",
    "age",
    "ancestry",
    "country",
    "source",
    "consent",
    "hpo_terms",
    "synthetic_of",
)
CONDITION_COLUMNS = ("condition", "name", "omim_id", "orpha_code", "genes", "facial_hpo")


def age_in_years(age: str) -> float:
    """Years of an ISO 8601 duration (``P6Y4M``).

    Raises:
        ValueError: It is no such duration, or no age of a person.
    """
    number = "[0-9]{1,5}"
    if not re.fullmatch(rf"P(?=[0-9])({number}Y)?({number}M)?({number}W)?({number}D)?", age):
        raise ValueError(f"{age!r} is no ISO 8601 age such as P6Y4M")
    duration = isodate.parse_duration(age, as_timedelta_if_possible=False)
    years = float(duration.years + duration.months / 12) + duration.tdelta.days / 365.25
    if years > MAX_AGE_YEARS:
        raise ValueError(f"{age!r} is more than {MAX_AGE_YEARS} years")
    return float(years)


def country_name(code: str) -> str:
    """English name of an ISO 3166-1 alpha-2 code (``XK``, Kosovo, is in use and accepted).

    Raises:
        ValueError: There is no such code; the message helps where a name was written.
    """
    import pycountry

    if code == "XK":
        return "Kosovo"
    country = pycountry.countries.get(alpha_2=code) if len(code) == 2 else None
    if country is not None and code.isupper():
        return str(getattr(country, "common_name", country.name))
    try:
        # An exact match of a name or another code; the fuzzy search of pycountry is never used.
        meant = f" (is {pycountry.countries.lookup(code).alpha_2} meant?)"
    except LookupError:
        meant = ""
    raise ValueError(f"{code!r} is no ISO 3166 alpha-2 country code{meant}")


def _accepts(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def images_schema() -> pa.DataFrameSchema:
    """Checks of ``images.csv`` that one column can answer for; unknown columns are kept."""
    import pandera.pandas as pa

    def column(*checks: pa.Check, unique: bool = False) -> pa.Column:
        return pa.Column(str, list(checks), unique=unique, nullable=False)

    def matches(pattern: str, error: str) -> pa.Check:
        return pa.Check.str_matches(pattern, error=error)

    # \Z, for $ would let a line end pass; a blank at either end would make two ids of one.
    filled = matches(r"\S(.*\S)?\Z", "is empty, or begins or ends with a blank")
    return pa.DataFrameSchema(
        {
            "image_id": column(
                matches(r"[A-Za-z0-9._-]+\Z", "must be letters, digits, dot, dash or underscore"),
                unique=True,
            ),
            "file": column(filled, unique=True),
            "sha256": column(matches(r"[0-9a-f]{64}\Z", "is no SHA-256 (64 hex digits)")),
            "patient_id": column(filled),
            "condition": column(filled),
            "sex": column(pa.Check.isin(SEXES, error="must be female, male or empty")),
            "age": column(
                pa.Check(
                    lambda age: not age or _accepts(age_in_years, age),
                    element_wise=True,
                    error="is no ISO 8601 age such as P6Y4M, at most 120 years",
                )
            ),
            "ancestry": column(),
            "country": column(),  # checked where the error can name the code that was meant
            "source": column(),
            "consent": column(),
            "hpo_terms": column(
                matches(
                    r"(HP:[0-9]{7}(\|HP:[0-9]{7})*)?\Z",
                    "must be HPO ids such as HP:0000316|HP:0000343",
                )
            ),
            "synthetic_of": column(),
            **use_schema(),
        }
    )


def conditions_schema() -> pa.DataFrameSchema:
    """Checks of ``conditions.csv``."""
    import pandera.pandas as pa

    def column(pattern: str, error: str, *, unique: bool = False) -> pa.Column:
        return pa.Column(str, pa.Check.str_matches(pattern, error=error), unique=unique)

    return pa.DataFrameSchema(
        {
            "condition": column(
                r"[A-Za-z0-9._-]+\Z",
                "must be letters, digits, dot, dash or underscore",
                unique=True,
            ),
            "name": column(r"\S(.*\S)?\Z", "is empty, or begins or ends with a blank"),
            "omim_id": column(r"(OMIM:[0-9]{6})?\Z", "must be like OMIM:305400, or empty"),
            "orpha_code": column(r"(ORPHA:[0-9]+)?\Z", "must be like ORPHA:915, or empty"),
            "genes": pa.Column(str),
            "facial_hpo": pa.Column(
                str,
                pa.Check(
                    lambda text: _accepts(parse_facial_hpo, text),
                    element_wise=True,
                    error="must be like HP:0000316~Hypertelorism=9/14|...",
                ),
            ),
        }
    )
