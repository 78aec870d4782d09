"""The layout of GestaltMatcherDB (GMDB), as public code reads it.

Lesmann et al., "GestaltMatcher Database: a global reference for facial phenotypic variability in
rare human diseases", medRxiv 2023.06.06.23290887. The data are given on application, so the files
themselves were never seen. What is read here was seen in code that reads them:

- igsb/GestaltMatcher-Arc: ``<version>/gmdb_images``, ``gmdb_crops``, ``gmdb_metadata`` (README);
  ``image_metadata_<version>.tsv``, tabs, with image_id, patient_id, gender, internal_syndrome_id,
  age_year, age_month, ethnicity_category, ethnicity_sub_category; ``image_type`` "Frontal face",
  gene_names, patient_name (lib/cohort_analysis/data_loading.py); ``gmdb_frequent_gallery_images_``,
  ``gmdb_frequent_test_images_``, ``gmdb_train_images_``, ``gmdb_val_images_<version>.csv`` with
  image_id, subject, label; ``gmdb_rare_gallery_images_``, ``gmdb_rare_test_images_`` with split
  also; pictures called ``<image_id>.jpg``, ``_aligned.jpg`` and ``_crop_square.jpg``.
- la60312/pubcasefinder_GM: omim, internal_syndrome_name, and present_features joined by ";".
- Code of others on GMDB's tables: gene_entrez_ids, hgvs, hpo_terms, absent_features, age_note,
  test_type, disorder_names, omim_ids, and a derived ``gmdb_metadata.csv`` with commas.

The folder ``gmdb_align`` is that of such derived sets and of older versions.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rdface.cohort.adapters.faults import closed_pictures
from rdface.cohort.check import Problem
from rdface.imaging import OPENED_SUFFIXES

METADATA = "gmdb_metadata"
IMAGES = "gmdb_images"
TABLE = "image_metadata_*.tsv"
DERIVED = "gmdb_metadata.csv"
PLACES = ((IMAGES, ""), ("gmdb_align", "_aligned"), ("gmdb_crops", "_crop_square"))
"""Folder of pictures, and what stands between the image id and the suffix; the first that is there
is read."""
SPLITS = {
    "frequent-gallery": "gmdb_frequent_gallery_images",
    "frequent-test": "gmdb_frequent_test_images",
    "rare-gallery": "gmdb_rare_gallery_images",
    "rare-test": "gmdb_rare_test_images",
    "train": "gmdb_train_images",
    "val": "gmdb_val_images",
}
"""Word in the column ``gmdb_splits`` -> start of the file's name."""
SPLIT_COLUMN = "gmdb_splits"
IDENTITY = ("patient_name",)
"""Columns that name people; they are never taken over."""

Row = dict[str, str]


@dataclass
class Database:
    """A folder in the layout.

    Attributes:
        rows: One an image: of the table, or of the splits where there is none.
        splits: Image id -> words of its splits, ``rare-test:3`` where the split has a number.
        pictures: Image id -> its picture.
        problems: What is wrong.
    """

    rows: list[Row]
    splits: dict[str, list[str]]
    pictures: dict[str, Path]
    problems: list[Problem]


def read_database(source: Path) -> Database:
    """Read the tables and look for the pictures; all faults are collected.

    Args:
        source: The folder of a version, which holds ``gmdb_metadata``.
    """
    folder = source / METADATA if (source / METADATA).is_dir() else source
    problems: list[Problem] = []
    tables = [*sorted(folder.glob(TABLE)), *sorted(folder.glob(DERIVED))]
    rows: list[Row] = []
    if tables:
        rows, problems = read_rows(tables[0], ("image_id",))
    listed, splits, found = _splits(folder)
    problems += found
    if not tables:
        rows = listed
    if not rows and not problems:
        reason = f"holds neither {METADATA}/{TABLE} nor gmdb_*_images_*.csv"
        problems.append(Problem(str(source), None, None, reason))
    problems += _twice(rows, tables[0].name if tables else METADATA)
    pictures, found = _pictures(source)
    return Database(rows, splits, pictures, problems + found)


def read_rows(path: Path, needed: tuple[str, ...]) -> tuple[list[Row], list[Problem]]:
    """Rows of a table with tabs (.tsv) or commas, all values stripped strings."""
    delimiter = "\t" if path.suffix == ".tsv" else ","
    try:
        text = path.read_bytes().decode("utf-8-sig")
        lines = [
            line for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if line
        ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return [], [Problem(path.name, None, None, f"cannot be read: {error}")]
    header, *body = lines or [[]]
    problems = [
        Problem(path.name, 1, column, "this column is missing")
        for column in needed
        if column not in header
    ]
    problems += [
        Problem(path.name, number, None, f"has {len(line)} fields, not {len(header)}")
        for number, line in enumerate(body, start=2)
        if len(line) != len(header)
    ]
    if problems:
        return [], problems
    rows = [dict(zip(header, map(str.strip, line), strict=True)) for line in body]
    return [_whole(row) for row in rows], []


def _whole(row: Row) -> Row:
    """Ids that a spreadsheet made 17.0 of; gaps as pandas writes them."""
    for key, value in row.items():
        if value.lower() in ("nan", "none", "null", "<na>"):
            row[key] = ""
        elif re.fullmatch(r"[0-9]+\.0", value):
            row[key] = value[:-2]
    return row


def _splits(folder: Path) -> tuple[list[Row], dict[str, list[str]], list[Problem]]:
    rows: dict[str, Row] = {}
    words: dict[str, list[str]] = {}
    problems: list[Problem] = []
    for word, stem in SPLITS.items():
        for path in sorted(folder.glob(f"{stem}_*.csv")):
            read, found = read_rows(path, ("image_id", "label"))
            problems += found
            for row in read:
                number = row.pop("split", "")
                name = row["image_id"]
                words.setdefault(name, []).append(f"{word}:{number}" if number else word)
                rows.setdefault(name, row)
    return list(rows.values()), words, problems


def _twice(rows: list[Row], name: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for number, row in enumerate(rows, start=2):
        if first.setdefault(row["image_id"], number) != number:
            reason = f"{row['image_id']!r} stands in row {first[row['image_id']]} too"
            yield Problem(name, number, "image_id", reason)


def _pictures(source: Path) -> tuple[dict[str, Path], list[Problem]]:
    for folder, middle in PLACES:
        root = source / folder
        if root.is_dir():
            found = {
                path.stem.removesuffix(middle): path
                for path in sorted(root.iterdir())
                if path.suffix.lower() in OPENED_SUFFIXES
                and path.stem.endswith(middle)
                and path.resolve().is_relative_to(root.resolve())
            }
            return found, closed_pictures(root.iterdir(), source)
    return {}, []
