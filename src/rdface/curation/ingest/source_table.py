"""A table as people keep it: CSV in any dialect; read only, every cell as text."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from rdface.curation.ingest.normalise.outcome import tidy
from rdface.curation.text_dialect import Cells, read_text_table
from rdface.errors import CohortError


@dataclass(frozen=True)
class Said:
    """Something about the table that people should know.

    Attributes:
        kind: What sort of thing.
        value: Where.
        said: What.
        rows: Rows.
    """

    kind: str
    value: str
    said: str
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class SourceRow:
    """One row.

    Attributes:
        number: As a spreadsheet counts it.
        cells: Column -> text, as it stands there.
    """

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class SourceTable:
    """A table.

    Attributes:
        name: Of the file.
        columns: Headers, in order; those that stand twice are told apart: ``Sex (1)``.
        rows: Rows that are not empty.
        said: What was found on the way.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[SourceRow, ...]
    said: tuple[Said, ...] = field(default=())

    def values(self, column: str) -> frozenset[str]:
        """Every value of a column."""
        return frozenset(row.cells[column] for row in self.rows)


def read_csv(path: Path, *, header_row: int = 1) -> SourceTable:
    """Read a CSV file.

    Raises:
        CohortError: It is no table, or rows have more cells than the header.
    """
    text = read_text_table(path, header_row=header_row)
    said = []
    if text.encoding == "cp1252":
        reason = "not UTF-8: read as Windows-1252; look whether umlauts and accents are right"
        said.append(Said("encoding", path.name, reason))
    if text.delimiter != ",":
        said.append(Said("delimiter", path.name, f"cells are cut at {text.delimiter!r}"))
    header, rows = text.header(header_row), text.below(header_row)
    return make_table(path, header, rows, said, header_row=header_row)


def make_table(
    path: Path, header: list[str], rows: list[Cells], said: list[Said], *, header_row: int
) -> SourceTable:
    """Check the shape of a table and name its columns.

    Raises:
        CohortError: No header, no rows, a cell without a header, or a header that is none.
    """
    header = [tidy(cell) for cell in header]
    while header and not header[-1]:
        header.pop()
    _check_header(path, header, rows, header_row)
    beyond = [number for number, cells in rows if any(map(str.strip, cells[len(header) :]))]
    if beyond:
        raise CohortError(
            f"{path}: rows {', '.join(map(str, beyond[:10]))} have cells beyond the last header.",
            hint="A comma in a cell without quotation marks? Or a column without a header?",
        )
    names = _distinct(header)
    nameless = [n for n, name in enumerate(header) if not name]
    kept = []
    for number, cells in rows:
        padded = [*cells, *[""] * (len(header) - len(cells))]
        for place in nameless:
            if padded[place].strip():
                raise CohortError(
                    f"{path}, row {number}: a cell in column {place + 1}, which has no header.",
                    hint="Give the column a header.",
                )
        kept.append(
            SourceRow(number, {name: padded[n] for n, name in enumerate(names) if header[n]})
        )
    last = rows[-1][0]
    blank = sorted(set(range(header_row + 1, last)) - {number for number, _ in rows})
    if blank:
        said.append(Said("blank rows", path.name, "passed over", tuple(blank)))
    for name in dict.fromkeys(one for one in header if one and header.count(one) > 1):
        numbered = [one for one in names if one.startswith(f"{name} (")]
        reason = f"stands {len(numbered)} times; called {' and '.join(numbered)} here"
        said.append(Said("header twice", name, reason))
    columns = tuple(name for n, name in enumerate(names) if header[n])
    return SourceTable(path.name, columns, tuple(kept), tuple(said))


def _check_header(path: Path, header: list[str], rows: list[Cells], header_row: int) -> None:
    filled = sum(map(bool, header))
    if not filled:
        hint = "Say in the spec which row has the headers (table: header_row)."
        raise CohortError(f"{path}: row {header_row} is empty, and should be headers.", hint=hint)
    if not rows:
        raise CohortError(f"{path} has headers and no rows below them.")
    if filled == 1:
        wide = next((n for n, cells in rows if sum(map(bool, map(str.strip, cells))) > 1), None)
        if wide is not None:
            raise CohortError(
                f"{path}: row {header_row} has one cell only, row {wide} has more.",
                hint=f"A title above the table? Then write `header_row: {wide}` below `table:`.",
            )


def _distinct(header: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    names = []
    for name in header:
        seen[name] = seen.get(name, 0) + 1
        names.append(f"{name} ({seen[name]})" if header.count(name) > 1 else name)
    return names
