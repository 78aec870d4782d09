"""Find everything that is wrong with a cohort folder, all at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pydantic
import yaml

from rdface.cohort.cohort import Cohort, CohortInfo
from rdface.cohort.foreign_yaml import load_foreign_yaml
from rdface.cohort.mistyped import mistyped_terms
from rdface.cohort.schema import (
    CONDITION_COLUMNS,
    IMAGE_COLUMNS,
    conditions_schema,
    country_name,
    images_schema,
)
from rdface.cohort.use_columns import faults_of_keys, faults_of_rows
from rdface.errors import ImageError
from rdface.files import sha256_bytes
from rdface.imaging import decode_image

if TYPE_CHECKING:
    import pandera.pandas as pa


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        file: Name of the file in the cohort folder.
        row: Row as a spreadsheet counts it (the header is row 1); None for the whole file.
        column: Column, or None.
        reason: What is wrong, with the value.
    """

    file: str
    row: int | None
    column: str | None
    reason: str

    def __str__(self) -> str:
        where = [self.file]
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.column is not None:
            where.append(f"column {self.column}")
        return f"{', '.join(where)}: {self.reason}"


def examine(root: Path) -> tuple[Cohort | None, list[Problem]]:
    """Read a cohort folder and list its problems; the cohort is there only if there are none."""
    if not root.is_dir():
        return None, [Problem(str(root), None, None, "there is no such folder")]
    info, problems = read_info(root)
    conditions, found = read_table(root, "conditions.csv", CONDITION_COLUMNS)
    problems += found
    images, found = read_table(root, "images.csv", IMAGE_COLUMNS)
    problems += found
    pool = info is not None and info.is_pool
    problems += find_problems(root, images, conditions, pool=pool)
    if problems or info is None or conditions is None or images is None:
        return None, sorted(problems, key=lambda p: (p.file, p.row or 0))
    return Cohort(root, info, images, conditions), []


def find_problems(
    root: Path,
    images: pd.DataFrame | None,
    conditions: pd.DataFrame | None,
    *,
    opened: bool = False,
    pool: bool = False,
) -> list[Problem]:
    """Check tables, and the pictures below ``root`` that they name; None is a table without.

    ``opened`` says that every picture was opened already, so that the tables alone are checked;
    ``pool``, that every image is synthetic and has its parents in another cohort.
    """
    problems = []
    if conditions is not None:
        problems += _check_table(conditions, conditions_schema(), "conditions.csv")
    if images is not None:
        problems += _check_table(images, images_schema(), "images.csv")
        problems += _check_links(images, conditions, pool=pool)
        faults = faults_of_rows(root, images)
        problems += [Problem("images.csv", row, *fault) for row, *fault in faults]
        problems += [] if opened else _check_pictures(root, images)
    return problems


def repeated_pictures(images: pd.DataFrame) -> list[str]:
    """What to look at again in a table that is sound: equal files, a sentence for each picture.

    It is no fault: where nobody knows the patients, each image counts as one.
    """
    table = images.assign(row=[str(row) for row in range(2, len(images) + 2)])
    notes = []
    for _, same in table[table["sha256"].duplicated(keep=False)].groupby("sha256", sort=False):
        said = f"images.csv, rows {', '.join(same['row'])}: the same picture"
        people = list(dict.fromkeys(same["patient_id"].astype(str)))
        notes.append(
            f"{said} under the patients {', '.join(map(repr, people))}; where these may be apart in"
            " training and test, `rdface bench` refuses it as a leak."
            if len(people) > 1
            else f"{said} of patient {people[0]!r}."
        )
    return notes


