"""No hidden count can be worked out from all that is shown, in all tables together."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.cohort import Cohort, CohortInfo, load_cohort
from rdface.cohort.disclosure import Arc, Unsafe, hide
from rdface.cohort.groups import region_of
from rdface.cohort.schema import IMAGE_COLUMNS
from rdface.cohort.small_cells import hide_small
from rdface.cohort.subgroups import Count, Subgroups, count_subgroups

INFO = CohortInfo(name="c", version="1", licence="CC0-1.0")
COUNTRIES = ("DE", "FR", "KE", "JP", "IN", "")


def cohort_of(people: list[tuple[int, ...]]) -> Cohort:
    """Sex, age, ancestry, country, condition and number of images of each patient."""
    rows = [
        {
            "image_id": f"p{number}.{image}",
            "patient_id": f"p{number}",
            "sex": ("female", "male", "")[sex],
            "age": ("P0Y6M", "P3Y", "P8Y")[age],
            "ancestry": ("asian", "mixed")[ancestry],
            "country": COUNTRIES[country],
            "condition": f"C{condition}",
        }
        for number, (sex, age, ancestry, country, condition, images) in enumerate(people)
        for image in range(images)
    ]
    images = pd.DataFrame(rows).reindex(columns=list(IMAGE_COLUMNS), fill_value="")
    conditions = pd.DataFrame({"condition": [f"C{number}" for number in range(4)]})
    return Cohort(Path("none"), INFO, images, conditions)


def ranges(tables: Subgroups, what: str) -> dict[Hashable, tuple[float, float]]:
    """Smallest and largest value of every hidden count, by linear programming.

    Independent of the code under test: the unknowns are the hidden counts, at least 1; the
    equations are that cells add up to totals, and totals to the whole, in every table at once.
    """
    from scipy.optimize import linprog

    unknown: dict[Hashable, int] = {}
    equations: list[tuple[dict[int, float], float]] = []

    def equation(parts: list[tuple[Hashable, Count]], whole: tuple[Hashable, Count] | int) -> None:
        left: dict[int, float] = {}
        right = 0.0
        signed = [(1.0, part) for part in parts]
        if isinstance(whole, int):
            right += whole
        else:
            signed.append((-1.0, whole))
        for sign, (key, count) in signed:
            if count.hidden:
                number = unknown.setdefault(key, len(unknown))
                left[number] = left.get(number, 0.0) + sign
            else:
                right -= sign * getattr(count, what)
        equations.append((left, right))

    whole = getattr(tables, f"n_{what}")
    for by, table in tables.single.items():
        if not table.withheld:
            totals = table.row_totals
            equation([((by, group), count) for group, count in totals.items()], whole)
    regions, countries = tables.single["region"], tables.single["country"]
    if not countries.withheld and not regions.withheld:
        for region, total in regions.row_totals.items():
            inside = [
                (("country", code), count)
                for code, count in countries.row_totals.items()
                if (region_of(code) if code else "") == region
            ]
            equation(inside, (("region", region), total))
    for table in tables.crossed:
        if table.withheld:
            continue
        name = (table.rows, table.columns)
        for side, by, totals in (
            (0, table.rows, table.row_totals),
            (1, table.columns, table.column_totals),
        ):
            for group, total in totals.items():
                cells = [((name, c), n) for c, n in table.cells.items() if c[side] == group]
                equation(cells, ((by, group), total))
    matrix = np.zeros((len(equations), len(unknown)))
    for row, (left, _) in enumerate(equations):
        for column, value in left.items():
            matrix[row, column] = value
    right_side = np.array([value for _, value in equations])
    found = {}
    for key, column in unknown.items():
        ends = []
        for sign in (1, -1):
            goal = np.zeros(len(unknown))
            goal[column] = sign
            answer = linprog(goal, A_eq=matrix, b_eq=right_side, bounds=(1, None))
            assert answer.status in (0, 3)
            ends.append(sign * answer.fun if answer.status == 0 else sign * np.inf)
        found[key] = (ends[0], ends[1])
    return found


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 0, 1, 1, 1, 2]),
        st.integers(0, 2),
        st.integers(0, 1),
        st.integers(0, 5),
        st.sampled_from([0, 0, 1, 1, 2, 3]),
        st.integers(1, 2),
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=7)
@given(people=PEOPLE, smallest=st.integers(2, 6), what=st.sampled_from(["patients", "images"]))
def test_every_hidden_count_could_be_several_numbers(
    people: list[tuple[int, ...]], smallest: int, what: str
) -> None:
    """In all tables together, for patients and for images."""
    tables = hide_small(count_subgroups(cohort_of(people)), smallest=smallest)
    for key, (low, high) in ranges(tables, what).items():
        assert high - low > 0.5, key


@settings(max_examples=10)
@given(people=PEOPLE, smallest=st.integers(0, 6))
def test_small_is_hidden_and_what_is_shown_is_true(
    people: list[tuple[int, ...]], smallest: int
) -> None:
    """No shown count is small or false; one total is hidden in all tables or in none."""
    full = count_subgroups(cohort_of(people))
    tables = hide_small(full, smallest=smallest)
    assert (tables.n_patients, tables.n_images) == (full.n_patients, full.n_images)
    for made, true in zip(tables.tables, full.tables, strict=True):
        for name in ("cells", "row_totals", "column_totals"):
            for group, count in getattr(made, name).items():
                if not count.hidden:
                    assert count == getattr(true, name)[group]
                    assert count.patients >= smallest
        if made.columns:
            assert made.row_totals == tables.single[made.rows].row_totals
            assert made.column_totals == tables.single[made.columns].row_totals
        sums = [count.patients for count in true.row_totals.values()]
        assert sum(sums) == full.n_patients
    assert tables.n_hidden == 0 or smallest > 1


def test_a_total_that_gives_a_count_away_is_not_enough() -> None:
    """A hidden cell brings three others: row and column would each give it away."""
    counts = {("a", "x"): 3, ("a", "y"): 20, ("b", "x"): 30, ("b", "y"): 9}
    arcs = [Arc(cell, cell[0], cell[1], n) for cell, n in counts.items()]
    assert hide(arcs, smallest=5) == set(counts)
    single = [Arc(group, "all", "end", n) for group, n in {"a": 3, "b": 50, "c": 8}.items()]
    assert hide(single, smallest=5) == {"a", "c"}  # the smaller of the two others


def test_what_cannot_be_hidden_is_withheld() -> None:
    """Two counts of one that add up to two are known, whatever is done."""
    arcs = [Arc("a", "all", "end", 1), Arc("b", "all", "end", 1)]
    with pytest.raises(Unsafe):
        hide(arcs, smallest=5)
    tables = hide_small(count_subgroups(cohort_of([(0, 0, 0, 0, 0, 1)])), smallest=5)
    assert all(table.withheld for table in tables.tables)
    assert all(count.hidden for count in tables.single["sex"].row_totals.values())


def test_a_patient_counts_once() -> None:
    """Under the youngest picture's age and the first country that is stated; synthetic: never."""
    images = pd.DataFrame(
        {
            "image_id": ["1", "2", "3", "4"],
            "patient_id": ["a", "a", "a", "synthetic:4"],
            "condition": "C0",
            "age": ["P9Y", "P2Y", "", "P1Y"],
            "country": ["", "DE", "FR", "FR"],
            "synthetic_of": ["", "", "", "1"],
        }
    ).reindex(columns=list(IMAGE_COLUMNS), fill_value="")
    cohort = Cohort(Path("none"), INFO, images, pd.DataFrame({"condition": ["C0"]}))
    tables = count_subgroups(cohort)
    assert tables.single["age"].row_totals == {"1 to 5 years": Count(1, 3)}
    assert tables.single["country"].row_totals == {"DE": Count(1, 3)}
    assert tables.single["sex"].row_totals == {"": Count(1, 3)}


