"""Export in the layout of GestaltMatcherDB, for the authors' own code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import pandas as pd

from rdface.cohort.adapters.adapter import EXPORTERS, Exported
from rdface.cohort.adapters.exporting import Picture, pictures_of
from rdface.cohort.adapters.folder import new_folder
from rdface.cohort.adapters.foreign import slug
from rdface.cohort.adapters.gestaltmatcher_layout import IMAGES, METADATA, SPLIT_COLUMN, SPLITS
from rdface.cohort.adapters.tables import FOLDER, write_tables
from rdface.cohort.cohort import Cohort
from rdface.cohort.write import csv_text
from rdface.files import write_text

IDS = "gmdb_ids.csv"
"""In ``rdface/``: image_id and the number that it has in the layout."""

COLUMNS: Final = (
    "image_id",
    "patient_id",
    "internal_syndrome_id",
    "internal_syndrome_name",
    "omim",
    "gene_names",
    "gender",
    "age_year",
    "age_month",
    "ethnicity_category",
    "ethnicity_sub_category",
    "present_features",
)


@EXPORTERS.register("gestaltmatcher")
def export_gestaltmatcher(cohort: Cohort, out: Path) -> Exported:
    """GestaltMatcherDB: gmdb_metadata/image_metadata_v<version>.tsv, gmdb_images/<number>.jpg.

    The authors' code wants numbers for images, patients and syndromes: ids that are numbers stay,
    others are counted from 1 in the cohort's order; rdface/gmdb_ids.csv says which is which. Files
    of splits are written where the cohort came from GMDB and has them.

    Args:
        cohort: It is only read.
        out: New folder.

    Raises:
        UsageError: ``out`` is in use.
    """
    images = numbers(cohort.images["image_id"])
    patients = numbers(cohort.images["patient_id"])
    syndromes = numbers(cohort.conditions["condition"])
    version = f"v{slug(cohort.info.version).removeprefix('v')}"
    rows, others = [], 0
    with new_folder(out, outside=cohort.root) as part:
        (part / IMAGES).mkdir()
        for picture in pictures_of(cohort):
            number = images[picture.row["image_id"]]
            others += picture.suffix != "jpg"
            (part / IMAGES / f"{number}.{picture.suffix}").write_bytes(picture.data)
            rows.append(_row(picture, number, patients, syndromes))
        table = _table(COLUMNS, rows, "\t")
        write_text(part / METADATA / f"image_metadata_{version}.tsv", table)
        splits = _splits(cohort, rows)
        for word, listed in splits.items():
            columns = ["image_id", "subject", "label"] + ["split"] * word.startswith("rare")
            path = part / METADATA / f"{SPLITS[word]}_{version}.csv"
            write_text(path, _table(columns, listed, ","))
        write_tables(cohort, part)
        ids = [{"image_id": one, "gmdb_image_id": number} for one, number in images.items()]
        write_text(part / FOLDER / IDS, _table(("image_id", "gmdb_image_id"), ids, ","))
    notes = []
    if others:
        notes.append(f"{others} picture(s) are no JPEG files; the authors' code looks for .jpg.")
    if not splits:
        notes.append("No files of splits: the cohort has none, and splits belong to a protocol.")
    return Exported(out, len(cohort), tuple(notes))


def numbers(ids: Iterable[str]) -> dict[str, str]:
    """A number for each id: the id (without ``GMDB-``) where all are numbers, else counted."""
    listed = list(dict.fromkeys(ids))
    bare = {one: one.removeprefix("GMDB-") for one in listed}
    if all(re.fullmatch(r"0|[1-9][0-9]{0,17}", number) for number in bare.values()):
        return bare
    return {one: str(number) for number, one in enumerate(listed, start=1)}


def _row(
    picture: Picture, number: str, patients: Mapping[str, str], syndromes: Mapping[str, str]
) -> dict[str, str]:
    told = picture.told
    age = re.fullmatch(r"P(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:[0-9]+W)?(?:[0-9]+D)?", told["age"])
    return {
        "image_id": number,
        "patient_id": patients[told["patient_id"]],
        "internal_syndrome_id": syndromes[told["condition"]],
        "internal_syndrome_name": told["condition_name"],
        "omim": told["omim_id"].removeprefix("OMIM:"),
        "gene_names": told["gene_names"] if "gene_names" in told else told["genes"],
        "gender": told["sex"],
        "age_year": (age[1] or ("0" if age[2] else "")) if age else "",
        "age_month": (age[2] or ("0" if age[1] else "")) if age else "",
        "ethnicity_category": told.get("ethnicity_category", ""),
        "ethnicity_sub_category": told.get("ethnicity_sub_category", told["ancestry"]),
        "present_features": told["hpo_terms"].replace("|", ";"),
        SPLIT_COLUMN: told.get(SPLIT_COLUMN, ""),
    }


def _splits(cohort: Cohort, rows: Sequence[Mapping[str, str]]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    if SPLIT_COLUMN not in cohort.images.columns:
        return found
    for row in rows:
        for text in filter(None, row[SPLIT_COLUMN].split("|")):
            word, _, split = text.partition(":")
            if word in SPLITS:
                found.setdefault(word, []).append(
                    {
                        "image_id": row["image_id"],
                        "subject": row["patient_id"],
                        "label": row["internal_syndrome_id"],
                        "split": split,
                    }
                )
    return found


def _table(columns: Sequence[str], rows: Iterable[Mapping[str, str]], delimiter: str) -> str:
    return csv_text(pd.DataFrame(list(rows), columns=list(columns), dtype=str), delimiter)
