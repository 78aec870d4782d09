"""The published layout of RDFace's real images: where things lie, and what is wrong with them.

``data/rd_images/<disease_abbr>/<image_name>`` and ``data/disease_images.csv`` (arXiv 2604.03454).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdface.cohort.adapters.faults import entries, need_folder, sizes_of, table
from rdface.cohort.check import Problem
from rdface.errors import CohortError
from rdface.imaging import OPENED_SUFFIXES

TABLE = "disease_images.csv"
PICTURES = "rd_images"
COLUMNS = (
    "image_name",
    "disease_name",
    "disease_abbr",
    "sub_category",
    "gene_name",
    "orphanet_code",
)
PATIENT_COLUMNS = ("image_name", "patient_id")
ABOUT = "rdface.yaml"
"""Beside ``data`` in what rdface exported: the ``cohort.yaml`` of the cohort that it came from."""

_ID = re.compile(r"[A-Za-z0-9._-]+")

Row = dict[str, str]


@dataclass(frozen=True)
class Layout:
    """A folder in the published layout.

    Attributes:
        data: The folder ``data``.
        rows: Rows of the table, in order; empty where its form is wrong.
        problems: Faults of table and folders.
    """

    data: Path
    rows: list[Row]
    problems: list[Problem]

    def picture(self, row: Row) -> Path:
        """Where the picture of a row lies."""
        return self.data / PICTURES / row["disease_abbr"] / row["image_name"]


def read_layout(source: Path) -> Layout:
    """Read the table, look at the folders and open every picture; all faults are collected.

    Args:
        source: The folder that holds ``data``, or ``data`` itself.

    Raises:
        CohortError: It is nothing of the kind.
    """
    need_folder(source)
    data = source / "data" if (source / "data").is_dir() else source
    if not (data / TABLE).exists() and not (data / PICTURES).is_dir():
        raise CohortError(
            f"{source} is not in the published layout: neither {TABLE} nor {PICTURES} is there.",
            hint=f"Give the folder that holds data/{TABLE} and data/{PICTURES}/.",
        )
    rows, problems = table(data / TABLE, COLUMNS)
    if not (data / PICTURES).is_dir():
        problems.append(Problem(PICTURES, None, None, "there is no such folder"))
    if rows is None:
        return Layout(data, [], problems)
    problems += _faults_of_rows(rows)
    if (data / PICTURES).is_dir():
        there, found = _files(data / PICTURES)
        problems += found
        problems += _faults_of_files(rows, there)
        _, found = sizes_of({f"{PICTURES}/{n}": p for n, p in there.items()}, "checking pictures")
        problems += found
    return Layout(data, rows, problems)


def image_id(row: Row) -> str:
    """``AAR.1`` of ``AAR.1.jpg``."""
    return Path(row["image_name"]).stem


def _faults_of_rows(rows: list[Row]) -> Iterator[Problem]:
    named: dict[str, int] = {}
    partner: dict[tuple[str, str], tuple[str, int]] = {}
    for number, row in enumerate(rows, start=2):

        def fault(column: str, reason: str, number: int = number) -> Problem:
            return Problem(TABLE, number, column, reason)

        name, identifier = row["image_name"], image_id(row)
        if Path(name).suffix.lower() not in OPENED_SUFFIXES:
            yield fault("image_name", f"{name!r} ends in none of {', '.join(OPENED_SUFFIXES)}")
        elif not _ID.fullmatch(identifier):
            yield fault("image_name", f"{name!r} must be letters, digits, dot, dash or underscore")
        elif named.setdefault(identifier, number) != number:
            first = rows[named[identifier] - 2]["image_name"]
            yield fault("image_name", f"{name!r} stands in row {named[identifier]} too ({first!r})")
        abbreviation = row["disease_abbr"]
        if not _ID.fullmatch(abbreviation) or not abbreviation.strip("."):
            yield fault(
                "disease_abbr", f"{abbreviation!r} must be letters, digits, dot, dash or underscore"
            )
        if not row["disease_name"].strip() or row["disease_name"] != row["disease_name"].strip():
            yield fault(
                "disease_name", f"{row['disease_name']!r} is empty, or begins or ends with a blank"
            )
        for one, other in (("disease_abbr", "disease_name"), ("disease_name", "disease_abbr")):
            value, first_row = partner.setdefault((one, row[one]), (row[other], number))
            if value != row[other]:
                yield fault(
                    other,
                    f"{row[one]!r} goes with {row[other]!r}, in row {first_row} with {value!r}",
                )


def _files(folder: Path) -> tuple[dict[str, Path], list[Problem]]:
    """``AAR/AAR.1.jpg`` -> where it lies; what is no picture is a fault."""
    there, problems = {}, []
    for condition in entries(folder):
        if not condition.is_dir():
            name = f"{PICTURES}/{condition.name}"
            problems.append(Problem(name, None, None, "lies outside of any condition's folder"))
            continue
        for path in entries(condition):
            name = f"{condition.name}/{path.name}"
            if path.is_dir():
                problems.append(Problem(f"{PICTURES}/{name}", None, None, "is a folder"))
            elif path.suffix.lower() not in OPENED_SUFFIXES:
                reason = f"ends in none of {', '.join(OPENED_SUFFIXES)}"
                problems.append(Problem(f"{PICTURES}/{name}", None, None, reason))
            else:
                there[name] = path
    return there, problems


def _faults_of_files(rows: list[Row], there: dict[str, Path]) -> Iterator[Problem]:
    """Rows without a file and files without a row."""
    listed = {f"{row['disease_abbr']}/{row['image_name']}" for row in rows}
    spare = {name.lower(): name for name in there if name not in listed}
    for number, row in enumerate(rows, start=2):
        name = f"{row['disease_abbr']}/{row['image_name']}"
        if name in there:
            continue
        other = spare.pop(name.lower(), None)
        but = f"; there is {other}, which differs in case: rename one of them" if other else ""
        yield Problem(TABLE, number, "image_name", f"there is no file {PICTURES}/{name}{but}")
    for name in spare.values():
        yield Problem(f"{PICTURES}/{name}", None, None, f"has no row in {TABLE}")
