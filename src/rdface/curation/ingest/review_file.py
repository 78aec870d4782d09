"""The review as a CSV file that opens in a spreadsheet, and what comes back in it.

A spreadsheet makes 2.5 of ``2 1/2`` and a date of ``2-3`` when it opens a CSV file, and runs what
begins with ``=``; so values stand between quotes here, and answers are found again by ``id``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from rdface.curation.ingest.findings import Finding, shown_candidates
from rdface.curation.ingest.private_file import write_private
from rdface.curation.text_dialect import read_text_table
from rdface.errors import CohortError, UsageError
from rdface.registry import nearest

COLUMNS = ("state", "field", "kind", "value", "rows", "said", "candidates", "answer", "id")
_ORDER = ("WRONG ANSWER", "DOUBT", "left empty", "left out", "changed", "note", "answered", "gone")
_LONGEST = 30_000
_WORDS = re.compile(r"(?:(?:\A| \| )`\w+`)+\Z")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class Answered:
    """What a review file holds.

    Attributes:
        rows: Finding id -> the whole row, the reviewer's own columns included.
        columns: The reviewer's own columns.
    """

    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    columns: tuple[str, ...] = ()

    @property
    def answers(self) -> dict[str, str]:
        """Finding id -> answer, where there is one."""
        return {
            key: row["answer"].strip() for key, row in self.rows.items() if row["answer"].strip()
        }

    @property
    def offered(self) -> dict[str, str]:
        """Finding id -> the candidates that the reviewer saw, without the words after them."""
        return {
            key: _WORDS.sub("", row.get("candidates", "").strip()) for key, row in self.rows.items()
        }

    def take(self, answers: Mapping[str, str]) -> None:
        """Answer lines by id, as if it had been written into the file.

        Raises:
            UsageError: The review has no such line.
        """
        for identifier, answer in answers.items():
            if identifier not in self.rows:
                hint = f"{nearest(identifier, self.rows)} A first run writes the review."
                raise UsageError(f"The review has no line {identifier!r}.", hint=hint.lstrip())
            self.rows[identifier]["answer"] = answer


def read_review(path: Path) -> Answered:
    """Read a review that people may have saved from a spreadsheet in its own way.

    Raises:
        UsageError: It is no review any more; it is left as it is.
    """
    if path.with_suffix(".xlsx").exists():
        hint = f"Save it as {path.name} (CSV UTF-8), and move the XLSX file away."
        raise UsageError(f"{path.with_suffix('.xlsx')} lies beside the review.", hint=hint)
    if not path.exists():
        return Answered()
    hint = "Mend it, or move it away to begin a new one; rdface does not overwrite it."
    try:
        text = read_text_table(path)
    except CohortError as error:
        raise UsageError(error.message, hint=hint) from error
    header = text.header()
    if not {"id", "answer"} <= set(header):
        raise UsageError(f"{path} has no columns `id` and `answer` any more.", hint=hint)
    found: dict[str, dict[str, str]] = {}
    for number, cells in text.below():
        row = dict(zip(header, cells, strict=False))
        identifier = row.get("id", "").strip()
        if not identifier and any(row.values()):
            raise UsageError(f"{path}, row {number}: the id is gone.", hint=hint)
        row = {column: row.get(column, "") for column in header}
        earlier = found.get(identifier)
        if earlier and {earlier["answer"], row["answer"]} - {""} > {row["answer"]}:
            raise UsageError(f"{path}, row {number}: two answers to {identifier}.", hint=hint)
        if identifier and not (earlier and earlier["answer"]):
            found[identifier] = row
    return Answered(found, tuple(one for one in header if one and one not in COLUMNS))


def write_review(
    path: Path, findings: list[Finding], before: Answered, renewed: Mapping[str, str]
) -> None:
    """Write all findings, with the answers there were; answers to what is gone stay at the end.

    Answers in ``renewed`` take the place of numbers whose candidates have changed.

    The file can hold names of patients: only its owner may read it.
    """
    rows = []
    for finding in sorted(findings, key=lambda one: _ORDER.index(one.state)):
        old = before.rows.get(finding.id, {})
        rows.append(
            _row(finding)
            | {"answer": renewed.get(finding.id, old.get("answer", ""))}
            | _own(old, before.columns)
        )
    now = {finding.id for finding in findings}
    for identifier, old in before.rows.items():
        own = _own(old, before.columns)
        if identifier not in now and (old["answer"].strip() or any(own.values())):
            rows.append({**old, "state": "gone", "answer": old["answer"], **own})
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(
        stream, [*COLUMNS, *before.columns], extrasaction="ignore", lineterminator="\r\n"
    )
    writer.writeheader()
    writer.writerows(rows)
    # The mark at the beginning tells spreadsheets that it is UTF-8.
    write_private(path, b"\xef\xbb\xbf" + stream.getvalue().encode())


def _own(old: dict[str, str], columns: tuple[str, ...]) -> dict[str, str]:
    return {column: old.get(column, "") for column in columns}


def _row(finding: Finding) -> dict[str, str]:
    candidates = [shown_candidates(finding.candidates)] if finding.candidates else []
    words = [f"`{word}`" for word in finding.words] if finding.open else []
    return {
        "state": finding.state,
        "field": finding.field,
        "kind": finding.kind,
        "value": f"'{finding.value}'"[:_LONGEST],
        "rows": row_ranges(finding.rows)[:_LONGEST],
        "said": _harmless(finding.said)[:_LONGEST],
        "candidates": " | ".join([*candidates, *words])[:_LONGEST],
        "id": finding.id,
    }


def _harmless(text: str) -> str:
    return f" {text}" if text.startswith(_FORMULA) else text


def row_ranges(rows: list[int]) -> str:
    """``row 2``, ``rows 2, 5 to 7``: in words, for 5-7 would become a date.

    >>> row_ranges([7, 2, 5, 6])
    'rows 2, 5 to 7'
    """
    ordered = sorted(set(rows))
    parts = []
    for _, group in groupby(enumerate(ordered), key=lambda pair: pair[1] - pair[0]):
        run = [row for _, row in group]
        parts.append(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}")
    return f"row{'s' if len(ordered) > 1 else ''} {', '.join(parts)}" if parts else ""
