"""Hide small groups in all tables of a cohort at once, so that no table gives another one away."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace

from rdface.cohort.disclosure import Arc, Unsafe, hide
from rdface.cohort.groups import region_of
from rdface.cohort.subgroups import HIDDEN, UNKNOWN, Count, GroupTable, Subgroups

Moves = tuple[tuple[str, str], ...]
"""Pairs of groups with hidden totals: the first may have one patient more, the second one less."""


def hide_small(made: Subgroups, *, smallest: int) -> Subgroups:
    """Hide counts of 1 to ``smallest`` - 1 patients, and others with them.

    First the tables by one grouping are made safe; they are the totals of the crossed tables (and
    regions those of countries), and one that is hidden there is hidden everywhere. A hidden total
    is safe since it may be one more while another hidden one, the same in all tables, is one less.
    Then each crossed table is made safe as if all its totals were known, and so that it allows
    every one of these exchanges. So **all tables together** have for every hidden count two
    solutions or more in whole numbers (:mod:`rdface.cohort.disclosure`). They differ by a patient
    with one image: the numbers of images, hidden where those of patients are, are as safe.

    Where a total gives a small cell away (seven cells of one that add up to seven), it is hidden,
    too. A table that cannot be made safe even so is withheld. The numbers of all patients and of
    all images are never hidden.

    Args:
        made: Tables in which nothing is hidden.
        smallest: The smallest count that may be shown by itself; 0 or 1 hides nothing.
    """
    if smallest < 2:
        return made
    forced: set[tuple[str, str]] = set()
    while True:  # ends: every round but the last adds a group
        known = len(forced)
        found = _attempt(made, smallest, forced)
        if len(forced) == known:
            return found


def _attempt(made: Subgroups, smallest: int, forced: set[tuple[str, str]]) -> Subgroups:
    """Hide with these totals hidden in any case; add those without which a table was lost."""
    single = {
        by: _single(table, smallest, forced) for by, table in made.single.items() if by != "country"
    }
    moves = {}
    for by in list(single):
        single[by], moves[by] = _exchanges(made, single, by)
    single["country"] = _countries(made.single["country"], single["region"], moves, smallest)
    crossed = tuple(_crossed(table, single, moves, smallest, forced) for table in made.crossed)
    in_order = {by: single[by] for by in made.single}
    return replace(made, smallest=smallest, single=in_order, crossed=crossed)


def _single(table: GroupTable, smallest: int, forced: set[tuple[str, str]]) -> GroupTable:
    arcs = [Arc(group, "all", "end", _people(n)) for group, n in table.row_totals.items()]
    also = {group for group in table.row_groups if (table.rows, group) in forced}
    try:
        return _without(table, hide(arcs, smallest=smallest, also=also))
    except Unsafe:
        return _without(table, None)


def _people(count: Count) -> int:
    return count.patients or 0


def _without(table: GroupTable, hidden: set[Hashable] | None) -> GroupTable:
    totals = {
        group: HIDDEN if hidden is None or group in hidden else count
        for group, count in table.row_totals.items()
    }
    return replace(table, row_totals=totals, withheld=hidden is None)


def _exchanges(made: Subgroups, single: dict[str, GroupTable], by: str) -> tuple[GroupTable, Moves]:
    """Pair every hidden group with one that can give a patient in every table.

    Such a one has a cell of two patients or more in each of them. If no hidden group is so, the
    smallest one that is shown and is so is hidden as well. It is itself paired with another one.
    """
    table, full = single[by], made.single[by].row_totals
    hidden = [group for group, count in table.row_totals.items() if count.hidden]
    if table.withheld or not hidden:
        return table, ()
    can_give = {group: _largest(made, by, group) > 1 for group in full}
    givers = [group for group in full if can_give[group] and group not in hidden]
    givers.sort(key=lambda group: _people(full[group]))
    inside = [group for group in hidden if can_give[group]]
    inside.sort(key=lambda group: -_people(full[group]))
    chosen = [*inside, *givers][:2]
    if not chosen:
        return table, tuple((group, hidden[0]) for group in hidden[1:])
    first = chosen[0]
    hidden = list(dict.fromkeys([*hidden, first]))
    moves = [(group, first) for group in hidden if group != first]
    if len(chosen) > 1 and chosen[1] in hidden:
        moves.append((first, chosen[1]))
    totals = {group: HIDDEN if group in hidden else n for group, n in table.row_totals.items()}
    return replace(table, row_totals=totals), tuple(moves)


def _largest(made: Subgroups, by: str, group: str) -> int:
    """The largest cell of a group, in the table where that is smallest."""
    largest = []
    for table in made.crossed:
        if by in (table.rows, table.columns):
            side = 0 if by == table.rows else 1
            largest.append(
                max(_people(n) for cell, n in table.cells.items() if cell[side] == group)
            )
    return min(largest)


def _countries(
    table: GroupTable, regions: GroupTable, moves: Mapping[str, Moves], smallest: int
) -> GroupTable:
    arcs = [
        Arc(country, region_of(country) if country else UNKNOWN, "end", _people(count))
        for country, count in table.row_totals.items()
    ]
    try:
        hidden = None if regions.withheld else hide(arcs, smallest=smallest, ways=moves["region"])
    except Unsafe:
        hidden = None
    return _without(table, hidden)


def _crossed(
    table: GroupTable,
    single: Mapping[str, GroupTable],
    moves: Mapping[str, Moves],
    smallest: int,
    forced: set[tuple[str, str]],
) -> GroupTable:
    rows, columns = single[table.rows], single[table.columns]
    arcs = [
        Arc(cell, ("row", cell[0]), ("column", cell[1]), _people(count))
        for cell, count in table.cells.items()
    ]
    ways = [(("row", more), ("row", less)) for more, less in moves[table.rows]]
    ways += [(("column", less), ("column", more)) for more, less in moves[table.columns]]
    hidden: set[Hashable] | None = None
    if not rows.withheld and not columns.withheld:
        try:
            hidden = hide(arcs, smallest=smallest, ways=ways)
        except Unsafe as unsafe:
            if unsafe.key is not None:  # its own totals may be what gives it away
                row, column = next(cell for cell in table.cells if cell == unsafe.key)
                forced |= {(table.rows, row), (table.columns, column)}
    return replace(
        table,
        cells={
            cell: HIDDEN if hidden is None or cell in hidden else count
            for cell, count in table.cells.items()
        },
        row_totals=rows.row_totals,
        column_totals=columns.row_totals,
        withheld=hidden is None,
    )
