"""Who is on which picture, and whether the rows of one patient agree."""

from __future__ import annotations

from collections.abc import Callable

from rdface.cohort.adapters.foreign import NOT_KNOWN
from rdface.curation.ingest.condition import disease_of, parse_condition
from rdface.curation.ingest.findings import Findings
from rdface.curation.ingest.matching import Shot, squash
from rdface.curation.ingest.normalise.outcome import (
    Candidate,
    Normaliser,
    Outcome,
    is_missing,
    nothing,
    tidy,
)
from rdface.curation.ingest.records import Record

UNKNOWN = NOT_KNOWN
NO_COLUMN = (
    "no column names the patients, so each row counts as a patient of its own: no protocol, not"
    " even `strict`, can keep two photographs of one child together, and intervals are too narrow."
    " If the table has such a column, name it in the spec (columns: patient)"
)
_ONE, _APART = "one patient", "different patients"


def name_patients(shots: list[Shot], column: str | None, findings: Findings) -> dict[str, str]:
    """Key of the patient of each picture; a picture that is left out is not there.

    Args:
        shots: The pictures.
        column: The column that names patients.
        findings: Where changes and doubts go.
    """
    if column is None:
        findings.note("patient", "WARNING", "", NO_COLUMN)
        first: dict[int, str] = {}
        return {
            shot.picture: f"alone: {first.setdefault(shot.record.row, shot.picture)}"
            for shot in shots
        }
    spellings: dict[str, dict[str, list[int]]] = {}
    for shot in shots:
        written = tidy(shot.record.source[column])
        if written and not is_missing(written):
            rows = spellings.setdefault(squash(written), {}).setdefault(written, [])
            rows.append(shot.record.row)
    keys: dict[str, str | None] = {}
    for variants in spellings.values():
        keys |= _one_or_several(variants, findings)
    found = {}
    for shot in shots:
        written = tidy(shot.record.source[column])
        key = keys.get(written) if written in keys else _nameless(shot, findings)
        if key is not None:
            found[shot.picture] = key
    return found


def _one_or_several(variants: dict[str, list[int]], findings: Findings) -> dict[str, str | None]:
    if len(variants) == 1:
        return {written: written for written in variants}
    said = "nearly the same name: one patient or several?"
    outcome = Outcome(None, said, (Candidate(_ONE), Candidate(_APART)))
    written = sorted(variants)
    for row in sorted(row for rows in variants.values() for row in rows):
        settled = findings.settle(
            "patient",
            " / ".join(written),
            outcome,
            row=row,
            parse=nothing,
            kind="spelt differently",
            can_be_empty=False,
        )
    if settled.value is None:
        return dict.fromkeys(written)
    return {one: written[0] if settled.value == _ONE else one for one in written}


def _nameless(shot: Shot, findings: Findings) -> str | None:
    alone = f"alone: {shot.picture}"
    said = "the row names no patient; `keep`: a patient of whom there is no other picture"
    settled = findings.settle(
        "patient",
        shot.record.where,
        Outcome(None, said, keep=alone),
        row=shot.record.row,
        parse=nothing,
        kind="row without a patient",
        can_be_empty=False,
    )
    return settled.value


def agree(shots: list[Shot], patient_of: dict[str, str], findings: Findings) -> set[str]:
    """Make sex and condition of a patient one; returns the patients that are left out."""
    of: dict[str, dict[int, Record]] = {}
    for shot in shots:
        if shot.picture in patient_of:
            of.setdefault(patient_of[shot.picture], {})[shot.record.row] = shot.record
    out: set[str] = set()
    for patient, records in of.items():
        for name, parse, label in (
            ("sex", _sex, lambda _: ""),
            ("condition", parse_condition, lambda key: disease_of(key).name),
        ):
            if _settle(patient, name, list(records.values()), parse, label, findings):
                out.add(patient)
    return out


def _sex(text: str) -> Outcome:
    return Outcome(text if text in ("female", "male") else None)


def _settle(
    patient: str,
    name: str,
    records: list[Record],
    parse: Normaliser,
    label: Callable[[str], str],
    findings: Findings,
) -> bool:
    """Whether the patient is left out."""
    if any(name not in record.values for record in records):
        return False  # an open doubt of its own
    values = list(dict.fromkeys(record.values[name] for record in records))
    if len(values) == 1:
        return False
    known = [value for value in values if value]
    if len(known) == 1:
        said = f"empty: {known[0]!r}, as other rows of the patient say"
        for record in records:
            if not record.values[name]:
                findings.note(name, "from other rows", known[0], said, row=record.row)
                record.values[name] = known[0]
        return False
    candidates = tuple(Candidate(value, label(value)) for value in known)
    outcome = Outcome(None, f"rows of one patient differ in the {name}", candidates)
    for record in records:
        settled = findings.settle(
            name,
            patient,
            outcome,
            row=record.row,
            parse=parse,
            kind="differs within a patient",
            can_be_empty=name == "sex",
        )
    if settled.value is not None:
        for record in records:
            record.values[name] = settled.value
    return settled.drop
