"""Could lots have made the groups this different? Labels dealt anew within each condition.

Conditions differ in difficulty and groups hold different conditions, so a label is only dealt
among patients of one condition. If a group says nothing about the outcome beyond the condition,
every deal is as likely as the one that was found, and the test is exact at any size (Fisher, "The
Design of Experiments", 1935; Phipson and Smyth, "Permutation p-values should never be zero",
Statistical Applications in Genetics and Molecular Biology 2010). It also is where patients
train the models of one another: the labels had no part in that.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rdface.metrics.ranking import Floats
from rdface.metrics.subgroups.averages import rates, shares
from rdface.metrics.subgroups.division import Division

_TIE = 1e-9


class Deals(NamedTuple):
    """What came of dealing labels anew.

    Attributes:
        p_value: (1 + deals at least as uneven) / (1 + deals); None if nothing can be dealt.
        n_tested: Conditions with at least two groups.
        gaps: ``float64 [T]``, distance of the best and the worst group in each deal.
    """

    p_value: float | None
    n_tested: int
    gaps: Floats


def deal(division: Division, amounts: Floats, *, macro: bool) -> Deals:
    """Test "no difference between the large groups within conditions".

    With the share w of a patient in the metric, its measure y and the mean m of its condition
    over the labelled patients (weighed by w), S_g is the sum over the patients of group g of
    w (y - m). Its mean over all deals is 0, and the variance V_g that of drawing without
    replacement. The statistic is the sum of S_g^2 / V_g over the groups: a weighted variance
    between groups, after the conditions' own means are taken off.

    Args:
        division: Says who is in which group.
        amounts: ``float64 [P, G]``, the measure summed over each patient's images in each group.
        macro: Whether each condition weighs the same, or each image.
    """
    labelled = division.label >= 0
    images = np.where(labelled, division.images.sum(axis=1), 0.0)
    rate = rates(np.where(labelled, amounts.sum(axis=1), 0.0), images)
    n_tested = _conditions_with_two(division)
    if not n_tested:
        return Deals(None, 0, np.zeros(0))
    share = shares(division, images, macro=macro)
    centred = _centred(division, share, rate)
    variance = _variance(division, centred)
    groups = [int(g) for g in np.flatnonzero(_counts(division).sum(axis=0))]

    def statistic(labels: NDArray[np.intp]) -> Floats:
        total = np.zeros(len(labels))
        for group in groups:
            sums = np.einsum("tp,p->t", (labels == group).astype(np.float64), centred)
            if variance[group] > 0:
                total += sums**2 / variance[group]
        return total

    found = statistic(division.label[None, :])[0]
    dealt = statistic(division.permuted)
    above = np.count_nonzero(dealt >= found * (1 - _TIE) - _TIE)
    p_value = (1 + above) / (1 + len(dealt))
    values = np.stack([_averages(division, rate, images, g, macro=macro) for g in groups])
    return Deals(float(p_value), n_tested, np.ptp(values, axis=0))


def _averages(
    division: Division, rate: Floats, images: Floats, group: int, *, macro: bool
) -> Floats:
    """The measure of one group in each deal: ``float64 [T]``."""
    own = np.where(division.permuted == group, images, 0.0)
    if not macro:
        return np.asarray(np.einsum("tp,p->t", own, rate) / own.sum(axis=1))
    totals = np.add.reduceat(own, division.starts, axis=1)
    hits = np.add.reduceat(own * rate, division.starts, axis=1)
    means = np.divide(hits, totals, out=np.zeros_like(hits), where=totals > 0)
    return np.asarray(means.sum(axis=1) / np.count_nonzero(totals, axis=1))


def _centred(division: Division, share: Floats, rate: Floats) -> Floats:
    total = np.add.reduceat(share, division.starts)
    hits = np.add.reduceat(share * rate, division.starts)
    mean = np.divide(hits, total, out=np.zeros_like(hits), where=total > 0)
    return np.asarray(share * (rate - mean[division.condition]))


def _counts(division: Division) -> Floats:
    """Labelled patients of each condition and group: ``float64 [K, G]``."""
    shape = len(division.starts), len(division.names)
    counts = np.zeros(shape)
    labelled = division.label >= 0
    np.add.at(counts, (division.condition[labelled], division.label[labelled]), 1.0)
    return counts


def _conditions_with_two(division: Division) -> int:
    return int(np.count_nonzero(np.count_nonzero(_counts(division), axis=1) > 1))


def _variance(division: Division, centred: Floats) -> Floats:
    """Of S_g over all deals, ``float64 [G]``: sums of draws without replacement."""
    counts = _counts(division)
    size = counts.sum(axis=1)
    squares = np.add.reduceat(centred**2, division.starts)
    scale = np.divide(squares, size * (size - 1), out=np.zeros_like(squares), where=size > 1)
    return np.asarray(np.sum(counts * (size[:, None] - counts) * scale[:, None], axis=0))
