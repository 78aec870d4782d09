"""Pictures to records: a picture for each row, a row for each picture, or a doubt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rdface.curation.ingest.findings import Findings
from rdface.curation.ingest.normalise.outcome import Candidate, Outcome, nothing, tidy
from rdface.curation.ingest.picture_names import PictureIndex
from rdface.curation.ingest.records import Record


@dataclass(frozen=True)
class Shot:
    """A picture with its record.

    Attributes:
        picture: Its name in the source.
        record: The row that names it.
    """

    picture: str
    record: Record


def match_pictures(
    records: Iterable[Record], column: str, index: PictureIndex, findings: Findings
) -> list[Shot]:
    """One entry a picture, in the order of the rows, and of the names in a cell.

    Args:
        records: All rows; those that are left out still name their pictures.
        column: The column that names pictures.
        index: The pictures.
        findings: Where changes and doubts go.
    """
    shots: list[Shot] = []
    named: set[str] = set()
    for record in records:
        cell = record.source[column]
        pairs = index.find_all(tidy(cell)) if tidy(cell) else ()
        if not pairs:
            pairs = ((record.where, Outcome(None, "the row names no picture")),)
        before, gone = record.dropped, 0
        for text, outcome in pairs:
            if before:
                named |= {outcome.value} if outcome.value else set()
                continue
            if outcome.value and not outcome.said:  # exactly the path or the file name
                shots.append(Shot(outcome.value, record))
                named.add(outcome.value)
                continue
            settled = findings.settle(
                "picture",
                text,
                outcome,
                row=record.row,
                parse=index.find,
                kind="value" if tidy(cell) else "row without a picture",
                can_be_empty=False,
            )
            if settled.value is not None:
                shots.append(Shot(settled.value, record))
                named.add(settled.value)
            elif settled.drop:
                gone += 1
                named |= {outcome.value} if outcome.value else set()
        record.dropped = before or gone == len(pairs)
    for name in index.by_name:
        if name not in named:
            findings.settle(
                "picture",
                name,
                Outcome(None, "no row names this picture; `drop` leaves it out"),
                row=None,
                parse=nothing,
                kind="picture without a row",
                can_be_empty=False,
            )
    return _one_row_each(shots, findings)


def _one_row_each(shots: list[Shot], findings: Findings) -> list[Shot]:
    of: dict[str, list[Shot]] = {}
    for shot in shots:
        of.setdefault(shot.picture, []).append(shot)
    kept: dict[str, Shot] = {}
    for picture, several in of.items():
        first = several[0]
        differing = _differences([shot.record for shot in several])
        if len(several) == 1:
            kept[picture] = first
        elif not differing:
            said = "rows that say the same of one picture; the first is kept"
            for shot in several:
                findings.note("row", "doubled", picture, said, row=shot.record.row)
            kept[picture] = first
        else:
            rows = tuple(_row(shot.record, differing) for shot in several)
            outcome = Outcome(None, f"rows that differ in {', '.join(differing)}", rows)
            for shot in several:
                settled = findings.settle(
                    "picture",
                    picture,
                    outcome,
                    row=shot.record.row,
                    parse=nothing,
                    kind="several rows",
                    can_be_empty=False,
                )
                if settled.value == f"row {shot.record.row}":
                    kept[picture] = shot
                elif settled.value or settled.drop:
                    shot.record.dropped = True
    return [shot for shot in shots if kept.get(shot.picture) is shot]


def _row(record: Record, differing: list[str]) -> Candidate:
    """With what sets the row apart, by which it is known after the table was sorted anew."""
    cells = "; ".join(f"{column}: {tidy(record.source[column])}" for column in differing)
    return Candidate(f"row {record.row}", cells)


def _differences(records: list[Record]) -> list[str]:
    """Columns in which rows differ, the one that names the picture included only by meaning."""
    first, *others = records
    return [
        column
        for column, cell in first.source.items()
        if any(tidy(other.source[column]) != tidy(cell) for other in others)
    ]


def squash(patient: str) -> str:
    """What is the same for two spellings of one patient's name: ``P-001``, ``p1``, ``P1.0``.

    >>> squash("P-001") == squash("p1")
    True
    """
    plain = re.sub(r"\.0\Z", "", patient.casefold())
    plain = re.sub(r"(?<=[0-9])[\W_]+(?=[0-9])", "·", plain)
    plain = re.sub(r"[^\w·]+|_", "", plain)
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", plain)
