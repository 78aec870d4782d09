"""CSV in whatever encoding and with whatever delimiter a spreadsheet saved it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from rdface.errors import CohortError

DELIMITERS: Final = (",", ";", "\t", "|")
Cells = tuple[int, list[str]]
"""Row number as a spreadsheet counts it, and its cells."""


@dataclass(frozen=True)
class TextTable:
    """A table, the header among its records.

    Attributes:
        cells: Cells of every record.
        written: Every record as it is written, its line end included.
        delimiter: What cuts the cells.
        encoding: Of the file.
    """

    cells: list[list[str]]
    written: list[str]
    delimiter: str
    encoding: str

    def header(self, row: int = 1) -> list[str]:
        """The record of that number; without cells where there is none."""
        return self.cells[row - 1] if len(self.cells) >= row else []

    def below(self, row: int = 1) -> list[Cells]:
        """What stands below the header and holds anything."""
        rows = enumerate(self.cells, start=1)
        return [(n, cells) for n, cells in rows if n > row and any(map(str.strip, cells))]


def decode(data: bytes) -> tuple[str, str]:
    """Text and the name of its encoding: UTF-8, UTF-16 with its mark, or Windows-1252.

    Raises:
        ValueError: It is none of these.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        marked = data.startswith(b"\xef\xbb\xbf")
        encodings = ["utf-8-sig" if marked else "utf-8", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text, encoding
    raise ValueError("no text in UTF-8 or Windows-1252")


def cut(
    text: str, encoding: str, *, header_row: int = 1, delimiters: Sequence[str] = DELIMITERS
) -> TextTable:
    """Cut a text into records and cells, at the delimiter that cuts the header most.

    Raises:
        ValueError: A quotation mark is never closed, or a field is too long.
    """

    def cells_of_header(delimiter: str) -> int:
        # Not strict: any other delimiter than the right one may stand beside quotation marks.
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return len(next(islice(lines, header_row - 1, None), []))

    lines = list(io.StringIO(text, newline=""))
    cells, written, at = [], [], 0
    try:
        best = max(delimiters, key=cells_of_header)
        reader = csv.reader(lines, delimiter=best, strict=True)
        for record in reader:
            cells.append(record)
            written.append("".join(lines[at : reader.line_num]))
            at = reader.line_num
    except csv.Error as error:
        raise ValueError(f"no CSV table: {error}") from error
    return TextTable(cells, written, best, encoding)


def read_text_table(path: Path, *, header_row: int = 1) -> TextTable:
    """Read a file that people keep or have filled in.

    Raises:
        CohortError: It cannot be read, or is no table.
    """
    try:
        return cut(*decode(path.read_bytes()), header_row=header_row)
    except OSError as error:
        raise CohortError(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        hint = "Save it from the spreadsheet as CSV UTF-8, or give the XLSX file itself."
        raise CohortError(f"{path} is {error}.", hint=hint) from error
