"""Import RDFace's real images from the published layout."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from rdface.cohort.adapters.adapter import IMPORTERS, Imported
from rdface.cohort.adapters.facial_terms import Terms, shipped_terms
from rdface.cohort.adapters.faults import refuse, table
from rdface.cohort.adapters.folder import check_new, copy_files, new_folder
from rdface.cohort.adapters.foreign import NOT_KNOWN
from rdface.cohort.adapters.rdface_layout import (
    ABOUT,
    PATIENT_COLUMNS,
    PICTURES,
    Row,
    image_id,
    read_layout,
)
from rdface.cohort.check import Problem, read_info
from rdface.cohort.cohort import CohortInfo
from rdface.cohort.write import write_cohort

INFO = CohortInfo(
    name="rdface-real",
    version="arXiv-2604.03454",
    title="RDFace: photographs of children with rare genetic conditions (real images)",
    licence="controlled access by research ID: ethics approval required; no redistribution; no"
    " re-identification",
    data_use=("DUO:0000021", "DUO:0000026"),
    ethics=("HSREB of Western University 2023-122744-77394, as the authors of RDFace state",),
    sources=(
        "RDFace (arXiv 2604.03454), real images under controlled access; collected from published"
        " literature and foundation websites",
    ),
)
"""DUO:0000021 is "ethics approval required", DUO:0000026 "approved users only"."""

NO_PATIENTS = (
    "The published table names no patients, so each image counts as a patient of its own, and no"
    " protocol, `strict` included, can keep two photographs of one child together. Whoever knows"
    " the patients gives them with --patients FILE.csv (image_name,patient_id)."
)
_ORPHANET = re.compile(r"(?:orpha(?:net)?[:_ ]?)?([0-9]+)(?:\.0)?", re.IGNORECASE)


@IMPORTERS.register("rdface-real")
def import_rdface_real(source: Path, out: Path, *, patients: Path | None = None) -> Imported:
    """RDFace, real images: data/rd_images/<abbr>/<image>, data/disease_images.csv.

    Images keep the order of the table, which decides the split of protocol `paper`, and are copied
    byte for byte; their ids are the file names without suffix. A condition's id is its
    abbreviation. `sub_category`, `gene_name` and `orphanet_code` are kept with each image as they
    are written; `facial_hpo` comes from the conditions of the shipped `sim103`
    (:func:`~rdface.cohort.adapters.facial_terms.shipped_terms`).

    Args:
        source: The folder that holds ``data``, or ``data`` itself.
        out: Folder of the new cohort.
        patients: CSV file with the columns ``image_name`` and ``patient_id`` for every image;
            without it, each image is a patient of its own.

    Raises:
        UsageError: ``out`` is in use.
        CohortError: Faults; all are named.
    """
    check_new(out)
    layout = read_layout(source)
    check_new(out, outside=layout.data / PICTURES)
    problems = list(layout.problems)
    patient_of = {row["image_name"]: image_id(row) for row in layout.rows}
    if patients is not None and layout.rows:
        patient_of, found = _read_patients(patients, layout.rows)
        problems += found
    info, found = _info(layout.data.parent)
    problems += found
    refuse(source, problems)
    conditions, unusual, terms = _conditions(layout.rows)
    if terms.used:
        info = info.model_copy(update={"hpo_release": info.hpo_release or terms.release})
    notes = [*unusual, *terms.notes]
    if patients is None:
        notes.insert(0, NO_PATIENTS)
    info = _with_patients(info, known=patients is not None)
    images = _images(layout.rows, patient_of, info)
    with new_folder(out, outside=layout.data / PICTURES) as part:
        origins = [layout.picture(row) for row in layout.rows]
        copy_files(dict(zip(images["file"], origins, strict=True)), part, "copying pictures")
        cohort = write_cohort(part, info, images, conditions, opened=True)
    return Imported(dataclasses.replace(cohort, root=out), tuple(notes))


def _images(rows: list[Row], patient_of: dict[str, str], info: CohortInfo) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "image_id": image_id(row),
                "file": f"images/{row['disease_abbr']}/{row['image_name']}",
                "patient_id": patient_of[row["image_name"]],
                "condition": row["disease_abbr"],
                "source": "RDFace, real images" if info.name == INFO.name else info.name,
                "sub_category": row["sub_category"],
                "gene_name": row["gene_name"],
                "orphanet_code": row["orphanet_code"],
            }
            for row in rows
        ],
        dtype=str,
    )


def _conditions(rows: list[Row]) -> tuple[pd.DataFrame, list[str], Terms]:
    """The conditions as they first appear, which is how the notebooks number them."""
    of_condition: dict[str, list[Row]] = {}
    for row in rows:
        of_condition.setdefault(row["disease_abbr"], []).append(row)
    listed, notes = [], []
    for abbreviation, its_rows in of_condition.items():
        codes = {_orphanet(row["orphanet_code"]) for row in its_rows} - {""}
        if "?" in codes or len(codes) > 1:
            written = sorted({row["orphanet_code"] for row in its_rows})
            notes.append(
                f"{abbreviation}: orpha_code is left empty, for the table says {written};"
                " what it says is kept with each image."
            )
        genes = dict.fromkeys(
            gene for row in its_rows for gene in re.split(r"[;,|/\s]+", row["gene_name"]) if gene
        )
        listed.append(
            {
                "condition": abbreviation,
                "name": its_rows[0]["disease_name"],
                "orpha_code": f"ORPHA:{codes.pop()}"
                if len(codes) == 1 and "?" not in codes
                else "",
                "genes": ";".join(genes),
            }
        )
    terms = shipped_terms({c["condition"]: c["orpha_code"] for c in listed})
    conditions = pd.DataFrame(listed, dtype=str)
    return conditions.assign(facial_hpo=conditions["condition"].map(terms.of)), notes, terms


def _orphanet(written: str) -> str:
    """The number; empty where nothing is known; ``?`` for anything else."""
    if written.strip().lower() in ("", "-", "na", "n/a", "nan", "none", "unknown"):
        return ""
    match = _ORPHANET.fullmatch(written.strip())
    return str(int(match[1])) if match else "?"


def _info(folder: Path) -> tuple[CohortInfo, list[Problem]]:
    """What stands beside ``data``, if rdface exported it, else what is known of RDFace."""
    if not (folder / ABOUT).is_file():
        return INFO, []
    info, problems = read_info(folder, ABOUT)
    return info or INFO, problems


def _with_patients(info: CohortInfo, *, known: bool) -> CohortInfo:
    """Say under the key ``patients`` that they are not known, or no longer say so."""
    content = {key: value for key, value in info.model_dump().items() if key != "patients"}
    return CohortInfo.model_validate(content if known else content | {"patients": NOT_KNOWN})


def _read_patients(file: Path, rows: list[Row]) -> tuple[dict[str, str], list[Problem]]:
    read, problems = table(file, PATIENT_COLUMNS)
    if read is None:
        return {}, problems
    patient_of: dict[str, str] = {}
    condition_of = {row["image_name"]: row["disease_abbr"] for row in rows}
    problems += _faults_of_patients(file.name, read, condition_of, patient_of)
    return patient_of, problems


def _faults_of_patients(
    file: str, read: list[Row], condition_of: dict[str, str], patient_of: dict[str, str]
) -> Iterator[Problem]:
    """Fill ``patient_of``; yield what is wrong on the way."""
    condition_of_patient: dict[str, str] = {}
    for number, row in enumerate(read, start=2):
        name, patient = row["image_name"], row["patient_id"]
        if name not in condition_of:
            yield Problem(file, number, "image_name", f"{name!r} is no image of the table")
            continue
        if not patient.strip() or patient != patient.strip():
            reason = f"{patient!r} is empty, or begins or ends with a blank"
            yield Problem(file, number, "patient_id", reason)
        if patient_of.setdefault(name, patient) != patient:
            reason = f"{name!r} is {patient_of[name]!r} in another row"
            yield Problem(file, number, "patient_id", reason)
        condition = condition_of[name]
        if condition_of_patient.setdefault(patient, condition) != condition:
            reason = f"{patient!r} has two conditions: {condition_of_patient[patient]}, {condition}"
            yield Problem(file, number, "patient_id", reason)
    for name in condition_of:
        if name not in patient_of:
            yield Problem(file, None, "image_name", f"{name!r} has no row")
