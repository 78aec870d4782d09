"""Import GA4GH Phenopackets, version 2, whose pictures lie beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from rdface.cohort.adapters.adapter import IMPORTERS, Imported
from rdface.cohort.adapters.faults import need_folder, refuse
from rdface.cohort.adapters.folder import check_new
from rdface.cohort.adapters.foreign import foreign_info, foreign_tables, slug, slugs
from rdface.cohort.adapters.phenopacket_messages import parse_packet, protobuf
from rdface.cohort.adapters.phenopacket_reading import Patient, read_patient
from rdface.cohort.adapters.phenopackets import PICTURES
from rdface.cohort.adapters.picture_names import key_of
from rdface.cohort.adapters.rebuilding import pictures_at, rebuild
from rdface.cohort.adapters.tables import FOLDER, ORIGINALS, Tables, read_tables
from rdface.cohort.check import Problem
from rdface.cohort.cohort import CohortInfo

_LARGEST = 16 * 1024 * 1024


@IMPORTERS.register("phenopackets")
def import_phenopackets(
    source: Path, out: Path, *, pictures: Path | None = None, about: Path | None = None
) -> Imported:
    """GA4GH Phenopackets v2: .json files, a patient each, that name pictures under `files`.

    A condition's id is made of the disease's (OMIM-305400), its name is the label. A picture's age
    is the attribute ``age`` of its file; the age at the last encounter need not be that and goes
    into a column. What a cohort cannot hold is counted in the notes. A patient without a picture
    is left out, and counted.

    Args:
        source: The folder of the .json files.
        out: Folder of the new cohort.
        pictures: Folder that the paths of pictures are below; ``source`` by default.
        about: A cohort.yaml for packets that rdface did not write.

    Raises:
        UsageError: ``out`` is in use, or phenopackets is not installed.
        CohortError: Faults; all are named: files that are no packets, pictures that are missing,
            altered or outside, a patient without a disease, two packets of one patient.
    """
    check_new(out, outside=source)
    need_folder(source)
    protobuf()
    root = pictures if pictures is not None else source
    tables, problems = read_tables(source)
    if tables is not None or problems:
        refuse(source, problems)
        assert tables is not None  # noqa: S101 - or there was a problem
        refuse(source, _disagreements(source, tables))
        paths = {
            str(row["image_id"]): _own_picture(source, root, row)
            for row in tables.images.to_dict("records")
        }
        beside = source / FOLDER / ORIGINALS
        restored_from = beside if beside.is_dir() else root
        found = pictures_at(paths, source, root)
        return Imported(rebuild(source, out, tables, found, restored_from=restored_from))
    patients, problems = _read(source, root)
    info, faults, notes = foreign_info(source, about, {}, patients=True)
    problems += faults
    with_pictures = [one for one in patients if one.pictures]
    if not with_pictures and not problems:
        problems.append(Problem(str(source), None, None, "no packet names a picture that is here"))
    refuse(source, problems)
    assert info is not None  # noqa: S101 - or there was a problem
    tables, paths = _tables(info, with_pictures)
    notes += _notes(patients)
    return Imported(rebuild(source, out, tables, pictures_at(paths, root)), tuple(notes))


def _own_picture(source: Path, root: Path, row: Mapping[Any, str]) -> Path:
    """Beside the packets, or where the cohort has it."""
    stem = key_of(row["image_id"], dots=False)
    beside = [p for p in (source / PICTURES).glob(f"{stem}.*") if p.stem == stem]
    return beside[0] if beside else root / row["file"]


def _packets(source: Path) -> Iterator[tuple[str, object]]:
    """Name and packet of every .json file, or what is wrong with it."""
    for path in sorted(source.glob("*.json")):
        try:
            if path.stat().st_size > _LARGEST:
                yield path.name, Problem(path.name, None, None, f"has more than {_LARGEST:,} bytes")
                continue
            yield path.name, parse_packet(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            reason = f"is no phenopacket of version 2: {str(error)[:300]}"
            yield path.name, Problem(path.name, None, None, reason)


def _read(source: Path, root: Path) -> tuple[list[Patient], list[Problem]]:
    patients: list[Patient] = []
    problems: list[Problem] = []
    first: dict[str, str] = {}
    for name, packet in _packets(source):
        if isinstance(packet, Problem):
            problems.append(packet)
            continue
        patient = read_patient(packet, name, root)
        problems += patient.problems
        identifier = patient.row["patient_id"]
        if identifier and first.setdefault(identifier, name) != name:
            reason = f"{identifier!r} has another packet, {first[identifier]}"
            problems.append(Problem(name, None, "subject.id", reason))
        patients.append(patient)
    if not patients and not problems:
        problems.append(Problem(str(source), None, None, "holds no .json file"))
    return patients, problems


def _tables(info: CohortInfo, patients: list[Patient]) -> tuple[Tables, dict[str, Path]]:
    conditions = slugs(one.disease[0] for one in patients)
    names = {one.disease[0]: one.disease[1].strip() for one in reversed(patients)}
    listed = []
    for disease, condition in conditions.items():
        prefix = disease.partition(":")[0].upper()
        column = {"OMIM": "omim_id", "ORPHA": "orpha_code"}.get(prefix, "disease_id")
        listed.append({"condition": condition, "name": names[disease] or disease, column: disease})
    images: list[dict[str, str]] = []
    paths: dict[str, Path] = {}
    for patient in patients:
        for path, row in patient.pictures:
            stem = slug(row["image_id"] or f"{patient.row['patient_id']}-{path.stem}")
            image_id, number = stem, 1
            while image_id in paths:
                number += 1
                image_id = f"{stem}-{number}"
            paths[image_id] = path
            file = f"images/{image_id}{path.suffix.lower()}"
            condition = conditions[patient.disease[0]]
            images.append({**row, "image_id": image_id, "file": file, "condition": condition})
    return foreign_tables(info, images, listed), paths


def _notes(patients: list[Patient]) -> Iterator[str]:
    without = [one.where for one in patients if not one.pictures]
    if without:
        yield f"{len(without)} packet(s) name no picture that is here and are left out."
    counts = Counter(what for one in patients for what in dict.fromkeys(one.lost))
    for what, count in counts.items():
        yield f"A cohort cannot hold it ({count} packet(s)): {what}."


def _disagreements(source: Path, tables: Tables) -> Iterator[Problem]:
    """Packets of ours that somebody altered: persons, pictures and hashes must be the tables'."""
    images: pd.DataFrame = tables.images
    real = images[images["synthetic_of"] == ""]
    said = {str(p): g.set_index("image_id")["sha256"] for p, g in real.groupby("patient_id")}
    seen: dict[str, str] = {}
    for name, packet in _packets(source):
        if isinstance(packet, Problem):
            yield packet
            continue
        patient = str(packet.subject.id)  # type: ignore[attr-defined]
        if patient not in said:
            yield Problem(name, None, "subject.id", f"{patient!r} is no patient of rdface/")
            continue
        if seen.setdefault(patient, name) != name:
            reason = f"{patient!r} has another packet, {seen[patient]}"
            yield Problem(name, None, "subject.id", reason)
        told = {
            str(f.file_attributes["image_id"]): str(f.file_attributes["sha256"])
            for f in packet.files  # type: ignore[attr-defined]
        }
        if told != dict(said[patient]):
            yield Problem(name, None, "files", "names other pictures or hashes than rdface/ does")
    for patient in said.keys() - seen.keys():
        yield Problem(str(source), None, None, f"there is no packet of patient {patient!r}")
