"""Export as Croissant 1.1: pictures and tables with a document that machines read.

Akhtar et al., "Croissant: A Metadata Format for ML-Ready Datasets", NeurIPS Datasets and
Benchmarks (2024).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rdface.cohort.adapters.adapter import EXPORTERS, Exported
from rdface.cohort.adapters.croissant_document import (
    CONDITIONS,
    IMAGES,
    PICTURES,
    TABLES,
    croissant_document,
)
from rdface.cohort.adapters.croissant_words import gaps
from rdface.cohort.adapters.exporting import pictures_of
from rdface.cohort.adapters.folder import new_folder
from rdface.cohort.adapters.picture_names import key_of
from rdface.cohort.adapters.tables import FOLDER, write_tables
from rdface.cohort.cohort import Cohort
from rdface.files import sha256_file, write_json

if TYPE_CHECKING:
    import pandas as pd

DOCUMENT = "croissant.json"
PICTURE = "picture_file"
"""Column of the images' Parquet: name of the picture's file."""


@EXPORTERS.register("croissant")
def export_croissant(cohort: Cohort, out: Path) -> Exported:
    """Croissant 1.1 with the RAI vocabulary: croissant.json, pictures/<image id>.jpg, tables.

    ``croissant/*.parquet`` hold what the record sets read: mlcroissant guesses types in CSV files.
    Every file has its SHA-256 in the document, every picture its own in its record.

    Args:
        cohort: It is only read.
        out: New folder.

    Raises:
        UsageError: ``out`` is in use.
    """
    names = []
    with new_folder(out, outside=cohort.root) as part:
        (part / PICTURES).mkdir()
        for picture in pictures_of(cohort):
            names.append(f"{key_of(picture.row['image_id'], dots=False)}.{picture.suffix}")
            (part / PICTURES / names[-1]).write_bytes(picture.data)
        write_tables(cohort, part)
        column = PICTURE
        while column in cohort.images.columns:
            column += "_"
        (part / "croissant").mkdir()
        _write_parquet(part / TABLES[IMAGES], cohort.images.assign(**{column: names}))
        _write_parquet(part / TABLES[CONDITIONS], cohort.conditions)
        ours = [f"{FOLDER}/{name}" for name in ("cohort.yaml", "conditions.csv", "images.csv")]
        files = {
            name: (sha256_file(part / name), (part / name).stat().st_size)
            for name in (*TABLES.values(), *ours)
        }
        suffixes = {name.rpartition(".")[2] for name in names}
        write_json(part / DOCUMENT, croissant_document(cohort, files, suffixes, column))
    said_nothing = f"Nobody has said, so the document does not either: {', '.join(gaps(cohort))}."
    return Exported(out, len(cohort), (said_nothing,))


def _write_parquet(path: Path, table: pd.DataFrame) -> None:
    """Text columns only: no index, no types of pandas."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = [pa.array(list(table[name]), type=pa.string()) for name in table.columns]
    pq.write_table(pa.table(columns, names=list(map(str, table.columns))), path)
