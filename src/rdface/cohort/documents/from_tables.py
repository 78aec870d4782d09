"""Answers that the tables and counts give."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from rdface.cohort.documents.facts import CohortFacts
from rdface.cohort.schema import IMAGE_COLUMNS
from rdface.cohort.subgroups import GroupTable

_NEVER_EMPTY = ("image_id", "file", "sha256", "patient_id", "condition", "synthetic_of")


def _instances(facts: CohortFacts) -> str:
    what = "a rendered picture of a simulated child" if facts.info.simulated else "a picture"
    return (
        f"A row of images.csv is {what}: a patient, at some age, with one condition."
        " conditions.csv has a row for each condition."
    )


def _counts(facts: CohortFacts) -> str:
    known = facts.summary
    per_condition = known.images_per_condition.values()
    per_patient = known.images_per_patient
    parts = [
        f"{known.n_images} images"
        + (f" ({known.n_synthetic} of them synthetic)" if known.n_synthetic else ""),
        f"{known.n_patients} patients",
        f"{known.n_conditions} conditions",
    ]
    text = f"{', '.join(parts)}."
    if facts.condition_sizes_shown:
        text += f" A condition has {_range(per_condition)} images."
    if per_patient:
        text += f" A patient has {_range(per_patient)}."
    if facts.info.unknown_patients:
        text += f" Who the patients are is not known: {facts.info.unknown_patients}."
    return text


def _range(numbers: Iterable[int]) -> str:
    listed = sorted(numbers)
    return f"{listed[0]}" if listed[0] == listed[-1] else f"{listed[0]} to {listed[-1]}"


def _data(facts: CohortFacts) -> str:
    own = [column for column in facts.columns if column not in IMAGE_COLUMNS]
    text = f"The picture file and {len(facts.columns)} columns: {', '.join(facts.columns)}."
    return text + (f" Of these the cohort's own: {', '.join(own)}." if own else "")


def _labels(facts: CohortFacts) -> str:
    named = facts.filled["hpo_terms"]
    return (
        "`condition`, one a patient. HPO terms of the patient (`hpo_terms`) are stated for"
        f" {named} of {facts.summary.n_images} images, facial terms with their frequencies"
        f" (`facial_hpo`) for {facts.n_conditions_described} conditions"
        + (f"; HPO release {facts.info.hpo_release}." if facts.info.hpo_release else ".")
    )


def _missing(facts: CohortFacts) -> str:
    n, least = facts.summary.n_images, facts.subgroups.smallest

    def number(k: int) -> str:
        # The few whose sex or country is not known, or is, are a group of the hidden tables too.
        if k < least:
            return f"fewer than {least}"
        return f"more than {n - least}" if n - k < least and k < n else str(k)

    empty = {
        column: n - facts.filled[column]
        for column in IMAGE_COLUMNS
        if column not in _NEVER_EMPTY and facts.filled[column] < n
    }
    if not empty:
        return "No standard field is empty."
    listed = ", ".join(f"{column} {number(k)} of {n}" for column, k in empty.items())
    return f"Empty fields (not known), images: {listed}."


def _relations(facts: CohortFacts) -> str:
    if facts.info.unknown_patients:
        return ""
    known = facts.summary
    several = sum(k for n, k in known.images_per_patient.items() if n > 1)
    text = f"Pictures of one patient share `patient_id`; {several} patients have several."
    if known.n_synthetic:
        text += " Synthetic images name what they were made from in `synthetic_of`."
    return text


def _splits(facts: CohortFacts) -> str:
    if facts.info.evaluation_only:
        return "None: it is for evaluation only; nothing may be trained on it or chosen by it."
    return ""


def _outside(facts: CohortFacts) -> str:
    release = f", release {facts.info.hpo_release}" if facts.info.hpo_release else ""
    return (
        "Pictures and tables lie in one folder, each picture with its SHA-256. Terms and ids refer"
        f" to the Human Phenotype Ontology{release}, OMIM and Orphanet."
    )


def _subgroups(facts: CohortFacts) -> str:
    tables = facts.subgroups.single
    parts = [_in_words(tables[by]) for by in ("sex", "age", "ancestry", "region")]
    text = f"Patients. {' '.join(parts)} Countries: {facts.subgroups.n_countries}."
    if facts.subgroups.n_hidden:
        text += (
            f" Hidden: counts below {facts.subgroups.smallest} patients, and others by which they"
            " could be worked out."
        )
    return f"{text} subgroups.csv has all tables."


def _in_words(table: GroupTable) -> str:
    def number(group: str) -> str:
        patients = table.row_totals[group].patients
        return "hidden" if patients is None else str(patients)

    if set(table.row_groups) <= {""}:
        return f"By {table.rows}: not known."
    listed = ", ".join(f"{group or 'not known'} {number(group)}" for group in table.row_groups)
    return f"By {table.rows}: {listed}."


def _versions(facts: CohortFacts) -> str:
    return (
        f"This is {facts.info.name} {facts.info.version}, sha256 `{facts.sha256}`."
        " `rdface cohort diff` says what changed between two versions."
    )


FROM_TABLES: Final[dict[str, Callable[[CohortFacts], str]]] = {
    "composition.instances": _instances,
    "composition.counts": _counts,
    "composition.data": _data,
    "composition.labels": _labels,
    "composition.missing": _missing,
    "composition.relations": _relations,
    "composition.splits": _splits,
    "composition.outside": _outside,
    "composition.subgroups": _subgroups,
    "maintenance.versions": _versions,
}
"""Question id -> what answers it; an empty answer is a gap."""
