"""Tables as people keep them: CSV in every dialect, XLSX with all that spreadsheets do."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from rdface.curation.ingest.private_columns import suspicion
from rdface.curation.ingest.source_table import read_csv
from rdface.curation.ingest.workbook import read_xlsx
from rdface.errors import CohortError, UsageError


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_dialect_reads_the_same(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "t.csv"
    text = "Foto|Name \n1.jpg|Mädchen\n\n2.jpg|\n".replace("|", delimiter)
    path.write_bytes(text.encode(encoding))
    table = read_csv(path)
    assert table.columns == ("Foto", "Name")
    assert [(row.number, row.cells["Name"]) for row in table.rows] == [(2, "Mädchen"), (4, "")]
    said = {one.kind for one in table.said}
    assert ("encoding" in said) == (encoding == "cp1252")
    assert "blank rows" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty, and should be headers"),
        ("a,b\n", "no rows below"),
        ("a,b\n\n", "no rows below"),
        ("Patients\na,b\n1,2\n", "one cell only, row 2 has more"),
        ("a,b\n1,2,3\n", "rows 2 have cells beyond"),
        ("a,,b\n1,2,3\n", "column 2, which has no header"),
        ('a,b\n"1,2\n', "no CSV table"),
    ],
)
def test_what_is_no_table_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text)
    with pytest.raises(CohortError, match=said):
        read_csv(path)


def test_binary_and_missing_files(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(bytes(range(256)))
    with pytest.raises(CohortError, match="no text"):
        read_csv(tmp_path / "t.csv")
    with pytest.raises(CohortError, match="cannot be read"):
        read_csv(tmp_path / "none.csv")
    for name in ("t.csv", "none.csv"):
        with pytest.raises(CohortError, match=r"XLSX|cannot be read"):
            read_xlsx(tmp_path / name)


def test_headers_that_stand_twice_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("sex,sex\nm,f\n")
    table = read_csv(path)
    assert table.columns == ("sex (1)", "sex (2)")
    assert table.rows[0].cells == {"sex (1)": "m", "sex (2)": "f"}
    assert [one.kind for one in table.said] == ["header twice"]


def book(path: Path, rows: list[list[object]], *, title: str = "Patients", merge: str = "") -> Path:
    from openpyxl import Workbook

    made = Workbook()
    sheet = made.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    made.save(path)
    return path


def test_cells_are_what_a_person_reads(tmp_path: Path) -> None:
    values = [305400.0, 6.5, date(2020, 1, 2), datetime(2020, 1, 2), True, " x ", None]
    path = book(tmp_path / "t.xlsx", [[*"abcdefg"], values])
    (row,) = read_xlsx(path).rows
    found = ["305400", "6.5", "2020-01-02", "2020-01-02", "TRUE", " x ", ""]
    assert list(row.cells.values()) == found


def test_merged_cells_blank_rows_and_hidden_rows_are_said(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["who", "file"],
        ["P1", "1"],
        [None, "2"],
        [None, None],
        ["P2", "3"],
    ]
    path = book(tmp_path / "t.xlsx", rows, merge="A2:A3")
    table = read_xlsx(path)
    assert [row.cells["who"] for row in table.rows] == ["P1", "P1", "P2"]
    assert [row.number for row in table.rows] == [2, 3, 5]
    assert {one.kind for one in table.said} == {"merged cells", "blank rows"}


def test_a_title_above_the_table(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", [["Our patients"], ["who", "file"], ["P1", "1"]])
    with pytest.raises(CohortError, match="one cell only") as caught:
        read_xlsx(path)
    assert caught.value.hint is not None
    assert "header_row: 2" in caught.value.hint
    assert len(read_xlsx(path, header_row=2).rows) == 1


def test_formulas_without_results_are_not_passed_over(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", [["who", "file"], ["P1", '=A2&".jpg"']])
    with pytest.raises(CohortError, match="B2"):
        read_xlsx(path)


def test_sheets_are_named(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = book(tmp_path / "t.xlsx", [["who"], ["P1"]])
    several = load_workbook(path)
    several.create_sheet("Other")
    several.save(path)
    with pytest.raises(UsageError, match="2 sheets"):
        read_xlsx(path)
    with pytest.raises(UsageError, match="no sheet 'Patient'"):
        read_xlsx(path, sheet="Patient")
    assert read_xlsx(path, sheet="Patients").rows[0].cells == {"who": "P1"}


@pytest.mark.parametrize(
    ("header", "values", "private"),
    [
        ("Surname", [], True),
        ("First name", [], True),
        ("DOB", [], True),
        ("Telefon", [], True),
        ("hospital no.", [], True),
        ("remarks", [], True),
        ("x", ["a@b.org", "", ""], True),
        ("x", ["+49 221 1234567"], True),
        ("x", ["2010-01-02", "2011-01-02"], True),
        ("x", ["Muster, Max"], True),
        ("x", ["12345678"], True),
        ("light", ["sun", "window"], False),
        ("yaw", ["12.5", "-3"], False),
        ("gene", ["FGD1"], False),
    ],
)
def test_columns_that_may_name_somebody(header: str, values: list[str], private: bool) -> None:
    assert bool(suspicion(header, values)) == private
