"""Export as Hugging Face ``imagefolder``: pictures beside a ``metadata.csv``."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from rdface.cohort.adapters.adapter import EXPORTERS, Exported
from rdface.cohort.adapters.dataset_card import CARD, dataset_card
from rdface.cohort.adapters.exporting import pictures_of
from rdface.cohort.adapters.folder import new_folder
from rdface.cohort.adapters.picture_names import key_of
from rdface.cohort.adapters.tables import write_tables
from rdface.cohort.cohort import Cohort
from rdface.cohort.write import csv_text
from rdface.files import write_text

DATA = "data"
METADATA = "metadata.csv"
FILE, LABEL = "file_name", "label"
PICTURES = "images"

_RESERVED = (FILE, LABEL, "image", "file_names")
_OURS = "cohort_"
"""Stands before a column of the cohort that the format reads in a way of its own."""


@EXPORTERS.register("imagefolder")
def export_imagefolder(cohort: Cohort, out: Path) -> Exported:
    """Hugging Face imagefolder: data/images/<image id>.jpg, data/metadata.csv, README.md.

    ``datasets.load_dataset(FOLDER)`` reads it without a network: ``image``, ``label`` (the
    condition) and every column of images.csv as text, with those of its condition.

    Args:
        cohort: It is only read.
        out: New folder.

    Raises:
        UsageError: ``out`` is in use.
    """
    rows = []
    with new_folder(out, outside=cohort.root) as part:
        (part / DATA / PICTURES).mkdir(parents=True)
        for picture in pictures_of(cohort):
            name = f"{key_of(picture.row['image_id'], dots=False)}.{picture.suffix}"
            (part / DATA / PICTURES / name).write_bytes(picture.data)
            rows.append(
                {FILE: f"{PICTURES}/{name}", LABEL: picture.row["condition"]}
                | {column_name(column): value for column, value in picture.told.items()}
            )
        table = pd.DataFrame(rows, dtype=str)
        write_text(part / DATA / METADATA, csv_text(table))
        features = [{"name": "image", "dtype": "image"}]
        features += [{"name": str(name), "dtype": "string"} for name in table.columns[1:]]
        write_text(part / CARD, dataset_card(cohort, f"{DATA}/**", features))
        write_tables(cohort, part)
    return Exported(out, len(cohort))


def column_name(column: str) -> str:
    """A column of the cohort under a name that ``imagefolder`` leaves alone."""
    reserved = column in _RESERVED or column.endswith(("_file_name", "_file_names"))
    return f"{_OURS}{column}" if reserved or column.startswith(_OURS) else column
