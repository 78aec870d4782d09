"""Tables from rows of others that hold a picture's name and a label, and maybe columns of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from rdface.cohort.adapters.foreign import foreign_info, foreign_tables, slugs
from rdface.cohort.adapters.tables import Tables
from rdface.cohort.check import Problem
from rdface.cohort.schema import CONDITION_COLUMNS
from rdface.imaging import OPENED_SUFFIXES

_LABELS = ("condition", "label", "diagnosis", "disease", "class")
_PATIENTS = ("patient_id", "subject", "subject_id", "patient")
_OF_CONDITIONS = {"condition_name": "name"} | {c: c for c in CONDITION_COLUMNS[2:]}


def labelled_tables(
    source: Path,
    about: Path | None,
    rows: Sequence[Mapping[str, str]],
    known: Mapping[str, object] | None = None,
) -> tuple[Tables | None, list[Problem], list[str]]:
    """Make the tables of rows.

    ``condition``, else ``label`` (or diagnosis, disease, class), becomes the condition, its text
    the name; ``patient_id`` (or subject, subject_id, patient) the patient. Columns of ours that the
    rows have are taken; all others are kept with the image.

    Args:
        source: What was read; its name becomes the cohort's.
        about: The user's cohort.yaml, or None.
        rows: With ``image_id`` and ``file``.
        known: What the layout says of itself, for cohort.yaml.

    Returns:
        The tables (None with problems), what is wrong, and what the user must know.
    """
    columns = list(dict.fromkeys(column for row in rows for column in row))
    label = next((name for name in _LABELS if name in columns), None)
    patient = next((name for name in _PATIENTS if name in columns), None)
    info, problems, notes = foreign_info(source, about, known or {}, patients=patient is not None)
    if not rows:
        problems.append(Problem(str(source), None, None, "holds no picture"))
    elif label is None:
        reason = f"no column says what pictures show: {', '.join(_LABELS)}"
        problems.append(Problem(str(source), None, None, reason))
    else:
        problems += [
            Problem(row["image_id"], None, label, "is empty")
            for row in rows
            if not row.get(label, "").strip()
        ]
    if problems or info is None or label is None:
        return None, problems, notes
    ids = slugs(row["image_id"] for row in rows)
    conditions = slugs(row[label].strip() for row in rows)
    images = [
        {**row,
         "image_id": ids[row["image_id"]],
         "sha256": row.get("sha256", ""),
         "file": f"images/{ids[row['image_id']]}{_ending(row['file'])}",
         "patient_id": (row.get(patient, "").strip() if patient else "") or ids[row["image_id"]],
         "condition": conditions[row[label].strip()]}
        for row in rows
    ]  # fmt: skip
    taken = {label, patient, *_OF_CONDITIONS} - {"condition", "patient_id"}
    first: dict[str, Mapping[str, str]] = {}
    for row in rows:
        first.setdefault(row[label].strip(), row)
    listed = [
        {"condition": conditions[text], "name": text}
        | {ours: row[theirs] for theirs, ours in _OF_CONDITIONS.items() if row.get(theirs)}
        for text, row in first.items()
    ]
    kept = [{k: v for k, v in image.items() if k not in taken} for image in images]
    return foreign_tables(info, kept, listed), [], notes


def _ending(file: str) -> str:
    """Of a picture that rdface opens; what others call a file may be anything."""
    ending = f".{file.rpartition('.')[2].lower()}"
    return ending if ending in OPENED_SUFFIXES else ".jpg"
