"""What a phenopacket of anybody says of a patient and its pictures, as rows of a cohort."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from rdface.cohort.check import Problem
from rdface.cohort.schema import IMAGE_COLUMNS, age_in_years
from rdface.imaging import OPENED_SUFFIXES

if TYPE_CHECKING:
    from phenopackets import Phenopacket

_HPO = re.compile(r"HP:[0-9]{7}")
_SHA256 = re.compile(r"(?:sha-?256[:=]?)?\s*([0-9a-fA-F]{64})", re.IGNORECASE)
_CHECKSUMS = ("sha256", "checksum", "SHA256", "sha-256", "hash")
_OF_FORMAT = ("mediaType", "fileFormat", "description")


@dataclass
class Patient:
    """One packet.

    Attributes:
        where: Name of its file.
        disease: Identifier and label of the disease that counts, empty without.
        row: What all pictures of the patient share.
        pictures: Path and row of each.
        problems: What is wrong.
        lost: What a cohort cannot hold, in words; each is counted over all packets.
    """

    where: str
    disease: tuple[str, str] = ("", "")
    row: dict[str, str] = field(default_factory=dict)
    pictures: list[tuple[Path, dict[str, str]]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def read_patient(packet: Phenopacket, where: str, root: Path) -> Patient:
    """Read a packet.

    Args:
        packet: It is only read.
        where: Name of its file, for messages.
        root: Folder that relative paths of pictures are below, and that none may leave.
    """
    patient = Patient(where)
    identifier = str(packet.subject.id or packet.id).strip()
    if not identifier:
        patient.problems.append(Problem(where, None, "subject.id", "is empty"))
    patient.row = {"patient_id": identifier, **_sex(packet, patient), **_age(packet, patient)}
    patient.row |= _features(packet, patient) | _gene(packet, patient)
    _disease(packet, patient)
    for number, file in enumerate(packet.files):
        _file(file, f"files[{number}]", patient, root)
    for name in ("measurements", "biosamples", "medical_actions"):
        if len(getattr(packet, name)):
            patient.lost.append(name.replace("_", " "))
    return patient


def _sex(packet: Any, patient: Patient) -> dict[str, str]:  # noqa: ANN401 - protobuf
    pp_name = packet.subject.DESCRIPTOR.fields_by_name["sex"].enum_type.values_by_number
    name = pp_name[packet.subject.sex].name if packet.subject.sex in pp_name else "OTHER_SEX"
    if name == "OTHER_SEX":
        patient.lost.append("sex OTHER_SEX, kept in the column sex_recorded")
        return {"sex": "", "sex_recorded": name}
    return {"sex": {"FEMALE": "female", "MALE": "male"}.get(name, "")}


def _age(packet: Any, patient: Patient) -> dict[str, str]:  # noqa: ANN401 - protobuf
    """The age at the last encounter, which need not be that at a picture."""
    element = packet.subject.time_at_last_encounter
    kind = element.WhichOneof("element")
    text = ""
    if kind == "age":
        text = str(element.age.iso8601duration)
    elif kind == "age_range":
        ages = element.age_range
        text = f"{ages.start.iso8601duration}/{ages.end.iso8601duration}"
    elif kind == "gestational_age":
        born = element.gestational_age
        text = f"gestational P{born.weeks}W{born.days}D"
    elif kind == "ontology_class":
        text = f"{element.ontology_class.id} {element.ontology_class.label}"
    if kind in ("age_range", "gestational_age", "ontology_class"):
        patient.lost.append("ages that are no single age, kept in the column age_last_encounter")
    elif kind in ("timestamp", "interval"):
        patient.lost.append("ages as calendar dates: they would tell who it is")
    if packet.subject.HasField("date_of_birth"):
        patient.lost.append("dates of birth: they would tell who it is")
    return {"age_last_encounter": text} if text else {}


def _features(packet: Phenopacket, patient: Patient) -> dict[str, str]:
    present: list[str] = []
    excluded: list[str] = []
    for feature in packet.phenotypic_features:
        if not _HPO.fullmatch(feature.type.id):
            patient.lost.append("phenotypic features that are no HPO terms")
            continue
        (excluded if feature.excluded else present).append(feature.type.id)
        if feature.HasField("severity") or feature.HasField("onset") or len(feature.modifiers):
            patient.lost.append("onset, severity and modifiers of features")
    row = {"hpo_terms": "|".join(dict.fromkeys(present))}
    if excluded:
        row["hpo_terms_excluded"] = "|".join(dict.fromkeys(excluded))
        patient.lost.append("excluded features, kept in the column hpo_terms_excluded")
    return row


def _gene(packet: Phenopacket, patient: Patient) -> dict[str, str]:
    genes = []
    for interpretation in packet.interpretations:
        for one in interpretation.diagnosis.genomic_interpretations:
            if one.HasField("gene"):
                genes.append(f"{one.gene.value_id}~{one.gene.symbol}")
            elif one.variant_interpretation.variation_descriptor.gene_context.value_id:
                gene = one.variant_interpretation.variation_descriptor.gene_context
                genes.append(f"{gene.value_id}~{gene.symbol}")
                patient.lost.append("variants; their genes are kept in molecular_gene")
    return {"molecular_gene": "|".join(dict.fromkeys(genes))} if genes else {}


def _disease(packet: Phenopacket, patient: Patient) -> None:
    """The disease of a solved interpretation, else the first; the others stay in a column."""
    named = {d.term.id: d.term.label for d in packet.diseases if not d.excluded and d.term.id}
    solved = [
        i.diagnosis.disease
        for i in packet.interpretations
        if i.diagnosis.disease.id and i.progress_status == i.SOLVED
    ]
    named = {one.id: one.label for one in solved} | named
    excluded = [d.term.id for d in packet.diseases if d.excluded]
    if excluded:
        patient.row["diseases_excluded"] = "|".join(excluded)
    if not named:
        patient.problems.append(Problem(patient.where, None, "diseases", "names no disease"))
        return
    first, *others = named
    patient.disease = (first, named[first])
    if others:
        patient.row["other_diseases"] = "|".join(others)
        patient.lost.append(
            "further diseases of a patient, kept in the column other_diseases; the one of a solved"
            " interpretation counts, else the first"
        )


def _file(file: Any, name: str, patient: Patient, root: Path) -> None:  # noqa: ANN401 - protobuf
    told = {str(key): str(value) for key, value in file.file_attributes.items()}
    scheme: str | None
    try:
        scheme, path = urlsplit(file.uri).scheme, unquote(urlsplit(file.uri).path)
    except ValueError:  # such as of a bracket that is not closed
        scheme, path = None, file.uri
    kind = (told.get("mediaType") or told.get("fileFormat") or "").lower()
    formats = tuple(suffix[1:] for suffix in OPENED_SUFFIXES)
    if not (
        Path(path).suffix.lower() in OPENED_SUFFIXES or kind.startswith("image/") or kind in formats
    ):
        patient.lost.append("files that are no pictures")
        return

    def fault(reason: str) -> None:
        patient.problems.append(Problem(patient.where, None, name, f"{file.uri!r} {reason}"))

    if scheme is None:
        fault("cannot be read as an address")
        return
    if scheme not in ("", "file"):
        patient.lost.append("pictures elsewhere on a network: none is fetched")
        return
    place = root / path
    try:
        inside = place.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):
        inside = False
    if not inside or not path:
        fault("leaves the folder of the pictures")
        return
    if not place.is_file():
        fault("is not there; --set pictures=FOLDER says where pictures are")
        return
    row = {key: value for key, value in told.items() if key not in (*_OF_FORMAT, "patient_id")}
    checksum = next((told[key] for key in _CHECKSUMS if key in told), "")
    match = _SHA256.fullmatch(checksum.strip())
    if match:
        row["sha256"] = match[1].lower()
    elif checksum:
        patient.lost.append("checksums that are no SHA-256")
        row.pop("sha256", None)
    if row.get("age"):
        try:
            age_in_years(row["age"])
        except ValueError as error:
            fault(f"has an age that cannot be read: {error}")
    identifiers = file.individual_to_file_identifiers
    row["image_id"] = row.get("image_id") or str(identifiers.get(patient.row["patient_id"], ""))
    shared = {k: v for k, v in patient.row.items() if not (k in row and k in IMAGE_COLUMNS)}
    patient.pictures.append((place, row | shared))