def read_info(root: Path, name: str = "cohort.yaml") -> tuple[CohortInfo | None, list[Problem]]:
    """Read a cohort's metadata and list what is wrong with them."""
    try:
        content = load_foreign_yaml((root / name).read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            return None, [Problem(name, None, None, "is not a list of `key: value` lines")]
        info = CohortInfo.model_validate(content)
        faults = (*faults_of_keys(info.model_extra or {}), *mistyped_terms(info))
        return info, [Problem(name, None, *fault) for fault in faults]
    except FileNotFoundError:
        return None, [Problem(name, None, None, "is missing")]
    except pydantic.ValidationError as error:
        return None, [
            Problem(name, None, ".".join(map(str, one["loc"])), one["msg"])
            for one in error.errors()
        ]
    except (OSError, ValueError, yaml.YAMLError) as error:  # YAML's dates raise bare ValueErrors
        return None, [Problem(name, None, None, f"cannot be read: {error}")]


def read_table(
    root: Path, name: str, columns: tuple[str, ...]
) -> tuple[pd.DataFrame | None, list[Problem]]:
    """Read a CSV file in UTF-8 as strings and list what is wrong with its form.

    Args:
        root: Folder.
        name: File in it.
        columns: These must be there; others may be.
    """
    try:
        text = (root / name).read_bytes().decode("utf-8-sig")  # line ends in fields stay
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except FileNotFoundError:
        return None, [Problem(name, None, None, "is missing")]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return None, [Problem(name, None, None, f"is no CSV file in UTF-8: {error}")]
    while lines and not lines[-1]:  # blank lines at the end do no harm
        lines.pop()
    header, *rows = lines or [[]]
    problems = [
        Problem(name, 1, column, "this column is missing")
        for column in columns
        if column not in header
    ]
    problems += [
        Problem(name, 1, column, "this column stands more than once")
        for column in sorted(set(header))
        if header.count(column) > 1
    ]
    problems += [
        Problem(name, row, None, f"has {len(fields)} fields, not {len(header)} as the header")
        for row, fields in enumerate(rows, start=2)
        if len(fields) != len(header)
    ]
    if not rows:
        problems.append(Problem(name, None, None, "has no rows"))
    return (None if problems else pd.DataFrame(rows, columns=header, dtype=str)), problems


def _check_table(table: pd.DataFrame, schema: pa.DataFrameSchema, name: str) -> list[Problem]:
    from pandera.errors import SchemaErrors

    try:
        schema.validate(table, lazy=True)
    except SchemaErrors as error:
        return [
            Problem(
                name,
                None if pd.isna(case["index"]) else int(case["index"]) + 2,
                str(case["column"]),
                f"{case['failure_case']!r} {_reason(str(case['check']))}",
            )
            for case in error.failure_cases.to_dict("records")
        ]
    return []


def _reason(check: str) -> str:
    return "stands more than once" if check == "field_uniqueness" else check


def _check_links(
    images: pd.DataFrame, conditions: pd.DataFrame | None, *, pool: bool
) -> Iterator[Problem]:
    """Check what rows say of each other: conditions, patients and originals."""
    known_conditions = None if conditions is None else set(conditions["condition"])
    image_ids = set(images["image_id"])
    of_patient: dict[tuple[str, str], tuple[str, int]] = {}
    for row, image in enumerate(images.to_dict("records"), start=2):
        if known_conditions is not None and image["condition"] not in known_conditions:
            yield Problem(
                "images.csv", row, "condition", f"{image['condition']!r} is not in conditions.csv"
            )
        originals = list(filter(None, image["synthetic_of"].split("|")))
        if pool and not originals:
            reason = "is empty: a pool holds synthetic images alone"
            yield Problem("images.csv", row, "synthetic_of", reason)
        for original in originals:
            if (original in image_ids) == pool or original == image["image_id"]:
                reason = (
                    f"{original!r} is {'an image of this pool' if pool else 'no other image here'}"
                )
                yield Problem("images.csv", row, "synthetic_of", reason)
        for column in ("condition", "sex"):
            value, first = of_patient.setdefault(
                (image["patient_id"], column), (image[column], row)
            )
            if value != image[column]:
                yield Problem(
                    "images.csv",
                    row,
                    column,
                    f"patient {image['patient_id']!r} has {image[column]!r} here "
                    f"but {value!r} in row {first}",
                )
        if image["country"]:
            try:
                country_name(image["country"])
            except ValueError as error:
                yield Problem("images.csv", row, "country", str(error))


def _check_pictures(root: Path, images: pd.DataFrame) -> list[Problem]:
    def check(row: int, file: str, sha256: str) -> Problem | None:
        def problem(reason: str) -> Problem:
            return Problem("images.csv", row, "file", reason)

        path = root / file
        if not file or Path(file).is_absolute() or not _inside(root, path):
            return problem(f"{file!r} leaves the cohort folder or is empty")
        if path.exists() and not path.is_file():
            return problem(f"{file!r} is no file")
        try:
            data = path.read_bytes()
        except OSError as error:
            return problem(f"{file!r} cannot be read: {error.strerror}")
        if sha256_bytes(data) != sha256:
            return Problem(
                "images.csv",
                row,
                "sha256",
                f"{file!r} has another hash, {sha256_bytes(data)}: the picture was altered or "
                "exchanged",
            )
        try:
            decode_image(data, repr(file))
        except ImageError as error:
            return problem(error.message)
        return None

    rows = zip(range(2, len(images) + 2), images["file"], images["sha256"], strict=True)
    with ThreadPoolExecutor() as pool:  # decoding frees the interpreter lock
        return [found for found in pool.map(lambda row: check(*row), rows) if found]


def _inside(root: Path, path: Path) -> bool:
    """Follow every link before judging."""
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):  # a loop of links, a NUL byte
        return False
