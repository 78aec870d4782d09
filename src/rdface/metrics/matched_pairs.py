"""Pairs that belong together against matched pairs that do not, with intervals over patients.

A partner is met by anchors that belong to it, and the same anchors meet strangers who were matched
to the partner. So both kinds of pairs have the same anchors, and partner and stranger differ in one
thing alone. Each partner counts the same, however many pairs it is in.

All numbers are sums over partners, anchors and strangers; a resample draws whole patients, and a
pair or triple counts as often as all of its members are drawn (A. B. Owen, "The pigeonhole
bootstrap", Annals of Applied Statistics 1, 2007: right or too wide for such crossed data).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.metrics import bootstrap
from rdface.metrics.jackknife import Spread
from rdface.metrics.small_samples import FEWEST_PATIENTS

Floats = NDArray[np.floating[Any]]
Units = NDArray[np.intp]

N_RESAMPLES = 1000


@dataclass(frozen=True, eq=False)
class Meeting:
    """One partner, its anchors and the strangers that were matched to it.

    Attributes:
        partner: Unit (patient) of the partner.
        anchors: ``[A]`` units of the anchors, at least one.
        strangers: ``[S]`` units of the strangers.
        same: ``[A]``, how alike each anchor and the partner are; not NaN.
        other: ``[A, S]``, each anchor and each stranger; NaN where there is no such pair.
    """

    partner: int
    anchors: Units
    strangers: Units
    same: Floats
    other: Floats

    @property
    def is_matched(self) -> bool:
        """Whether there is a stranger at all."""
        return bool(np.isfinite(self.other).any())


@dataclass(frozen=True, eq=False)
class Resampled:
    """A number and what it is in each resample.

    Attributes:
        value: The number; NaN where there is nothing.
        samples: ``[B]``; NaN where a resample has drawn nothing of it.
        n_patients: Patients that it rests on.
    """

    value: float
    samples: Floats
    n_patients: int

    def __sub__(self, other: Resampled) -> Resampled:
        """The difference, paired: both were resampled with the same patients."""
        n_patients = min(self.n_patients, other.n_patients)
        return Resampled(self.value - other.value, self.samples - other.samples, n_patients)

    @property
    def spread(self) -> Spread:
        """With its 95 % interval; none where there are fewer than 20 patients."""
        if self.n_patients < FEWEST_PATIENTS or not np.isfinite(self.samples).any():
            return Spread(self.value, float("nan"), float("nan"))
        return Spread(self.value, *bootstrap.percentile_interval(np.asarray(self.samples)))


@dataclass(frozen=True, eq=False)
class Judged:
    """What meetings come to.

    Attributes:
        same: Mean similarity of pairs that belong together.
        other: Of matched pairs that do not.
        auroc: Probability that a pair that belongs together is more alike than a matched one with
            the same anchor that does not; ties count half; 0.5 by chance.
        n_pairs: Pairs that belong together.
        n_partners: Partners in them.
    """

    same: Resampled
    other: Resampled
    auroc: Resampled
    n_pairs: int
    n_partners: int


def draw_units(sizes: Sequence[int], n_resamples: int = N_RESAMPLES, seed: int = 0) -> Floats:
    """How often each unit is drawn: ``float32 [units, 1 + B]``; the first column is all ones.

    Args:
        sizes: Units of each population, such as patients and synthetic images; each population is
            drawn by itself, and units are numbered through.
        n_resamples: B.
        seed: Of the draw.
    """
    drawn = [
        bootstrap.patient_weights(size, n_resamples, seed + place).astype(np.float32)
        for place, size in enumerate(sizes)
        if size
    ]
    table = np.concatenate(drawn, axis=1).T
    return np.ascontiguousarray(np.concatenate([np.ones_like(table[:, :1]), table], axis=1))


def judge_meetings(meetings: Sequence[Meeting], drawn: Floats) -> Judged:
    """Means of both kinds of pairs and their AUROC; partners without a stranger are left out.

    Args:
        meetings: One a partner picture.
        drawn: Of :func:`draw_units`.
    """
    matched = [each for each in meetings if each.is_matched]
    same, weight, other, wins, pairs = np.zeros((5, drawn.shape[1]))
    n_pairs = 0
    for each in matched:
        known = np.isfinite(each.other)
        met = known.any(axis=1)
        known, anchors = known[met], drawn[each.anchors[met]]
        ours, others = each.same[met], each.other[met]
        share = known / known.sum(axis=1, keepdims=True) / len(ours)
        won = np.where(known, (ours[:, None] > others) + 0.5 * (ours[:, None] == others), 0.0)
        partner, strangers = drawn[each.partner], drawn[each.strangers]
        tables = np.stack([np.where(known, others, 0.0) * share, won * share, share])
        reached = np.einsum("sqb,qb->sb", _times(tables, anchors), strangers, optimize=False)
        other += partner * reached[0]
        wins += partner * reached[1]
        pairs += partner * reached[2]
        same += partner * (ours @ anchors) / len(ours)
        weight += partner * anchors.sum(axis=0) / len(ours)
        n_pairs += len(ours)
    n_patients = len({each.partner for each in matched})

    def ratio(above: Floats, below: Floats) -> Resampled:
        found = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
        return Resampled(float(found[0]), found[1:], n_patients)

    return Judged(
        ratio(same, weight), ratio(other, pairs), ratio(wins, pairs), n_pairs, len(matched)
    )


def mean_of_pairs(meetings: Sequence[Meeting], drawn: Floats) -> Resampled:
    """Mean similarity of pairs that belong together, whether or not anybody is matched to them.

    Args:
        meetings: One a partner picture.
        drawn: Of :func:`draw_units`.
    """
    above, below = np.zeros((2, drawn.shape[1]))
    for each in meetings:
        anchors, partner = drawn[each.anchors], drawn[each.partner] / len(each.same)
        above += partner * (each.same @ anchors)
        below += partner * anchors.sum(axis=0)
    found = np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
    n_patients = len({each.partner for each in meetings})
    return Resampled(float(found[0]), found[1:], n_patients)


def _times(tables: Floats, anchors: Floats) -> Floats:
    """``[3, A, S]`` and ``[A, B]`` to ``[3, S, B]``."""
    n_kinds, n_anchors, n_strangers = tables.shape
    flat = np.moveaxis(tables, 1, 0).reshape(n_anchors, -1).astype(np.float32)
    return np.asarray((flat.T @ anchors).reshape(n_kinds, n_strangers, -1))
