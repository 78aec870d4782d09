"""The cohort's own tables beside another layout, so that nothing is lost on the way.

Every export but ``rdface-real`` holds a folder ``rdface`` with ``cohort.yaml``, ``images.csv`` and
``conditions.csv``. An import takes rows, order and unknown columns from there, and the pictures
from where the layout has them; each must have the hash that its row names. A folder of somebody
else, without the three files, is read by the layout's own means.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from rdface.cohort.adapters.picture_names import leaves, read_picture
from rdface.cohort.check import Problem, read_info, read_table
from rdface.cohort.cohort import Cohort, CohortInfo
from rdface.cohort.schema import CONDITION_COLUMNS, IMAGE_COLUMNS
from rdface.cohort.terms import inherited_terms, named
from rdface.cohort.write import write_files
from rdface.errors import CohortError
from rdface.files import write_bytes, write_text

FOLDER = "rdface"
"""Name of the folder."""

ORIGINALS = "files"
"""In it: originals of restored pictures, at their paths in the cohort."""

TERMS = "TERMS.txt"
"""Beside it: the terms in words, for whoever opens the folder."""

_SIMULATED = (
    "No picture shows a real person. Results on simulated faces are no results on patients."
)
_EVALUATION = "For evaluation only: nothing may be trained or chosen on it."
_NOT_STATED = "not stated"
_OF_LINE = {
    "Licence": ("licence", ""),
    "Data use (GA4GH DUO)": ("data_use", "; "),
    "Ethics approval": ("ethics", "; "),
    "Sources": ("sources", "; "),
    "Forbidden": ("forbids", ", "),
    "Permitted use": ("permitted_use", ""),
    "Consent expires": ("consent_expires", ""),
}
"""Words before the colon -> key of cohort.yaml, and what stands between several values."""


@dataclass(frozen=True)
class Tables:
    """A cohort without its pictures.

    Attributes:
        info: Metadata.
        images: One row an image, strings; ``sha256`` may be empty where nobody has said it.
        conditions: One row a condition, strings.
    """

    info: CohortInfo
    images: pd.DataFrame
    conditions: pd.DataFrame


def write_tables(cohort: Cohort, root: Path, *, pictures: bool = True) -> None:
    """Write the tables of a cohort, its terms and originals beside another layout in ``root``.

    Args:
        cohort: Whose.
        root: Folder of the layout.
        pictures: Whether the layout holds pictures; without them originals stay behind too.
    """
    write_files(root / FOLDER, cohort.info, cohort.images, cohort.conditions)
    write_terms(stated(cohort), root)
    for file in originals(cohort.images) if pictures else ():
        if leaves(file):
            raise CohortError(f"The original {file!r} leaves the cohort folder.")
        write_bytes(root / FOLDER / ORIGINALS / file, read_picture(cohort.root / file))


def originals(images: pd.DataFrame) -> list[str]:
    """Paths of the pictures as they were before they were restored; column ``original``."""
    if "original" not in images.columns:
        return []
    return [file for file in dict.fromkeys(images["original"]) if file]


def stated(cohort: Cohort) -> CohortInfo:
    """Metadata with the terms of all images on top, as they hold for the whole."""
    info, images = cohort.info, cohort.images
    content = info.model_dump() | inherited_terms(cohort)
    for key, said in (("ethics", info.ethics), ("permitted_use", (info.permitted_use,))):
        own = images[key] if key in images.columns else ()
        listed = tuple(dict.fromkeys(text for text in (*said, *own) if text))
        if key == "ethics" or listed:
            content[key] = listed if key == "ethics" else "; ".join(listed)
    return CohortInfo.model_validate(content)


def write_terms(info: CohortInfo, root: Path) -> None:
    """Write ``TERMS.txt``."""
    write_text(root / TERMS, "\n".join([f"{info.name} {info.version}", "", *terms(info), ""]))


def terms(info: CohortInfo) -> list[str]:
    """What one may do with a cohort, a line each; what nobody has said is marked so."""
    extra = info.model_extra or {}
    lines = [
        f"Licence: {info.licence}",
        f"Data use (GA4GH DUO): {'; '.join(map(named, info.data_use)) or _NOT_STATED}",
        f"Ethics approval: {'; '.join(info.ethics) or _NOT_STATED}",
        f"Sources: {'; '.join(info.sources) or _NOT_STATED}",
    ]
    for key, words in (
        ("forbids", "Forbidden"),
        ("permitted_use", "Permitted use"),
        ("consent_expires", "Consent expires"),
    ):
        value = extra.get(key)
        if value:
            value = ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
            lines.append(f"{words}: {value}")
    if info.evaluation_only:
        lines.append(_EVALUATION)
    if info.simulated:
        lines.append(_SIMULATED)
    return [" ".join(line.split()) for line in lines]  # a line of its own may say "Licence: ..."


def read_terms(root: Path) -> dict[str, object]:
    """What ``TERMS.txt`` says, for cohort.yaml: it travels where ``rdface/`` was left behind."""
    try:
        lines = (root / TERMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    known: dict[str, object] = {"simulated": True} if _SIMULATED in lines else {}
    known |= {"evaluation_only": True} if _EVALUATION in lines else {}
    for line in lines:
        head, colon, value = line.partition(": ")
        if colon and head in _OF_LINE and value.strip() not in ("", _NOT_STATED):
            key, separator = _OF_LINE[head]
            if key == "data_use":
                value = "; ".join(re.findall(r"DUO:[0-9]{7}", value))
            known[key] = tuple(value.split(separator)) if separator else value
    return known


def read_tables(root: Path) -> tuple[Tables | None, list[Problem]]:
    """Read the tables beside a layout.

    Returns:
        None without a problem where the folder is not there: somebody else wrote the layout.
    """
    folder = root / FOLDER
    if not folder.is_dir():
        return None, []
    info, problems = read_info(folder)
    conditions, found = read_table(folder, "conditions.csv", CONDITION_COLUMNS)
    problems += found
    images, found = read_table(folder, "images.csv", IMAGE_COLUMNS)
    problems += found
    problems = [Problem(f"{FOLDER}/{p.file}", p.row, p.column, p.reason) for p in problems]
    if info is None or conditions is None or images is None:
        return None, problems
    return Tables(info, images, conditions), problems
