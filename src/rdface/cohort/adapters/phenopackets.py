"""Export a cohort as GA4GH Phenopackets, version 2: one JSON file a patient.

A packet holds sex, age at the last picture, the HPO terms of the patient's pictures, the disease
and, under ``files``, each picture with its hash and the columns of its row. A gene is named only
where the cohort says it of this patient (column ``molecular_gene``): what conditions.csv lists are
the genes of a disease, and no finding in a child.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import pandas as pd

from rdface.cohort.adapters.adapter import EXPORTERS, Exported
from rdface.cohort.adapters.exporting import pictures_of
from rdface.cohort.adapters.folder import new_folder
from rdface.cohort.adapters.foreign import slugs
from rdface.cohort.adapters.hpo_labels import hpo_labels
from rdface.cohort.adapters.phenopacket_messages import (
    individual,
    meta_data,
    ontology_class,
    protobuf,
    resource,
    to_json,
)
from rdface.cohort.adapters.picture_names import MEDIA_TYPES, key_of
from rdface.cohort.adapters.tables import stated, write_tables
from rdface.cohort.cohort import Cohort, CohortInfo
from rdface.cohort.schema import age_in_years
from rdface.cohort.terms import LABELS
from rdface.errors import UsageError
from rdface.files import write_text

if TYPE_CHECKING:
    from phenopackets import Phenopacket

PICTURES: Final = "pictures"
GENE: Final = "molecular_gene"
"""Column of images.csv: ``HGNC:3663~FGD1``, what was found in this patient."""
NOT_STATED: Final = "not stated by the cohort"
_IN_SUBJECT: Final = ("file", "patient_id", "sex", "condition")
_GENE = re.compile(r"(HGNC:[0-9]+)~([A-Za-z0-9_-]+)")
_MONDO = re.compile(r"MONDO:[0-9]{7}")


@EXPORTERS.register("phenopackets")
def export_phenopackets(
    cohort: Cohort, out: Path, *, pictures: bool = False, created: str | None = None
) -> Exported:
    """GA4GH Phenopackets v2: <patient>.json, a file a patient, with its pictures under `files`.

    Args:
        cohort: It is only read.
        out: New folder.
        pictures: Copy the pictures too, into pictures/; else ``uri`` is the path in the cohort.
        created: Time of writing, ISO 8601 with its zone, for equal bytes; now by default.

    Raises:
        UsageError: ``out`` is in use, ``created`` is no time, or phenopackets is not installed.
    """
    moment, info = _moment(created), stated(cohort)
    protobuf()
    real = cohort.images[cohort.images["synthetic_of"] == ""]
    terms = {term for text in real["hpo_terms"] for term in text.split("|") if term}
    labels = hpo_labels(cohort, sorted(terms))
    about = {str(one["condition"]): one for one in cohort.conditions.to_dict("records")}
    names = slugs(real["patient_id"])
    places: dict[str, str] = {}
    formats: dict[str, str] = {}
    with new_folder(out, outside=cohort.root) as part:
        for picture in pictures_of(cohort, "reading pictures"):
            image_id = picture.row["image_id"]
            formats[image_id] = MEDIA_TYPES[picture.suffix]
            places[image_id] = picture.row["file"]
            if pictures:
                places[image_id] = f"{PICTURES}/{key_of(image_id, dots=False)}.{picture.suffix}"
                (part / PICTURES).mkdir(exist_ok=True)
                (part / places[image_id]).write_bytes(picture.data)
        for patient, rows in real.groupby("patient_id", sort=False):
            condition = about[rows["condition"].iloc[0]]
            files = [
                _file(row, places[row["image_id"]], formats[row["image_id"]])
                for row in rows.to_dict("records")
            ]
            packet = _packet(info, rows, condition, labels, files, moment)
            write_text(part / f"{names[str(patient)]}.json", to_json(packet))
        write_tables(cohort, part, pictures=pictures)
    notes = tuple(_notes(cohort, terms, labels))
    return Exported(out, len(cohort) if pictures else 0, notes)


def disease_of(condition: Mapping[Any, Any]) -> str:
    """OMIM id, else Orphanet code, else Mondo id of a row of conditions.csv; or empty."""
    mondo = str(condition.get("mondo_id", ""))
    known = str(condition["omim_id"]) or str(condition["orpha_code"])
    return known or (mondo if _MONDO.fullmatch(mondo) else "")


def _packet(
    info: CohortInfo,
    rows: pd.DataFrame,
    condition: Mapping[Any, Any],
    labels: Mapping[str, str],
    files: list[Any],
    created: datetime | None,
) -> Phenopacket:
    pp = protobuf()
    first = rows.iloc[0]
    ages = sorted(filter(None, rows["age"]), key=age_in_years)
    terms = dict.fromkeys(
        term for text in rows["hpo_terms"] for term in text.split("|") if term in labels
    )
    disease = disease_of(condition)
    term = ontology_class(disease, str(condition["name"])) if disease else None
    packet = pp.Phenopacket(
        id=str(first["patient_id"]),
        subject=individual(str(first["patient_id"]), str(first["sex"]), ages[-1] if ages else ""),
        phenotypic_features=[
            pp.PhenotypicFeature(type=ontology_class(one, labels[one])) for one in terms
        ],
        diseases=[pp.Disease(term=term)] if term else [],
        interpretations=list(_interpretations(str(first["patient_id"]), rows, term)),
        files=files,
    )
    prefixes = {one: info.hpo_release or NOT_STATED for one in ("HP",) if terms}
    prefixes |= {disease.partition(":")[0]: NOT_STATED} if disease else {}
    prefixes |= {"HGNC": NOT_STATED} if packet.interpretations else {}
    resources = [resource(prefix, version) for prefix, version in prefixes.items()]
    packet.meta_data.CopyFrom(meta_data(resources, _references(info), created))
    return packet


def _file(row: Mapping[Any, Any], place: str, media_type: str) -> Any:  # noqa: ANN401 - protobuf
    told = {str(k): str(v) for k, v in row.items() if k not in _IN_SUBJECT and str(v)}
    told |= {"mediaType": media_type, "fileFormat": media_type.partition("/")[2].upper()}
    told["description"] = "photograph of the face"
    return protobuf().File(
        uri=quote(place),
        individual_to_file_identifiers={str(row["patient_id"]): str(row["image_id"])},
        file_attributes=told,
    )


def _interpretations(patient: str, rows: pd.DataFrame, disease: Any) -> Iterator[Any]:  # noqa: ANN401
    """The patient's own gene, where the cohort names one; never those of the disease."""
    pp = protobuf()
    said = [] if GENE not in rows.columns else list(filter(None, dict.fromkeys(rows[GENE])))
    found = [match for text in said if (match := _GENE.fullmatch(text))]
    if disease is None or not found:
        return
    genes = [
        pp.GenomicInterpretation(
            subject_or_biosample_id=patient,
            interpretation_status=pp.GenomicInterpretation.UNKNOWN_STATUS,
            gene=pp.GeneDescriptor(value_id=match[1], symbol=match[2]),
        )
        for match in found
    ]
    yield pp.Interpretation(
        id=f"{patient}-gene",
        progress_status=pp.Interpretation.UNKNOWN_PROGRESS,
        diagnosis=pp.Diagnosis(disease=disease, genomic_interpretations=genes),
    )