@pytest.mark.slow
def test_the_shipped_cohort_is_safe_with_five() -> None:
    """sim103 keeps all its tables; totals, countries and condition by sex are safe together."""
    tables = hide_small(count_subgroups(load_cohort("sim103")), smallest=5)
    assert not any(table.withheld for table in tables.tables)
    alone = replace(tables, crossed=tuple(t for t in tables.crossed if t.columns == "sex"))
    for key, (low, high) in ranges(alone, "patients").items():
        assert high - low > 0.5, key


@pytest.mark.slow
@pytest.mark.parametrize("what", ["patients", "images"])
def test_larger_cohorts_too(what: str) -> None:
    """Forty random cohorts of up to 160 patients, most of whose tables are shown."""
    rng = np.random.default_rng(7)
    shown = hidden = 0
    for _ in range(40):
        people = [
            tuple(int(n) for n in (rng.integers(3), rng.integers(3), rng.integers(2),
                                   rng.integers(6), rng.integers(4), rng.integers(1, 4)))
            for _ in range(rng.integers(20, 160))
        ]  # fmt: skip
        full = count_subgroups(cohort_of(people))
        tables = hide_small(full, smallest=int(rng.integers(2, 9)))
        shown += sum(not table.withheld for table in tables.tables)
        found = ranges(tables, what)
        hidden += len(found)
        assert all(high - low > 0.5 for low, high in found.values())
    assert shown > 0.9 * 40 * 16
    assert hidden > 700
