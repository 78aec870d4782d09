"""What is made of a folder that somebody else wrote: ids, conditions and metadata."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from rdface.cohort.adapters.tables import Tables, read_terms
from rdface.cohort.check import Problem, read_info
from rdface.cohort.cohort import CohortInfo
from rdface.cohort.schema import CONDITION_COLUMNS, IMAGE_COLUMNS

NO_TERMS = (
    "The source says nothing of licence, approvals and data use that rdface could read, so"
    " cohort.yaml says `not stated`. Give them with --set about=FILE.yaml, which is a cohort.yaml."
)
NO_PATIENTS = (
    "The source names no patients, so each image counts as a patient of its own, and no protocol"
    " can keep two photographs of one person together."
)
NOT_KNOWN = "not known: each image counts as one"
"""Value of the key ``patients`` of cohort.yaml."""


def slug(text: str) -> str:
    """Letters, digits, dot, dash and underscore of a text; every run of others is one dash."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.") or "x"


def slugs(texts: Iterable[str]) -> dict[str, str]:
    """A :func:`slug` for each text, all different, in the order in which they come."""
    of: dict[str, str] = {}
    taken: set[str] = set()
    for text in texts:
        if text in of:
            continue
        stem = slug(text)
        name, number = stem, 1
        while name in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name)
        of[text] = name
    return of


def foreign_info(
    source: Path, about: Path | None, known: Mapping[str, object], *, patients: bool
) -> tuple[CohortInfo | None, list[Problem], list[str]]:
    """Metadata of a cohort that comes from somebody else.

    Args:
        source: Its folder gives the name.
        about: A ``cohort.yaml`` of the user's, or None.
        known: What the layout itself says, such as ``licence``; our ``TERMS.txt`` goes before.
        patients: Whether the source names patients.

    Returns:
        The metadata, what is wrong with ``about``, and what the user must know.
    """
    notes = [] if patients else [NO_PATIENTS]
    extra: dict[str, object] = {} if patients else {"patients": NOT_KNOWN}
    if about is not None:
        info, problems = read_info(about.parent, about.name)
        if info is None:
            return None, problems, notes
        return CohortInfo.model_validate(info.model_dump() | extra), [], notes
    known = {**known, **read_terms(source)}
    if "licence" not in known:
        notes.append(NO_TERMS)
    name = re.sub(r"^[^A-Za-z0-9]+", "", slug(source.resolve().name)) or "imported"
    content = {"name": name, "version": "imported", "licence": "not stated", **known, **extra}
    return CohortInfo.model_validate(content), [], notes


def foreign_tables(
    info: CohortInfo, images: Sequence[Mapping[str, str]], conditions: Sequence[Mapping[str, str]]
) -> Tables:
    """Tables with all standard columns first; what is not known is empty."""
    # Originals of restored pictures lie beside our tables, and those are not there.
    kept = [{k: v for k, v in row.items() if k != "original"} for row in images]
    return Tables(info, _table(kept, IMAGE_COLUMNS), _table(conditions, CONDITION_COLUMNS))


def _table(rows: Sequence[Mapping[str, str]], columns: Sequence[str]) -> pd.DataFrame:
    others = dict.fromkeys(key for row in rows for key in row if key not in columns)
    listed = [*columns, *others]
    return pd.DataFrame(
        [[str(row.get(column, "")) for column in listed] for row in rows],
        columns=listed,
        dtype=str,
    )
