"""The optional columns and keys that say what pictures may be used for, and for how long.

``images.csv`` may have them, and need not. ``data_use`` holds DUO codes that come on top of those
of the cohort; ``consent_expires`` the last day on which an image may be used; ``withdrawn`` the day
on which its use ended; ``ethics`` and ``permitted_use`` free text; ``restored`` the steps that
altered the picture and ``original`` where the one before lies. ``cohort.yaml`` may have the keys
``forbids``, ``permitted_use`` and ``consent_expires``. What each term forbids is in
:mod:`rdface.cohort.terms`.

An image whose consent has ended is no fault of the table: the cohort can be read, shown and
mended, and :func:`rdface.cohort.terms.check_allowed` refuses to use it. A withdrawn image is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

USE_COLUMNS: Final = (
    "data_use",
    "ethics",
    "consent_expires",
    "withdrawn",
    "permitted_use",
    "restored",
    "original",
)
"""Columns that ``images.csv`` may have beside the standard ones."""

ACTIONS: Final = ("upload", "redistribution", "methods", "re-identification", "commercial-use")
"""What ``forbids`` of ``cohort.yaml`` may name."""

_CODES = r"(DUO:[0-9]{7}(\|DUO:[0-9]{7})*)?\Z"
_STEPS = r"([^|\s]+(\|[^|\s]+)*)?\Z"


def iso_date(text: str) -> date:
    """The day that ``2027-03-31`` names.

    Raises:
        ValueError: It is no such date.
    """
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(f"{text!r} is no ISO 8601 date such as 2027-03-31")
    return date.fromisoformat(text)


def _is_date(text: str) -> bool:
    try:
        iso_date(text)
    except ValueError:
        return False
    return True


def use_schema() -> dict[str, pa.Column]:
    """Checks of the optional columns, where they stand."""
    import pandera.pandas as pa

    def column(*checks: pa.Check) -> pa.Column:
        return pa.Column(str, list(checks), nullable=False, required=False)

    day = pa.Check(
        lambda text: not text or _is_date(text),
        element_wise=True,
        error="is no ISO 8601 date such as 2027-03-31",
    )
    codes = pa.Check.str_matches(_CODES, error="must be DUO codes such as DUO:0000007|DUO:0000021")
    steps = pa.Check.str_matches(_STEPS, error="must be steps such as pad|realesrgan_x4plus")
    return {
        "data_use": column(codes),
        "ethics": column(),
        "consent_expires": column(day),
        "withdrawn": column(day),
        "permitted_use": column(),
        "restored": column(steps),
        "original": column(),
    }


def faults_of_rows(root: Path, images: pd.DataFrame) -> Iterator[tuple[int, str, str]]:
    """Row (the header is row 1), column and reason: withdrawn images, originals that are not there.

    Args:
        root: The cohort's folder.
        images: Its table; columns that it lacks have no faults.
    """
    if "withdrawn" in images:
        for row, day in enumerate(images["withdrawn"], start=2):
            if day:
                yield row, "withdrawn", f"the image was withdrawn on {day} and may not be used"
    if "original" in images:
        for row, file in enumerate(images["original"], start=2):
            if file and not _lies_inside(root, file):
                yield row, "original", f"{file!r} is no file of the cohort folder"


def _lies_inside(root: Path, file: str) -> bool:
    try:
        path = (root / file).resolve()
        return path.is_relative_to(root.resolve()) and path.is_file()
    except (OSError, RuntimeError, ValueError):  # a loop of links, a NUL byte
        return False


def faults_of_keys(extra: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Key of ``cohort.yaml`` and what is wrong with it."""
    forbids = extra.get("forbids", [])
    if not isinstance(forbids, list | tuple) or not all(isinstance(one, str) for one in forbids):
        yield "forbids", f"must be a list of {', '.join(ACTIONS)}"
    else:
        for word in forbids:
            if word not in ACTIONS:
                yield "forbids", f"{word!r} is none of {', '.join(ACTIONS)}"
    day = extra.get("consent_expires", "")
    if day and not _is_date(str(day)):
        yield "consent_expires", f"{day!r} is no ISO 8601 date such as 2027-03-31"
