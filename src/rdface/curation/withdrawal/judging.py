"""What becomes of one file that is in no cohort and in no folder of results."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from rdface.curation.withdrawal.mentions import (
    NUMBERS,
    PACKED,
    PICTURES,
    TABLES,
    mentions,
    read_table,
    rows_of_patient,
)
from rdface.curation.withdrawal.released import folds_without
from rdface.curation.withdrawal.traces import Traces
from rdface.files import sha256_file

Action = Literal["remove", "rows", "look"]

COPIES: Final = "copies of pictures"
_PAGES: Final = frozenset({".html", ".htm", ".svg", ".pdf"})


@dataclass(frozen=True)
class Step:
    """What becomes of one file or folder.

    Attributes:
        kind: What it is, for counting.
        path: Where.
        action: ``remove`` it, remove ``rows`` of it, or have the user ``look`` at it.
        count: Rows or files that go.
        why: For ``look``: why rdface leaves it.
        files: Names of pictures whose rows go, where the table names nobody.
    """

    kind: str
    path: Path
    action: Action
    count: int = 1
    why: str = ""
    files: frozenset[str] = frozenset()


def judge(path: Path, traces: Traces, others: frozenset[str]) -> Step | None:
    """What becomes of one file; None where nothing does.

    Args:
        path: The file.
        traces: What to look for.
        others: SHA-256 of pictures that are known to show other people.

    Raises:
        OSError: It cannot be read.
    """
    suffix = path.suffix.lower()
    if path.is_symlink():
        return Step("link", path, "look", why="a link; what it points to was not looked at")
    digest = sha256_file(path)
    if digest in traces.pictures:
        return Step(COPIES, path, "remove")
    if not mentions(path, traces):
        return None if digest in others else _opaque(path, suffix)
    if suffix in TABLES:
        return _table(path, traces)
    data = path.read_bytes()
    if suffix == ".jsonl":
        count = sum(traces.person_in_text(line) for line in data.splitlines())
        return Step("reports in words", path, "rows", count) if count else None
    if suffix in _PAGES or suffix in PICTURES:
        return Step("pages and pictures", path, "remove")
    folds = folds_without(path, traces) if suffix == ".json" else None
    if folds is not None:
        return Step("released folds", path, "rows", folds[1]) if folds[1] else None
    if suffix in NUMBERS:
        return Step("features and fitted models", path, "remove")
    if suffix == ".json" and b'"subject"' in data and b'"metaData"' in data:
        return Step("Phenopackets", path, "remove")
    if (path.parent / "reports.jsonl").is_file() and not traces.person_in_text(data):
        return None  # says of which cohort the reports beside it are
    personal = suffix in PACKED or traces.person_in_text(data) or traces.in_text(path.name.encode())
    if not personal:
        why = "was made of a cohort that the patient was in; make it anew"
        return Step("file", path, "look", why=why)
    why = "names the patient; it is no file that rdface can clean"
    return Step("file", path, "look", why=why)


def _table(path: Path, traces: Traces) -> Step | None:
    """Rows that go; a file that names the patient elsewhere, as above a column, is the user's."""
    try:
        table = read_table(path)
    except ValueError:
        why = "names the patient, or a cohort that the patient was in; it cannot be read as a table"
        return Step("file", path, "look", why=why)
    count = int(rows_of_patient(table, traces).sum())
    if count and not traces.in_text(path.name.encode()):
        return Step("rows of tables", path, "rows", count)
    if count:
        return Step("tables", path, "remove")
    words = [path.name, *map(str, table.columns)]
    if any(traces.in_cell(word) for word in words) or traces.person_in_text(path.read_bytes()):
        why = "names the patient, and in no row that could be taken out"
        return Step("file", path, "look", why=why)
    return None


def _opaque(path: Path, suffix: str) -> Step | None:
    if suffix in PICTURES:
        why = "a picture outside of any cohort; nothing says whom it shows"
        return Step("picture", path, "look", why=why)
    if suffix in NUMBERS:
        return Step("numbers", path, "look", why="numbers; nothing says from whom they were learnt")
    if suffix in PACKED and suffix not in {".tar", ".zip"}:
        return Step("archive", path, "look", why="packed; it was not looked into")
    return None
