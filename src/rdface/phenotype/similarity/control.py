"""A control: what is left of the agreement when a pool's conditions are dealt anew.

Whole conditions change places, with all of their synthetic pictures, so that the pictures of one
condition stay as alike as they are. A pool that shows its conditions agrees more under its own
labels than under dealt ones; one that makes the same face for all agrees as much under any.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rdface.phenotype.similarity.pairs import Layout

N_PERMUTATIONS = 2000
FEWEST_CONDITIONS = 5
"""Of fewer conditions there are too few ways to deal them: 4! = 24."""


@dataclass(frozen=True)
class Permuted:
    """Agreement of synthetic with real pictures under the own and under dealt conditions.

    Attributes:
        own: Mean similarity; each real picture counts the same. Pairs that share a patient are
            left out.
        dealt: Mean of that over permutations.
        low: Their 2.5 % point.
        high: Their 97.5 % point.
        p_value: Share of permutations that agree as much; one-sided.
        n_conditions: Conditions that were dealt.
    """

    own: float
    dealt: float
    low: float
    high: float
    p_value: float
    n_conditions: int


def permute_conditions(
    layout: Layout,
    table: NDArray[np.float64],
    *,
    n_permutations: int = N_PERMUTATIONS,
    seed: int = 0,
) -> Permuted | None:
    """Deal the conditions of a pool anew, many times.

    Args:
        layout: Who is who.
        table: ``[R, R + S]`` similarities.
        n_permutations: How often.
        seed: Of the deals.

    Returns:
        None where fewer than :data:`FEWEST_CONDITIONS` conditions have pictures of both kinds.
    """
    n = layout.n_real
    pairs = np.where(layout.made_from, np.nan, table[:, n:])
    real, synthetic = layout.conditions[:n], layout.conditions[n:]
    names = sorted(set(real.tolist()) & set(synthetic.tolist()))
    if len(names) < FEWEST_CONDITIONS:
        return None
    known = np.isfinite(pairs)
    filled = np.where(known, pairs, 0.0)
    sums = np.stack([filled[:, synthetic == name].sum(axis=1) for name in names], axis=1)
    counts = np.stack([known[:, synthetic == name].sum(axis=1) for name in names], axis=1)
    means = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
    place = {name: number for number, name in enumerate(names)}
    rows = np.array([row for row, name in enumerate(real) if name in place], np.intp)
    own = np.array([place[real[row]] for row in rows], np.intp)
    # Real pictures without a pair of their own condition (all were made from their patient) take
    # no part under dealt ones either: both are means over the same pictures.
    met = np.isfinite(means[rows, own])
    rows, own = rows[met], own[met]
    if not len(rows):
        return None

    def agreement(of: NDArray[np.intp]) -> float:
        return float(np.nanmean(means[rows, of[own]]))

    found = agreement(np.arange(len(names)))
    rng = np.random.default_rng(seed)
    dealt = np.array([agreement(rng.permutation(len(names))) for _ in range(n_permutations)])
    low, high = np.nanpercentile(dealt, [2.5, 97.5])
    as_much = int(np.sum(dealt >= found - 1e-12))
    return Permuted(
        own=found,
        dealt=float(np.nanmean(dealt)),
        low=float(low),
        high=float(high),
        p_value=(1 + as_much) / (1 + n_permutations),
        n_conditions=len(names),
    )
