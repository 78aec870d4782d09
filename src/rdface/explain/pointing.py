"""Does a map point at a region that is known: the pointing game, mass in the region, and nulls.

The pointing game is of J. Zhang et al., Top-down neural attention by excitation backprop, IJCV
126, 2018. Faces have their features in the middle, and so have most maps: a share of area is too
easy a null. :func:`own_against_others` asks whether a map points at *its own* region more than the
maps of other changes of the same face do, which no preference for a place can pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rdface.errors import UsageError
from rdface.learners.preparation import Floats

RESAMPLES = 2000
TOLERANCE = 0.05
"""How far beside a region the highest place of a map may lie, in sides of the picture."""


def mass_in(values: Floats, region: NDArray[np.bool_]) -> float:
    """Share of a map's positive mass that lies in a region; the region's area if there is none.

    Args:
        values: ``[H, W]``.
        region: ``bool [H, W]``.
    """
    positive = np.maximum(values, 0)
    total = float(positive.sum())
    return float(positive[region].sum()) / total if total > 0 else float(region.mean())


def hits(values: Floats, region: NDArray[np.bool_]) -> bool:
    """Whether the highest place of a map lies in a region or within :data:`TOLERANCE` of it."""
    return bool(widened(region)[np.unravel_index(int(np.argmax(values)), values.shape)])


def widened(region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The region with its tolerance: what a random point would hit is the share of its area."""
    import cv2

    reach = max(1, round(TOLERANCE * min(region.shape)))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    return np.asarray(cv2.dilate(region.astype(np.uint8), disc) > 0)


@dataclass(frozen=True)
class Contrast:
    """A mean over children.

    Attributes:
        value: Own less others.
        low: Lower end of its 95 % interval, a percentile bootstrap over children.
        high: Upper end.
        n: Children.
        p: Of the permutations of the maps among the regions of each child, one-sided.
    """

    value: float
    low: float
    high: float
    n: int
    p: float


def own_against_others(
    table: Floats, groups: Sequence[str], *, only: str | None = None, seed: int = 0
) -> Contrast:
    """What a region gets of its own map beyond what it gets of the same child's other maps.

    Args:
        table: ``[N, T, T]``: of each child, what map i gives region j (mass, or a hit).
        groups: ``[T]``: a region is compared with maps of other groups, whose changes lie
            elsewhere.
        only: A group, whose regions alone count; all by default.
        seed: Of resamples and permutations.

    Returns:
        The mean over children and regions j of ``table[j, j]`` less the mean of ``table[i, j]``
        over the maps i of other groups. p: the maps of a child are dealt anew among its regions
        (2,000 times, the true deal among them), and the mean of what regions get is compared.

    Raises:
        UsageError: No child, or no map of another group.
    """
    n, t, regions = table.shape
    of = np.asarray(groups)
    if n == 0 or regions != t or of.shape != (t,) or len(set(groups)) < 2:
        raise UsageError(f"A contrast needs children and two groups of changes; got {table.shape}.")
    chosen = np.flatnonzero(np.ones(t, bool) if only is None else of == only)
    if not len(chosen):
        raise UsageError(f"No change is of the group {only!r}.")
    others = of[:, None] != of[None]
    elsewhere = (table * others).sum(axis=1) / others.sum(axis=0)  # [N, T]
    own = np.diagonal(table, axis1=1, axis2=2)
    differences = (own - elsewhere)[:, chosen].mean(axis=1)
    rng = np.random.default_rng(seed)
    draws = differences[rng.integers(0, n, (RESAMPLES, n))].mean(axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    dealt = np.tile(np.arange(t), (n, 1))
    observed = float(own[:, chosen].mean()) - 1e-12
    as_large = 0
    for _ in range(RESAMPLES - 1):
        maps = rng.permuted(dealt, axis=1)[:, None, :]
        given = np.take_along_axis(table, maps, axis=1)[:, 0, chosen]
        as_large += float(given.mean()) >= observed
    value = float(differences.mean())
    return Contrast(value, float(low), float(high), n, (1 + as_large) / RESAMPLES)
