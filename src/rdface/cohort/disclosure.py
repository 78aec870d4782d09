"""Hide small counts of a table so that its totals do not give them away.

A count of so few people that somebody might know one of them is hidden (primary suppression). It
could still be worked out from a total and the other counts of its row or column, so others are
hidden with it (complementary suppression). Which ones, is found as a cycle in a network whose arcs
are the counts: Kelly, Golden & Assad, "Cell suppression: disclosure protection for sensitive
tabular data", Networks 22 (1992); Cox, "Network models for complementary cell suppression", Journal
of the American Statistical Association 90 (1995). The threshold rule and its usual values are in
Hundepool et al., "Statistical Disclosure Control", Wiley 2012.

What is promised: whoever has all that is shown, knows that hidden counts are at least 1 (a zero is
shown as a zero) and adds and subtracts at will, finds for every hidden count two whole numbers or
more that it could be.
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import product

Key = Hashable

SMALLEST = 5
"""Counts below it are hidden. The United Kingdom's health statistics call counts of 1 to 4 unsafe
(Office for National Statistics, "Review of the dissemination of health statistics: confidentiality
guidance", 2006)."""


@dataclass(frozen=True)
class Arc:
    """A count as an arc of a network: what flows into an inner node flows out of it.

    Attributes:
        key: Names the count.
        tail: Where it comes from: the whole, or a row.
        head: Where it goes: a column, or the end.
        count: People; at least 1 (a zero needs no arc).
    """

    key: Key
    tail: Hashable
    head: Hashable
    count: int


class Unsafe(Exception):
    """Some hidden count can be worked out whatever is hidden with it.

    Args:
        key: The count; None where a way between hidden totals cannot be opened.
    """

    def __init__(self, key: Key | None) -> None:
        super().__init__(f"the count {key!r} cannot be hidden")
        self.key = key


def hide(
    arcs: Sequence[Arc],
    *,
    smallest: int,
    ways: Sequence[tuple[Hashable, Hashable]] = (),
    also: Set[Key] = frozenset(),
) -> set[Key]:
    """Choose the counts of a table that must be hidden, where its totals are shown.

    A hidden count is safe if it lies on a cycle of hidden counts around which one person can be
    moved: one more here, one less there, no count below 1, no shown count and no total changed.
    Where there is no such cycle, the one is made that hides the fewest people.

    Args:
        arcs: The counts.
        smallest: Counts below it are hidden.
        ways: Pairs of nodes, of totals that are hidden: between each pair a way of hidden counts is
            opened on which one person can be moved, and a count may be safe by such a way, too.
        also: Keys to hide in any case.

    Returns:
        Keys of the hidden counts.

    Raises:
        Unsafe: One could be worked out whatever is hidden with it, or a way cannot be opened.
    """
    hidden: set[Key] = {arc.key for arc in arcs if arc.count < smallest} | also
    safe: set[Key] = set()
    counts = {arc.key: arc.count for arc in arcs}

    def people(path: set[Key]) -> int:
        return sum(counts[key] for key in path - hidden)

    for begin, end in ways:
        path = way(arcs, hidden, begin, end)
        if path is None:
            raise Unsafe(None)
        hidden |= path
        safe |= path
    for arc in arcs:
        if arc.key in hidden and arc.key not in safe:
            best: set[Key] | None = None
            for path in _moves(arc, arcs, hidden, ways):
                if path is not None and (best is None or people(path) < people(best)):
                    best = path
                if best is not None and best <= hidden:
                    break  # nothing more needs to be hidden
            if best is None:
                raise Unsafe(arc.key)
            hidden |= best
            safe |= best | {arc.key}
    return hidden


def _moves(
    start: Arc,
    arcs: Sequence[Arc],
    hidden: set[Key],
    ways: Sequence[tuple[Hashable, Hashable]],
) -> Iterator[set[Key] | None]:
    """What else changes if ``start`` is one more, or one less, by a cycle or by one of the ways."""
    others = [arc for arc in arcs if arc.key != start.key]
    directions = [(start.tail, start.head)]
    if start.count > 1:
        directions.append((start.head, start.tail))
    for tail, head in directions:
        yield way(others, hidden, head, tail)
        from_here = [end for begin, end in ways if begin == tail]
        to_here = [begin for begin, end in ways if end == head]
        for end in from_here:
            yield way(others, hidden, head, end)
        for begin in to_here:
            yield way(others, hidden, begin, tail)
        for begin, end in product(to_here, from_here):  # a row and a column, each with its pair
            yield way(others, hidden, begin, end)


def way(arcs: Sequence[Arc], hidden: set[Key], begin: Hashable, end: Hashable) -> set[Key] | None:
    """How to move one person from ``begin`` to ``end``, hiding as few people as can be.

    Dijkstra's shortest path, along an arc for one more and against it for one less.

    Returns:
        Keys of all counts on the way; None where there is no way.
    """
    steps: dict[Hashable, list[tuple[int, Hashable, Key]]] = {}
    for arc in arcs:
        price = 0 if arc.key in hidden else arc.count
        steps.setdefault(arc.tail, []).append((price, arc.head, arc.key))
        if arc.count > 1:
            steps.setdefault(arc.head, []).append((price, arc.tail, arc.key))
    waiting: list[tuple[int, int, Hashable]] = [(0, 0, begin)]
    best = {begin: 0}
    came: dict[Hashable, tuple[Hashable, Key]] = {}
    number = 0  # ties go to what was found first; nodes need no order
    while waiting:
        cost, _, node = heapq.heappop(waiting)
        if node == end:
            keys: set[Key] = set()
            while node != begin:
                node, key = came[node]
                keys.add(key)
            return keys
        if cost > best[node]:
            continue
        for price, following, key in steps.get(node, ()):
            if following not in best or cost + price < best[following]:
                best[following] = cost + price
                came[following] = (node, key)
                number += 1
                heapq.heappush(waiting, (cost + price, number, following))
    return None