def _references(info: CohortInfo) -> list[Any]:
    """The cohort and its terms, in every packet: a packet travels alone."""
    pp = protobuf()
    kind = "simulated: no picture shows a real person" if info.simulated else "photographs"
    said = [("forbidden", one) for one in info.forbids]
    said += [("ethics", one) for one in info.ethics]
    said += [("permitted use", info.permitted_use), ("consent expires", info.consent_expires)]
    found = [
        pp.ExternalReference(id=f"cohort:{info.name}", description=f"{info.title} ({kind})"),
        pp.ExternalReference(id="licence", description=info.licence),
    ]
    found += [
        pp.ExternalReference(
            id=code,
            reference=f"http://purl.obolibrary.org/obo/{code.replace(':', '_')}",
            description=LABELS.get(code, "data use"),
        )
        for code in info.data_use
    ]
    found += [pp.ExternalReference(id=key, description=str(one)) for key, one in said if one]
    return found


def _moment(created: str | None) -> datetime | None:
    if created is None:
        return None
    try:
        moment = datetime.fromisoformat(created)
    except ValueError:
        moment = datetime.min
    if moment.tzinfo is None:
        raise UsageError("--set created must be a time with its zone: 2026-11-22T12:00:00+00:00.")
    return moment


def _notes(cohort: Cohort, terms: set[str], labels: Mapping[str, str]) -> Iterator[str]:
    synthetic = int((cohort.images["synthetic_of"] != "").sum())
    if synthetic:
        yield f"{synthetic} synthetic image(s) have no packet: they show nobody."
    nameless = sorted(terms - labels.keys())
    if nameless:
        yield f"HPO terms without a known label are in no packet: {', '.join(nameless)}."
    without = [
        str(c["condition"]) for c in cohort.conditions.to_dict("records") if not disease_of(c)
    ]
    if without:
        yield f"No disease is written where the condition has no id: {', '.join(without)}."
