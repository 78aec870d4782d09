"""Write a cohort folder around pictures that lie there already."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import yaml

from rdface.cohort.check import find_problems
from rdface.cohort.cohort import Cohort, CohortInfo
from rdface.cohort.read import refusal
from rdface.cohort.schema import CONDITION_COLUMNS, IMAGE_COLUMNS
from rdface.errors import CohortError
from rdface.files import sha256_file, write_text


def write_cohort(
    root: Path,
    info: CohortInfo,
    images: pd.DataFrame,
    conditions: pd.DataFrame,
    *,
    opened: bool = False,
) -> Cohort:
    """Check both tables and the pictures, then write the tables and ``cohort.yaml``.

    Args:
        root: Folder in which the pictures lie, at the paths of column ``file``.
        info: Metadata.
        images: One row an image, all values strings. ``sha256`` is taken from the files;
            standard columns that are missing are written empty; other columns are kept.
        conditions: One row a condition; likewise.
        opened: The caller has opened every picture and laid it below ``root`` himself; the
            pictures are hashed then, and not opened once more.

    Raises:
        CohortError: A picture is missing, or this would be no sound cohort; nothing is written.
    """
    images = _complete(images, IMAGE_COLUMNS)
    try:
        images["sha256"] = [sha256_file(root / file) for file in images["file"]]
    except OSError as error:
        raise CohortError(f"{error.filename} cannot be read: {error.strerror}.") from error
    conditions = _complete(conditions, CONDITION_COLUMNS)
    problems = find_problems(root, images, conditions, opened=opened, pool=info.is_pool)
    if problems:
        raise refusal(root, problems)
    write_files(root, info, images, conditions)
    return Cohort(root, info, images, conditions)


def write_files(
    root: Path, info: CohortInfo, images: pd.DataFrame, conditions: pd.DataFrame
) -> None:
    """Write ``cohort.yaml`` and both tables as they are, unchecked."""
    content = yaml.safe_dump(info.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
    write_text(root / "cohort.yaml", content)
    write_text(root / "conditions.csv", csv_text(conditions))
    write_text(root / "images.csv", csv_text(images))


def csv_text(table: pd.DataFrame, separator: str = ",") -> str:
    """A table of strings as the text of a CSV file that reads back as it was.

    Python's writer leaves a carriage return without quotes where lines end in a line feed, and
    its reader then ends the line there; a table that has one has all its fields in quotes.
    """
    text = table.to_csv(index=False, lineterminator="\n", sep=separator)
    if "\r" in text:
        text = table.to_csv(index=False, lineterminator="\n", sep=separator, quoting=csv.QUOTE_ALL)
    return text


def _complete(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Standard columns first, in order; then the others in theirs."""
    others = [column for column in table.columns if column not in columns]
    completed = table.reindex(columns=[*columns, *others], fill_value="")
    return completed.fillna("").astype(str).reset_index(drop=True)
