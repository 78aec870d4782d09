"""A cohort as a Croissant 1.1 document (JSON-LD), its files and its record sets.

https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from rdface.cohort.adapters.croissant_words import responsible_ai
from rdface.cohort.adapters.picture_names import MEDIA_TYPES
from rdface.cohort.adapters.tables import stated, terms
from rdface.cohort.cohort import Cohort

IMAGES, CONDITIONS, PICTURES = "images", "conditions", "pictures"
"""Record sets, and the file set, which is the folder of the pictures."""
TABLES = {IMAGES: "croissant/images.parquet", CONDITIONS: "croissant/conditions.parquet"}
"""Record set -> its table: of a CSV file, mlcroissant reads ``007`` as 7 and ``NA`` as a gap."""

_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}

_SPDX = re.compile(r"(CC0|CC-BY|MIT|Apache|BSD|GPL|ODbL|ODC|PDDL)[A-Za-z0-9.+-]*")

_MEANING = {
    "image_id": "Name of the image.",
    "file": "Path of the picture below the folder of the cohort.",
    "sha256": "SHA-256 of the picture's file.",
    "patient_id": "Whom it shows; several images may show one patient.",
    "condition": "The patient's condition.",
    "sex": "female, male or empty.",
    "age": "At the time of the picture, ISO 8601 duration.",
    "ancestry": "Free text.",
    "country": "ISO 3166-1 alpha-2.",
    "source": "Where the picture comes from.",
    "consent": "Consent for the picture.",
    "hpo_terms": "Clinical features, ids of the Human Phenotype Ontology joined by |.",
    "synthetic_of": "For a generated picture: ids of the images it was made from, joined by |.",
    "name": "Name of the condition.",
    "omim_id": "OMIM phenotype.",
    "orpha_code": "Orphanet code.",
    "genes": "Genes of the condition, as published; no finding in a patient.",
    "facial_hpo": "Facial features with their frequencies: HP:id~label=frequency joined by |.",
}


def croissant_document(
    cohort: Cohort, files: Mapping[str, tuple[str, int]], suffixes: set[str], picture: str
) -> dict[str, Any]:
    """The document.

    Args:
        cohort: What it describes.
        files: Path below the folder -> SHA-256 and bytes, of all tables.
        suffixes: Of the pictures, without dots, as their bytes ask for.
        picture: Column of the images' table with the names of their files, which no two share:
            mlcroissant joins by names, not by paths.
    """
    info, extra = stated(cohort), cohort.info.model_extra or {}
    spdx = _SPDX.fullmatch(info.licence)
    document: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": info.name,
        "description": f"{info.title or info.name}. {' '.join(_stop(t) for t in terms(info))}",
        "license": f"https://spdx.org/licenses/{info.licence}.html" if spdx else info.licence,
        "version": info.version,
    }
    for key, name in (("cite_as", "citeAs"), ("published", "datePublished"), ("url", "url")):
        if extra.get(key):
            document[name] = str(extra[key])
    document |= responsible_ai(cohort)
    document["distribution"] = [
        *(_file(path, sha256, size) for path, (sha256, size) in files.items()),
        _pictures(suffixes),
    ]
    columns = [*map(str, cohort.images.columns), picture]
    document["recordSet"] = [
        _record_set(CONDITIONS, list(map(str, cohort.conditions.columns)), "condition"),
        _record_set(IMAGES, columns, "image_id", picture),
    ]
    document["recordSet"][1]["field"].append(_content())
    return document


def _stop(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _file(path: str, sha256: str, size: int) -> dict[str, Any]:
    kinds = {".csv": "text/csv", ".parquet": "application/x-parquet"}
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": PurePosixPath(path).name,
        "contentUrl": path,
        "contentSize": f"{size} B",
        "encodingFormat": kinds.get(PurePosixPath(path).suffix, "text/plain"),
        "sha256": sha256,
    }


def _pictures(suffixes: set[str]) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": PICTURES,
        "name": PICTURES,
        "description": "One file an image; its SHA-256 stands in the record.",
        "encodingFormat": [MEDIA_TYPES[suffix] for suffix in sorted(suffixes)],
        "includes": f"{PICTURES}/*",
    }


def _record_set(name: str, columns: list[str], key: str, picture: str = "") -> dict[str, Any]:
    ids = field_ids(name, columns)
    fields = []
    for column in columns:
        field: dict[str, Any] = {
            "@type": "cr:Field",
            "@id": ids[column],
            "name": column,
            "dataType": "sc:Text",
            "source": {"fileObject": {"@id": TABLES[name]}, "extract": {"column": column}},
        }
        if column in _MEANING:
            field["description"] = _MEANING[column]
        if column == picture:
            field["description"] = "Name of the picture's file."
            field["references"] = {
                "fileSet": {"@id": PICTURES},
                "extract": {"fileProperty": "filename"},
            }
        fields.append(field)
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "key": {"@id": ids[key]},
        "field": fields,
    }


def field_ids(record_set: str, columns: list[str]) -> dict[str, str]:
    """Column -> id of its field: its name where that is a plain word, else its number."""
    return {
        column: f"{record_set}/{column}"
        if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", column) and column != "content"
        else f"{record_set}/column-{number}"
        for number, column in enumerate(columns, start=1)
    }


def _content() -> dict[str, Any]:
    return {
        "@type": "cr:Field",
        "@id": f"{IMAGES}/content",
        "name": "content",
        "description": "The picture.",
        "dataType": "sc:ImageObject",
        "source": {"fileSet": {"@id": PICTURES}, "extract": {"fileProperty": "content"}},
    }
