"""Which column of the table is which field: as the spec says, else as the header says exactly."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rdface.curation.ingest.findings import Findings
from rdface.curation.ingest.normalise.outcome import Candidate, Normaliser, Outcome, nothing
from rdface.curation.ingest.private_columns import suspicion
from rdface.curation.ingest.source_table import SourceTable
from rdface.curation.ingest.spec import FIELDS, BuildSpec
from rdface.errors import UsageError
from rdface.registry import nearest

_TABLE = Path(__file__).with_name("headers.csv")


@dataclass(frozen=True)
class Columns:
    """What becomes of each column.

    Attributes:
        of: Field -> header.
        extra: Headers that are carried over as they are.
    """

    of: Mapping[str, str]
    extra: tuple[str, ...]


def _key(header: str) -> str:
    return " ".join(re.sub(r"[^\w]+|_", " ", header.casefold()).split())


@cache
def _known_headers() -> dict[str, str]:
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        return {_key(row["header"]): row["field"] for row in csv.DictReader(stream)}


def proposed_field(header: str) -> str:
    """The field that a header says exactly, or empty.

    >>> proposed_field("Date of birth")
    'birth_date'
    """
    return _known_headers().get(_key(header), "")


def choose_columns(spec: BuildSpec, table: SourceTable, findings: Findings) -> Columns:
    """Map fields to columns; what the spec does not say and is read from a header is said.

    Raises:
        UsageError: The spec names a column that is not there, or one twice.
    """
    of = {field: _find(header, table) for field, header in spec.columns.items() if header}
    _check_distinct(of)
    taken = set(of.values())
    for field in FIELDS:
        if field in spec.columns:
            continue
        found = [c for c in table.columns if c not in taken and proposed_field(c) == field]
        if chosen := _propose(field, found, findings):
            of[field] = chosen
    rest = [column for column in table.columns if column not in of.values()]
    extra = _extra(spec, table, rest, findings)
    for column in rest:
        if column not in extra:
            why = suspicion(column, table.values(column))
            said = f"not carried over: {why}" if why else "not carried over (see extra_columns)"
            findings.note("column", "not used", column, said)
    for column in (*extra, *(of[f] for f in _FREE if f in of)):
        if why := suspicion(column, table.values(column)):
            said = f"carried over as the spec says, although it looks as if it {why}"
            findings.note("column", "WARNING", column, said)
    return Columns(of, extra)


_FREE = ("source", "consent", "ethics", "permitted_use", "ancestry")
"""Fields whose texts are carried over as they are."""


def _find(header: str, table: SourceTable) -> str:
    if header in table.columns:
        return header
    same = [column for column in table.columns if _key(column) == _key(header)]
    if len(same) == 1:
        return same[0]
    twice = [
        column
        for column in table.columns
        if re.fullmatch(rf"{re.escape(header)} \([0-9]+\)", column)
    ]
    if twice:
        hint = f"Write {' or '.join(twice)} in the spec."
        raise UsageError(f"{table.name}: the column {header!r} stands twice.", hint=hint)
    raise UsageError(
        f"{table.name} has no column {header!r}.",
        hint=f"{nearest(header, table.columns)} Columns: {', '.join(table.columns)}.".lstrip(),
    )


def _check_distinct(of: Mapping[str, str]) -> None:
    fields: dict[str, str] = {}
    for field, header in of.items():
        if header in fields:
            raise UsageError(
                f"The spec reads column {header!r} as {fields[header]} and as {field}."
            )
        fields[header] = field


def _propose(field: str, found: list[str], findings: Findings) -> str:
    """The one column whose header says it; a doubt where two do."""
    if not found:
        return ""

    said = f"which column is `{field}`? Or say it in the spec (columns)"
    outcome = Outcome(None, said, tuple(Candidate(column) for column in found))
    parse: Normaliser = nothing
    if len(found) == 1:
        outcome = Outcome(field, "by its header; the spec does not say it")
        parse = _field_or_nothing(field)
    settled = findings.settle(
        "column",
        " / ".join(found),
        outcome,
        row=None,
        parse=parse,
        kind="read as" if len(found) == 1 else f"which is {field}",
        can_drop=False,
    )
    if len(found) == 1:
        return found[0] if settled.value == field else ""
    return settled.value or ""


def _field_or_nothing(field: str) -> Normaliser:
    return lambda text: Outcome(field if text.strip().casefold() == field else None)


def _extra(
    spec: BuildSpec, table: SourceTable, rest: list[str], findings: Findings
) -> tuple[str, ...]:
    if spec.extra_columns == ("all",):
        return tuple(one for one in rest if not suspicion(one, table.values(one)))
    named = tuple(_find(one, table) for one in spec.extra_columns)
    for one in named:
        if one not in rest:
            raise UsageError(f"extra_columns: {one!r} is read as a field already.")
    return named
