"""Records and pictures to the two tables of a cohort."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from rdface.cohort import CohortInfo
from rdface.cohort.adapters.foreign import NOT_KNOWN
from rdface.cohort.schema import CONDITION_COLUMNS, IMAGE_COLUMNS
from rdface.cohort.use_columns import USE_COLUMNS
from rdface.curation.ingest.condition import condition_id, disease_of
from rdface.curation.ingest.diseases import facial_terms
from rdface.curation.ingest.matching import Shot
from rdface.curation.ingest.picture_files import OpenedPicture
from rdface.curation.ingest.spec import BuildSpec
from rdface.errors import UsageError

_KEPT = ("sex", "age", "ancestry", "country", "source", "consent", "hpo_terms")
_USE = ("data_use", "ethics", "consent_expires", "permitted_use")
REMOVED = "metadata_removed"
"""Column of the kinds of metadata that were taken out of a picture, joined by ``|``."""


def images_table(
    shots: Sequence[Shot],
    image_ids: Mapping[str, str],
    patient_ids: Mapping[str, str],
    opened: Mapping[str, OpenedPicture],
    extra: Sequence[str],
) -> pd.DataFrame:
    """``images.csv``: the standard columns, those of use where any row has them, then others.

    Args:
        shots: Pictures with their records, in order.
        image_ids: Picture -> id.
        patient_ids: Picture -> id of the patient.
        opened: Picture -> what became of it.
        extra: Columns of the source to carry over.

    Raises:
        UsageError: A column of the source has the name of one of the cohort.
    """
    ours = {*IMAGE_COLUMNS, *USE_COLUMNS, "genes", REMOVED}
    if taken := [column for column in extra if column in ours]:
        hint = "Rename it in the table, or map it to the field in the spec (columns)."
        raise UsageError(f"extra_columns: a cohort has a {taken[0]!r} of its own.", hint=hint)
    rows = []
    for shot in shots:
        values, about = shot.record.values, opened[shot.picture]
        image = image_ids[shot.picture]
        row = {
            "image_id": image,
            "file": f"images/{image}{about.suffix}",
            "sha256": about.sha256,
            "patient_id": patient_ids[shot.picture],
            "condition": condition_id(values["condition"]),
        }
        row |= {name: values.get(name, "") for name in _KEPT}
        row |= {"synthetic_of": ""}
        row |= {name: values.get(name, "") for name in (*_USE, "genes")}
        row |= {REMOVED: "|".join(about.removed)}
        rows.append(row | {column: shot.record.source[column] for column in extra})
    table = pd.DataFrame(rows, dtype=str)
    empty = [name for name in (*_USE, "genes") if not table[name].any()]
    return table.drop(columns=empty)[
        [*IMAGE_COLUMNS, *(c for c in table.columns if c not in (*IMAGE_COLUMNS, *empty))]
    ]


def conditions_table(shots: Sequence[Shot]) -> tuple[pd.DataFrame, str]:
    """``conditions.csv`` in order of first appearance, and the HPO releases of its facial terms."""
    genes: dict[str, dict[str, None]] = {}
    for shot in shots:
        named = genes.setdefault(shot.record.values["condition"], {})
        named |= dict.fromkeys(filter(None, shot.record.values.get("genes", "").split(";")))
    rows, releases = [], dict[str, None]()
    for key, named in genes.items():
        disease = disease_of(key)
        known = bool(disease.omim_id or disease.orpha_code)
        terms, release = facial_terms(disease) if known else ("", "")
        releases |= {release: None} if terms else {}
        rows.append(
            {
                "condition": condition_id(key),
                "name": disease.name,
                "omim_id": disease.omim_id,
                "orpha_code": disease.orpha_code,
                "genes": disease.genes or ";".join(named),
                "facial_hpo": terms,
            }
        )
    return pd.DataFrame(rows, columns=list(CONDITION_COLUMNS), dtype=str), ", ".join(releases)


def cohort_info(spec: BuildSpec, release: str, *, patients_known: bool) -> CohortInfo:
    """``cohort.yaml``."""
    patients = "" if patients_known else NOT_KNOWN
    return spec.cohort.info(hpo_release=release, patients=patients)
