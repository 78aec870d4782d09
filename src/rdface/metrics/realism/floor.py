"""How far real faces lie from real faces: the floor that a generator cannot be asked to go below.

Every distance between samples has a value for two samples of one distribution, which depends on
their size. It is measured: patients, not pictures, are dealt over two sides of n pictures each,
again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]


class Floor(NamedTuple):
    """Distribution of a distance between two sides of real faces.

    The halves overlap from one deal to the next, so the range says where the distance of two such
    sides lies among these very patients; it is no confidence interval.

    Attributes:
        mean: Over the deals.
        low: 2.5 % point.
        high: 97.5 % point.
        deals: How many.
    """

    mean: float
    low: float
    high: float
    deals: int


def deal_sides(
    patients: NDArray[Any], strata: NDArray[Any], n: int, rng: np.random.Generator
) -> tuple[Rows, Rows]:
    """Deal whole patients to two sides, within each stratum (condition) by turns, n pictures each.

    Args:
        patients: ``[N]`` patient of each picture.
        strata: ``[N]`` condition of each.
        n: Pictures of a side, at most; fewer where a side gets fewer.
        rng: Of the deal.

    Returns:
        Rows of either side: equally many, and no patient on both.
    """
    order = rng.permutation(len(patients))
    side_of: dict[Any, int] = {}
    turn: dict[Any, int] = {}
    sizes = [0, 0]
    for row in order:
        patient, stratum = patients[row], strata[row]
        if patient not in side_of:
            # The smaller side begins a stratum, so that the sides end up about equally large.
            side = turn.get(stratum, int(sizes[1] < sizes[0]))
            side_of[patient] = side
            turn[stratum] = 1 - side
        sizes[side_of[patient]] += 1
    sides = np.array([side_of[patient] for patient in patients])
    rows = [order[sides[order] == side] for side in (0, 1)]
    size = min(n, *map(len, rows))
    return np.sort(rows[0][:size]), np.sort(rows[1][:size])


def largest_side(patients: NDArray[Any], strata: NDArray[Any], *, deals: int, seed: int) -> int:
    """Pictures that each side has in every deal of :func:`floor_of`: more cannot be compared.

    Args:
        patients: ``[N]`` patient of each real picture.
        strata: ``[N]`` condition of each.
        deals: How often the patients are dealt.
        seed: Of the deals.
    """
    rng = np.random.default_rng(seed)
    return min(len(deal_sides(patients, strata, len(patients), rng)[0]) for _ in range(deals))


def floor_of(
    statistic: Callable[[Rows, Rows], Sequence[float]],
    patients: NDArray[Any],
    strata: NDArray[Any],
    n: int,
    *,
    deals: int,
    seed: int,
) -> list[Floor]:
    """The floor of one or several distances.

    Args:
        statistic: From the rows of either side to its numbers.
        patients: ``[N]`` patient of each real picture.
        strata: ``[N]`` condition of each.
        n: Pictures of a side, as in the comparison that the floor stands beside; at most
            :func:`largest_side`, or some deals have fewer.
        deals: How often the patients are dealt.
        seed: Of the deals.
    """
    rng = np.random.default_rng(seed)
    table = np.array(
        [statistic(*deal_sides(patients, strata, n, rng)) for _ in range(deals)], np.float64
    )
    low, high = np.nanpercentile(table, [2.5, 97.5], axis=0)
    return [
        Floor(float(m), float(a), float(b), deals)
        for m, a, b in zip(np.nanmean(table, axis=0), low, high, strict=True)
    ]
