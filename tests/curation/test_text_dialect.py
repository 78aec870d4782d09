"""CSV in every dialect is cut into what was written."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.curation.text_dialect import cut, decode


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_characters="\0\r"), max_size=5), min_size=2, max_size=2
        ),
        max_size=5,
    ),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from([",", ";", "\t", "|"]),
)
@settings(max_examples=100)
def test_what_csv_writes_is_read_again(rows: list[list[str]], quoting: int, delimiter: str) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=delimiter, quoting=quoting)
    writer.writerows([["first", "second"], *rows])
    table = cut(stream.getvalue(), "utf-8")
    assert table.delimiter == delimiter
    assert table.cells == [["first", "second"], *rows]
    assert "".join(table.written) == stream.getvalue()
    assert [cells for _, cells in table.below()] == [r for r in rows if any(map(str.strip, r))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_file_is_written_again_in_its_encoding(encoding: str) -> None:
    data = "Mädchen;Größe\n".encode(encoding)
    text, found = decode(data)
    assert (text, text.encode(found)) == ("Mädchen;Größe\n", data)
