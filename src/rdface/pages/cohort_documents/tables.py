"""Subgroup tables as CSV and as rows of the page."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from rdface.cohort.documents import CohortFacts
from rdface.cohort.subgroups import Count, GroupTable

HIDDEN = "hidden"
DOT = "•"
UNKNOWN = "not known"
ALL = "all"


def write_subgroups(facts: CohortFacts) -> str:
    """All tables in one CSV, a row a cell; ``all`` is a total."""
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow(["by", "group", "crossed_with", "crossed_group", "patients", "images"])
    whole = Count(facts.subgroups.n_patients, facts.subgroups.n_images)
    writer.writerow([ALL, ALL, "", "", *_numbers(whole)])
    for table in facts.subgroups.single.values():
        for group in table.row_groups:
            numbers = _numbers(table.row_totals[group])
            writer.writerow([table.rows, group or UNKNOWN, "", "", *numbers])
    for table in facts.subgroups.crossed:
        if table.withheld:
            writer.writerow([table.rows, HIDDEN, table.columns, HIDDEN, HIDDEN, HIDDEN])
            continue
        for row in table.row_groups:
            for column in table.column_groups:
                cell = _numbers(table.cell(row, column))
                names = [table.rows, row or UNKNOWN, table.columns, column or UNKNOWN]
                writer.writerow([*names, *cell])
    return held.getvalue()


def _numbers(count: Count) -> tuple[str, str]:
    return (HIDDEN, HIDDEN) if count.hidden else (str(count.patients), str(count.images))


@dataclass(frozen=True)
class Shown:
    """A table as the page shows it: patients, with images in small type.

    Attributes:
        title: What it counts.
        withheld: Nothing is shown.
        columns: Heads of the columns.
        rows: Name of the row, then (patients, images) of each cell; images are empty where both
            are hidden or nobody is there.
    """

    title: str
    withheld: bool
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def shown_tables(facts: CohortFacts, *, by_condition: bool) -> list[Shown]:
    """The crossed tables, either those by condition or the others."""
    return [
        _shown(table)
        for table in facts.subgroups.crossed
        if (table.rows == "condition") == by_condition
    ]


def _shown(table: GroupTable) -> Shown:
    def rows() -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:
        for row in table.row_groups:
            cells = [_pair(table.cell(row, column)) for column in table.column_groups]
            yield row or UNKNOWN, (*cells, _pair(table.row_totals[row]))
        totals = [_pair(table.column_totals[column]) for column in table.column_groups]
        yield ALL, (*totals, ("", ""))

    columns = (*(column or UNKNOWN for column in table.column_groups), ALL)
    title = f"{table.rows} by {table.columns}"
    return Shown(title, table.withheld, columns, () if table.withheld else tuple(rows()))


def _pair(count: Count) -> tuple[str, str]:
    if count.hidden:
        return DOT, ""
    return (str(count.patients), str(count.images)) if count.patients else ("0", "")
