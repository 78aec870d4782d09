"""A sheet of an XLSX file as text: what the cells show, merged cells filled and said."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from rdface.curation.ingest.source_table import Said, SourceTable, make_table
from rdface.errors import CohortError, UsageError
from rdface.registry import nearest


def read_xlsx(path: Path, *, sheet: str = "", header_row: int = 1) -> SourceTable:
    """Read one sheet.

    Args:
        path: The file.
        sheet: Name of the sheet; may be left out where there is only one.
        header_row: Row of the headers.

    Raises:
        CohortError: It is no XLSX file or no table.
        UsageError: There is no such sheet, or several and none is named; openpyxl is missing.
    """
    shown = _open(path, values=True)
    name = _sheet_name(path, list(shown.sheetnames), sheet)
    values = shown[name]
    said: list[Said] = []
    grid = [[_text(cell) for cell in row] for row in values.iter_rows(values_only=True)]
    _check_formulas(path, name, grid)
    for merged in sorted(values.merged_cells.ranges, key=str):
        _fill(grid, merged.bounds, header_row, said, str(merged))
    rows = [(n, cells) for n, cells in enumerate(grid, start=1) if any(map(str.strip, cells))]
    header = grid[header_row - 1] if len(grid) >= header_row else []
    body = [row for row in rows if row[0] > header_row]
    hidden = [n for n, one in values.row_dimensions.items() if one.hidden and n > header_row]
    if hidden:
        reason = "rows are hidden in the spreadsheet, by a filter or by hand; they are read"
        said.append(Said("hidden rows", path.name, reason, tuple(sorted(hidden))))
    return make_table(path, header, body, said, header_row=header_row)


def sheet_names(path: Path) -> list[str]:
    """Names of the sheets, in order.

    Raises:
        CohortError: It is no XLSX file.
    """
    return list(_open(path, values=True).sheetnames)


def _open(path: Path, *, values: bool) -> Any:  # noqa: ANN401 - openpyxl has no types
    try:
        from openpyxl import load_workbook  # type: ignore[import-untyped]
    except ImportError as error:
        raise UsageError(
            "XLSX files need openpyxl.", hint="Install rdface[curate], or save the sheet as CSV."
        ) from error
    try:
        return load_workbook(path, data_only=values)
    except FileNotFoundError as error:
        raise CohortError(f"{path} cannot be read: no such file.") from error
    except Exception as error:
        # openpyxl raises almost anything on a file that is none of its own.
        hint = "Save it as XLSX (not XLS), without a password; or as CSV UTF-8."
        raise CohortError(f"{path} is no XLSX file that can be opened.", hint=hint) from error


def _sheet_name(path: Path, names: list[str], sheet: str) -> str:
    if sheet in names:
        return sheet
    known = ", ".join(names)
    if sheet:
        hint = f"{nearest(sheet, names)} Sheets: {known}.".lstrip()
        raise UsageError(f"{path} has no sheet {sheet!r}.", hint=hint)
    if len(names) > 1:
        hint = f"Name one in the spec (table: sheet). Sheets: {known}."
        raise UsageError(f"{path} has {len(names)} sheets.", hint=hint)
    return names[0]


def _check_formulas(path: Path, sheet: str, grid: list[list[str]]) -> None:
    """A formula whose result is not stored looks empty; that would be a loss in silence."""
    formulas = _open(path, values=False)[sheet]
    unknown = [
        f"{cell.coordinate}"
        for row in formulas.iter_rows()
        for cell in row
        if cell.data_type == "f" and not grid[cell.row - 1][cell.column - 1]
    ]
    if unknown:
        raise CohortError(
            f"{path}: the results of formulas are not stored in {', '.join(unknown[:8])}"
            + (f" and {len(unknown) - 8} more." if len(unknown) > 8 else "."),
            hint="Open it in a spreadsheet program and save it; or turn formulas into values.",
        )


def _fill(
    grid: list[list[str]],
    bounds: tuple[int, int, int, int],
    header_row: int,
    said: list[Said],
    where: str,
) -> None:
    """Give every cell of a merged range below the header what the range shows."""
    left, top, right, bottom = bounds
    if top <= header_row:
        return
    value = grid[top - 1][left - 1]
    for row in range(top - 1, min(bottom, len(grid))):
        for column in range(left - 1, right):
            grid[row][column] = value
    if value:
        rows = tuple(range(top, bottom + 1))
        said.append(Said("merged cells", where, "each of them takes what they show", rows))


def _text(value: object) -> str:
    """What a person reads in the cell: 305400 for 305400.0, ISO dates."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
