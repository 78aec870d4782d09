"""Do generated faces of a condition have that condition's profile, rather than any other's?

A profile is the mean of standardised measures over the faces of a condition. Whether it fits is
judged against the profiles of the other conditions: permuting them gives the null.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rdface.metrics import bootstrap

Floats = NDArray[np.float64]


class Agreement(NamedTuple):
    """Own against other conditions.

    Attributes:
        own: Mean over conditions of the agreement with the own condition.
        own_low: 95 % interval over conditions.
        own_high: Likewise.
        other: Mean agreement with other conditions.
        difference: Own less other.
        low: 95 % interval of the difference over conditions.
        high: Likewise.
        rank: Mean share of other conditions that agree less than the own; 0.5 is chance.
        p_value: Share of permutations of the conditions whose mean is no lower.
        n: Conditions.
    """

    own: float
    own_low: float
    own_high: float
    other: float
    difference: float
    low: float
    high: float
    rank: float
    p_value: float
    n: int


PERMUTATIONS = 2000


def mean_profiles(
    values: NDArray[np.floating[Any]], conditions: NDArray[Any], order: NDArray[Any]
) -> Floats:
    """Mean of each measure over the faces of each condition, NaN left out.

    Args:
        values: ``[N, M]``.
        conditions: ``[N]``.
        order: ``[C]`` conditions that are wanted.

    Returns:
        ``[C, M]``, NaN where a condition has no value.
    """
    table = np.full((len(order), values.shape[1]), np.nan)
    for row, condition in enumerate(order):
        own = values[np.asarray(conditions) == condition]
        seen = np.isfinite(own)
        count = seen.sum(axis=0)
        total = np.where(seen, own, 0.0).sum(axis=0)
        table[row] = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
    return table


def correlations(a: Floats, b: Floats) -> Floats:
    """Pearson correlation over measures of each profile in ``a`` with each in ``b``.

    Args:
        a: ``[C, M]``; measures that are NaN in any profile have to be left out before.
        b: ``[C', M]``.

    Returns:
        ``[C, C']``; 0 for a flat profile.
    """
    left, right = (x - x.mean(axis=1, keepdims=True) for x in (a, b))
    scale = np.linalg.norm(left, axis=1)[:, None] * np.linalg.norm(right, axis=1)[None, :]
    return np.asarray(np.divide(left @ right.T, scale, out=np.zeros_like(scale), where=scale > 0))


def root_mean_square_gaps(a: Floats, b: Floats) -> Floats:
    """Root of the mean squared difference over measures, profile by profile: ``[C, C']``."""
    return np.asarray(np.sqrt(((a[:, None, :] - b[None, :, :]) ** 2).mean(axis=2)))


def own_against_others(
    table: Floats, *, n_resamples: int = bootstrap.N_RESAMPLES, seed: int = 0
) -> Agreement:
    """Compare the diagonal of a table with what stands beside it.

    Intervals: bootstrap over conditions, of the row's own value and of its gap to the row's mean
    over others. They say how much would change with other conditions of this kind, and hold the
    noise of the faces within each; two rows share columns, which they leave out of account.

    Args:
        table: ``[C, C]`` agreement of generated faces of the row with the real condition of the
            column; higher is better.
        n_resamples: Of the bootstrap.
        seed: Of bootstrap and permutations.
    """
    n = len(table)
    own = np.diag(table)
    if n < 3:
        nan = float("nan")
        value = float(own.mean()) if n else nan
        return Agreement(value, nan, nan, nan, nan, nan, nan, nan, nan, n)
    off = ~np.eye(n, dtype=bool)
    others = np.where(off, table, 0.0).sum(axis=1) / (n - 1)
    below = (table < own[:, None]) + 0.5 * (table == own[:, None])
    rank = np.where(off, below, 0.0).sum(axis=1) / (n - 1)
    weights = bootstrap.patient_weights(n, n_resamples, seed) / n
    rng = np.random.default_rng(seed)
    rows = np.arange(n)
    shuffled = [table[rows, rng.permutation(n)].mean() for _ in range(PERMUTATIONS)]
    # Sums in another order differ in their last bits: a tie must still count.
    reached = np.count_nonzero(np.asarray(shuffled) >= own.mean() - 1e-12)
    return Agreement(
        float(own.mean()),
        *bootstrap.percentile_interval(weights @ own),
        float(others.mean()),
        float((own - others).mean()),
        *bootstrap.percentile_interval(weights @ (own - others)),
        float(rank.mean()),
        (1 + reached) / (1 + PERMUTATIONS),
        n,
    )
