"""Tables as text, in whatever dialect a spreadsheet saved them: cells to search, lines to keep.

Rows are taken out of the text itself. What is left of a file keeps its encoding, its delimiter, its
quotation marks and its line ends.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _csv import Reader

_DELIMITERS: Final = (",", ";", "\t", "|")


def read_records(path: Path) -> tuple[list[str], list[list[str]], str]:
    """Each record as it is written, its cells, and the encoding; the first is the header.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no table, as where a quotation mark is never closed.
    """
    text, encoding = _decoded(path.read_bytes())
    delimiters = ("\t",) if path.suffix.lower() == ".tsv" else _DELIMITERS
    try:
        best = max(delimiters, key=lambda one: len(next(_reader(text, one), [])))
        lines = list(io.StringIO(text, newline=""))
        reader = _reader(text, best)
        raw, cells, at = [], [], 0
        for row in reader:
            raw.append("".join(lines[at : reader.line_num]))
            cells.append(row)
            at = reader.line_num
    except csv.Error as error:
        raise ValueError(f"{path.name} is no table: {error}") from error
    return raw, cells, encoding


def encoded(records: Iterable[str], encoding: str) -> bytes:
    """The file of these records."""
    return "".join(records).encode(encoding)


def _reader(text: str, delimiter: str) -> Reader:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _decoded(data: bytes) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16"), "utf-16"
    for encoding in ("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8", "cp1252"):
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1"), "latin-1"
