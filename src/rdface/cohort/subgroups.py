"""How many patients and images each subgroup of a cohort has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

import pandas as pd

from rdface.cohort.cohort import Cohort
from rdface.cohort.groups import GROUPINGS, groups_of, in_order
from rdface.cohort.schema import age_in_years

UNKNOWN = ""


@dataclass(frozen=True)
class Count:
    """Patients and images of one cell; both None where they are hidden."""

    patients: int | None
    images: int | None

    @property
    def hidden(self) -> bool:
        """Whether the numbers are withheld."""
        return self.patients is None


HIDDEN = Count(None, None)


@dataclass(frozen=True)
class GroupTable:
    """Counts by one grouping, or by two that are crossed.

    Attributes:
        rows: Grouping of the rows.
        columns: Grouping of the columns; empty for a table by one grouping.
        row_groups: Groups in order; ``""`` is "not known".
        column_groups: Likewise; empty for a table by one grouping.
        cells: (group of the row, group of the column) to count; cells without patients are left
            out.
        row_totals: Group of the row to count.
        column_totals: Group of the column to count.
        withheld: Nothing of it is shown, for a hidden count could be worked out whatever else
            were hidden.
    """

    rows: str
    columns: str
    row_groups: tuple[str, ...]
    column_groups: tuple[str, ...]
    cells: Mapping[tuple[str, str], Count]
    row_totals: Mapping[str, Count]
    column_totals: Mapping[str, Count]
    withheld: bool = False

    def cell(self, row: str, column: str) -> Count:
        """One count; nobody where it is not listed."""
        return self.cells.get((row, column), Count(0, 0))

    @property
    def n_hidden(self) -> int:
        """Hidden cells and totals."""
        totals = [*self.row_totals.values(), *self.column_totals.values()]
        return sum(count.hidden for count in (*self.cells.values(), *totals))


@dataclass(frozen=True)
class Subgroups:
    """All tables of a cohort.

    Attributes:
        n_patients: All patients; never hidden.
        n_images: All real images; never hidden.
        smallest: Counts below it are hidden; 0 or 1 hides none.
        single: Grouping to table: sex, age, ancestry, region, country, condition.
        crossed: Tables of two groupings.
    """

    n_patients: int
    n_images: int
    smallest: int
    single: Mapping[str, GroupTable] = field(default_factory=dict)
    crossed: tuple[GroupTable, ...] = ()

    @property
    def tables(self) -> tuple[GroupTable, ...]:
        """Those by one grouping, then the crossed ones."""
        return (*self.single.values(), *self.crossed)

    @property
    def n_countries(self) -> int:
        """Countries that somebody comes from, hidden ones included."""
        return len(set(self.single["country"].row_groups) - {UNKNOWN})

    @property
    def n_hidden(self) -> int:
        """Hidden cells and totals of all tables."""
        return sum(table.n_hidden for table in self.tables)


def count_subgroups(cohort: Cohort) -> Subgroups:
    """Count patients and real images by sex, age, ancestry, region, country and condition.

    A patient counts once in every table, under the age of the youngest dated picture (bands of
    :data:`~rdface.cohort.groups.AGE_BANDS`) and the first ancestry and country that are stated,
    and all the patient's images count there.

    Nothing is hidden; see :func:`rdface.cohort.small_cells.hide_small`.
    """
    people = _people(cohort)
    single = _singles(people, cohort)
    pairs = [*combinations(GROUPINGS, 2), *(("condition", by) for by in GROUPINGS)]
    crossed = [_crossed(people, single[rows], single[columns]) for rows, columns in pairs]
    return Subgroups(len(people), int(people["images"].sum()), 0, single, tuple(crossed))


def count_groups(cohort: Cohort) -> dict[str, GroupTable]:
    """The tables by one grouping alone, as :func:`count_subgroups` makes them."""
    return _singles(_people(cohort), cohort)


def _singles(people: pd.DataFrame, cohort: Cohort) -> dict[str, GroupTable]:
    groups = {by: (*in_order(people[by]), *_unknown(people[by])) for by in (*GROUPINGS, "country")}
    groups["condition"] = tuple(c for c in cohort.condition_ids if c in set(people["condition"]))
    return {by: _single(people, by, groups[by]) for by in groups}


def _unknown(column: Iterable[str]) -> tuple[str, ...]:
    return (UNKNOWN,) if UNKNOWN in set(column) else ()


def _people(cohort: Cohort) -> pd.DataFrame:
    """One row a patient, by id: groups, condition and number of images."""
    real = cohort.images[cohort.images["synthetic_of"] == ""]
    young = real["age"].map(lambda age: age_in_years(age) if age else float("inf"))
    real = real.assign(_age=young)

    def first(column: pd.Series) -> str:
        return next((str(value) for value in column if value), UNKNOWN)

    people = real.groupby("patient_id", sort=False).agg(
        {"sex": first, "ancestry": first, "country": first, "condition": first}
    )
    people["images"] = real["patient_id"].value_counts()
    people["age"] = real.sort_values("_age", kind="stable").groupby("patient_id")["age"].agg(first)
    grouped = {by: groups_of(people, by) for by in GROUPINGS}
    return people.assign(**grouped)


def _single(people: pd.DataFrame, by: str, groups: tuple[str, ...]) -> GroupTable:
    totals = _counts(people, [by])
    return GroupTable(by, "", groups, (), {}, {g: totals[g,] for g in groups}, {})


def _crossed(people: pd.DataFrame, rows: GroupTable, columns: GroupTable) -> GroupTable:
    """Crossed counts of two tables by one grouping, which are its totals."""
    cells = {(r, c): count for (r, c), count in _counts(people, [rows.rows, columns.rows]).items()}
    return GroupTable(
        rows.rows,
        columns.rows,
        rows.row_groups,
        columns.row_groups,
        cells,
        rows.row_totals,
        columns.row_totals,
    )


def _counts(people: pd.DataFrame, by: list[str]) -> dict[tuple[str, ...], Count]:
    found: dict[tuple[str, ...], list[int]] = {}
    for *group, images in people[[*by, "images"]].itertuples(index=False):
        sums = found.setdefault(tuple(map(str, group)), [0, 0])
        sums[0] += 1
        sums[1] += int(images)
    return {group: Count(*sums) for group, sums in found.items()}
