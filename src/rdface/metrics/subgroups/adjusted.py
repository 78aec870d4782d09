"""A group against the rest within conditions: what is left when both have the same conditions."""

from __future__ import annotations

import numpy as np

from rdface.metrics.ranking import Bools, Floats
from rdface.metrics.small_samples import effective_number
from rdface.metrics.subgroups.averages import simultaneous
from rdface.metrics.subgroups.division import Division
from rdface.metrics.subgroups.findings import Contrast

FEWEST_CONDITIONS = 10
"""Below so many conditions with both sides, in effect, their resamples say little of others."""


def shared_conditions(division: Division) -> Bools:
    """``bool [K, G]``, which conditions hold images of the group and of another one."""
    images = _by_condition(division, division.images)
    return np.asarray((images > 0) & (images.sum(axis=1, keepdims=True) - images > 0))


def within_conditions(division: Division, amounts: Floats) -> list[Contrast | None]:
    """Group minus rest within conditions, averaged over the conditions that hold both.

    A condition with n images of the group and m of the rest weighs n m / (n + m), as in the
    risk difference of Mantel and Haenszel (Greenland and Robins, Biometrics 1985). Conditions are
    resampled whole, with all their patients, and the interval is that of the max-t bootstrap over
    the groups, widened where the conditions are few. There is no macro form: each condition holds
    too few of either side to weigh alike.

    Args:
        division: Says who is in which group.
        amounts: ``float64 [P, G]``, the measure summed over each patient's images in each group.

    Returns:
        One per group; None for groups below 20 patients, or with in effect fewer than 10 such
        conditions.
    """
    images, sums = (_by_condition(division, of) for of in (division.images, amounts))
    others, other_sums = (of.sum(axis=1, keepdims=True) - of for of in (images, sums))
    both = shared_conditions(division)
    total = np.where(both, images + others, 1.0)
    weight = np.where(both, images * others / total, 0.0)
    pull = np.where(both, (sums * others - other_sums * images) / total, 0.0)
    usable = division.large & (
        np.array([effective_number(of) for of in weight.T]) >= FEWEST_CONDITIONS
    )
    contrasts: list[Contrast | None] = [None] * len(division.names)
    if not usable.any():
        return contrasts
    weight, pull = weight[:, usable], pull[:, usable]
    values = pull.sum(axis=0) / weight.sum(axis=0)
    drawn = np.einsum("bk,kg->bg", division.condition_weights, weight)
    pulled = np.einsum("bk,kg->bg", division.condition_weights, pull)
    samples = np.divide(pulled, drawn, out=np.full_like(pulled, np.nan), where=drawn > 0)
    errors = np.nanstd(samples, axis=0)
    times = simultaneous(values, samples, errors)
    reach = errors * np.array([times * _widening(of, times) for of in weight.T])
    for index, value, half in zip(np.flatnonzero(usable), values, reach, strict=True):
        contrasts[index] = Contrast(float(value), float(value - half), float(value + half))
    return contrasts


def _widening(weight: Floats, times: float) -> float:
    """What few conditions cost: a condition's own pull on the mean, and Student's points.

    The first is the jackknife's n / (n - 1); the second the first term of Fisher's expansion of
    Student's points around the normal's, with Kish's number of conditions for n.
    """
    n = effective_number(weight)
    return n / (n - 1.0) * (1.0 + (times**2 + 1.0) / (4.0 * (n - 1.0)))


def _by_condition(division: Division, amounts: Floats) -> Floats:
    return np.asarray(np.add.reduceat(amounts, division.starts, axis=0))
