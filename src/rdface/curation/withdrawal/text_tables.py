"""Tables as text, in whatever dialect a spreadsheet saved them: cells to search, lines to keep.

Rows are taken out of the text itself. What is left of a file keeps its encoding, its delimiter, its
quotation marks and its line ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rdface.curation.text_dialect import DELIMITERS, TextTable, cut, decode


def read_records(path: Path) -> TextTable:
    """Every record of a table; what is in no known encoding is searched nevertheless.

    Raises:
        OSError: It cannot be read.
        ValueError: It is no table, as where a quotation mark is never closed.
    """
    data = path.read_bytes()
    try:
        text, encoding = decode(data)
    except ValueError:
        encoding = "latin-1"  # has every byte
        text = data.decode(encoding)
    delimiters = ("\t",) if path.suffix.lower() == ".tsv" else DELIMITERS
    return cut(text, encoding, delimiters=delimiters)


def encoded(records: Iterable[str], encoding: str) -> bytes:
    """The file of these records."""
    return "".join(records).encode(encoding)
