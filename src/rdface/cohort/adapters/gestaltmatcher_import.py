"""Import a version of GestaltMatcherDB by those who were given it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rdface.cohort.adapters.adapter import IMPORTERS, Imported
from rdface.cohort.adapters.faults import need_folder, refuse, table
from rdface.cohort.adapters.folder import check_new
from rdface.cohort.adapters.foreign import foreign_info, foreign_tables, slug, slugs
from rdface.cohort.adapters.gestaltmatcher import IDS
from rdface.cohort.adapters.gestaltmatcher_layout import (
    IDENTITY,
    PLACES,
    SPLIT_COLUMN,
    Database,
    Row,
    read_database,
)
from rdface.cohort.adapters.rebuilding import pictures_at, rebuild
from rdface.cohort.adapters.tables import FOLDER, read_tables
from rdface.cohort.check import Problem

TERMS: dict[str, object] = {
    "licence": "controlled access on application: https://db.gestaltmatcher.org/documents",
    "data_use": ("DUO:0000026",),
    "sources": ("GestaltMatcher Database (GMDB), medRxiv 2023.06.06.23290887",),
}
"""What is publicly said of access; DUO:0000026 is "approved users only". Your own agreement says
more: give it with ``about``."""

_PERSON = {"male": "male", "m": "male", "female": "female", "f": "female"}
_HPO = re.compile(r"HP:[0-9]{7}")
_OMIM = re.compile(r"(?:OMIM:?)?\s*([0-9]{6})")
_NAMES = ("internal_syndrome_name", "syndrome_name", "disorder_names", "disorder_name")
_LABELS = ("internal_syndrome_id", "label", "syndrome_id", "disorder_id")
_OMIMS = ("omim", "omim_id", "omim_ids", "OMIM")
_FRONTAL = "Frontal face"


@IMPORTERS.register("gestaltmatcher")
def import_gestaltmatcher(
    source: Path, out: Path, *, missing: bool = False, about: Path | None = None
) -> Imported:
    """GestaltMatcherDB: gmdb_metadata/image_metadata_<version>.tsv and gmdb_images/<image_id>.jpg.

    Without that table the rows come from gmdb_*_images_*.csv; without gmdb_images, gmdb_align or
    gmdb_crops are read. The condition is the internal syndrome, which the authors' models are
    trained on. All columns are kept with the image but patient_name; splits go into gmdb_splits.

    Args:
        source: The folder of a version.
        out: Folder of the new cohort.
        missing: Leave out rows whose picture is not there, and count them.
        about: A cohort.yaml with the terms of your own agreement.

    Raises:
        UsageError: ``out`` is in use.
        CohortError: Faults; all are named.
    """
    check_new(out, outside=source)
    need_folder(source)
    tables, problems = read_tables(source)
    database = read_database(source)
    refuse(source, [*problems, *database.problems])
    if tables is not None:
        listed, problems = table(source / FOLDER / IDS, ("image_id", "gmdb_image_id"))
        refuse(source, problems)
        ours = {row["gmdb_image_id"]: row["image_id"] for row in listed or []}
        paths = {ours.get(name, name): path for name, path in database.pictures.items()}
        return Imported(rebuild(source, out, tables, pictures_at(paths, source)))
    rows, notes = _faces(database.rows)
    rows, faults, found = _with_pictures(rows, database, missing=missing)
    images, conditions, more = _tables(rows, database)
    info, wrong, said = foreign_info(source, about, TERMS, patients="patient_id" in images[0]
                                     if images else True)  # fmt: skip
    refuse(source, [*faults, *wrong, *_faults(images)])
    assert info is not None  # noqa: S101 - or there was a problem
    tables = foreign_tables(info, images, conditions)
    paths = {row["image_id"]: database.pictures[row["gmdb_image_id"]] for row in images}
    cohort = rebuild(source, out, tables, pictures_at(paths, source))
    return Imported(cohort, (*said, *notes, *found, *more))


def _faces(rows: list[Row]) -> tuple[list[Row], list[str]]:
    """Frontal faces; the database has radiographs and fundi too."""
    faces = [row for row in rows if row.get("image_type", "") in ("", _FRONTAL)]
    left = len(rows) - len(faces)
    notes = [f"{left} image(s) whose image_type is not {_FRONTAL!r} are left out."] * (left > 0)
    if any(row.get(name) for name in IDENTITY for row in rows):
        notes.append(f"{', '.join(IDENTITY)}: not taken over, it names people.")
    return faces, notes


def _with_pictures(
    rows: list[Row], database: Database, *, missing: bool
) -> tuple[list[Row], list[Problem], list[str]]:
    here = [row for row in rows if row["image_id"] in database.pictures]
    absent = [row["image_id"] for row in rows if row["image_id"] not in database.pictures]
    notes, problems = [], []
    if missing and absent:
        notes.append(f"{len(absent)} row(s) without a picture are left out.")
    else:
        places = " or ".join(f"{folder}/<image_id>{middle}.jpg" for folder, middle in PLACES)
        problems = [Problem(name, None, None, f"has no picture {places}") for name in absent]
    spare = len(database.pictures) - len(here)
    if spare:
        notes.append(f"{spare} picture(s) without a row of a face are left out.")
    return here, problems, notes


def _tables(
    rows: list[Row], database: Database
) -> tuple[list[dict[str, str]], list[dict[str, str]], list[str]]:
    ids = slugs(row["image_id"] for row in rows)
    of_condition: dict[str, list[Row]] = {}
    images = []
    zero = 0
    for row in rows:
        label = _first(row, _LABELS) or _first(row, _NAMES)
        of_condition.setdefault(label, []).append(row)
        age, unborn = _age(row)
        file = f"{ids[row['image_id']]}{database.pictures[row['image_id']].suffix.lower()}"
        zero += unborn
        patient = _first(row, ("patient_id", "subject"))
        kept = {k: v for k, v in row.items() if k not in (*IDENTITY, "hpo_terms", "subject")}
        if row.get("hpo_terms"):
            kept["gmdb_hpo_terms"] = row["hpo_terms"]
        image = kept | {
            "image_id": ids[row["image_id"]],
            "gmdb_image_id": row["image_id"],
            "file": f"images/{file}",
            "condition": f"GMDB-{slug(label)}" if label else "",
            "sex": _PERSON.get(row.get("gender", "").lower(), ""),
            "age": age,
            "ancestry": _first(row, ("ethnicity_sub_category", "ethnicity_category")),
            "source": "GestaltMatcherDB",
            "hpo_terms": "|".join(dict.fromkeys(_HPO.findall(
                row.get("present_features", "") or row.get("hpo_terms", "")))),
        }  # fmt: skip
        image["patient_id"] = patient or image["image_id"]
        if row["image_id"] in database.splits:
            image[SPLIT_COLUMN] = "|".join(database.splits[row["image_id"]])
        images.append(image)
    notes = []
    if zero:
        notes.append(
            f"{zero} image(s) have the age 0 years 0 months, which the authors' own code counts as"
            " unknown; age is left empty."
        )
    return images, [_condition(label, its) for label, its in of_condition.items()], notes


def _condition(label: str, rows: list[Row]) -> dict[str, str]:
    names = list(dict.fromkeys(filter(None, (_first(row, _NAMES) for row in rows))))
    omims = {match[1] for row in rows if (match := _OMIM.fullmatch(_first(row, _OMIMS)))}
    genes = dict.fromkeys(
        gene
        for row in rows
        for gene in re.split(r"[;,|\s\[\]'\"]+", row.get("gene_names", ""))
        if gene
    )
    return {
        "condition": f"GMDB-{slug(label)}",
        "name": names[0] if names else f"GMDB syndrome {label}",
        "omim_id": f"OMIM:{omims.pop()}" if len(omims) == 1 else "",
        "genes": ";".join(genes),
    }


def _first(row: Row, columns: tuple[str, ...]) -> str:
    return next((row[column] for column in columns if row.get(column)), "")


def _age(row: Row) -> tuple[str, bool]:
    """ISO 8601, and whether it was zero."""
    years, months = row.get("age_year", ""), row.get("age_month", "")
    if not all(re.fullmatch(r"[0-9]{0,3}", part) for part in (years, months)):
        return "", False
    if not (years or months):
        return "", False
    if not int(years or 0) and not int(months or 0):
        return "", True
    year = f"{int(years)}Y" if years and int(years) else ""
    month = f"{int(months)}M" if months and int(months) else ""
    return f"P{year}{month}", False


def _faults(images: list[dict[str, str]]) -> Iterator[Problem]:
    """Rows that say nothing, and persons with two syndromes or sexes."""
    first: dict[tuple[str, str], str] = {}
    for image in images:
        if not image["condition"]:
            yield Problem(image["gmdb_image_id"], None, _LABELS[0], "is empty")
        for column in ("condition", "sex"):
            value = first.setdefault((image["patient_id"], column), image[column])
            if value != image[column]:
                reason = f"patient {image['patient_id']!r} has {image[column]!r} and {value!r}"
                yield Problem(image["gmdb_image_id"], None, column, reason)
