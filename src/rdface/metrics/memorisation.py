"""Does a generator know its training faces better than other faces of the same people's kind?

Everything compares with held-out faces: real ones that the generator never saw. A generator that
learnt the distribution lies as near to them as to its training faces; one that learnt the training
faces does not.

Data-copying test: C. Meehan, K. Chaudhuri, S. Dasgupta: A non-parametric test to detect
data-copying in generative models, AISTATS 2020. Authenticity: A. Alaa, B. van Breugel, E.
Saveliev, M. van der Schaar: How faithful is your synthetic data? Sample-level metrics for
evaluating and auditing generative models, ICML 2022. Membership inference: R.
Shokri et al., IEEE S&P 2017; by the distance to the nearest sample: J. Hayes et al.: LOGAN, PoPETs
2019, and D. Chen et al.: GAN-Leaks, CCS 2020.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rdface.metrics import bootstrap
from rdface.metrics.jackknife import Spread

Floats = NDArray[np.float64]
Labels = NDArray[Any]


class CopyTest(NamedTuple):
    """Result of the three-sample test.

    Attributes:
        statistic: C_T, standard normal without copying; far below 0 where generated faces lie
            nearer to the training faces than held-out ones do.
        p_value: One-sided, for copying.
        cells: Cells with enough faces of both kinds.
    """

    statistic: float
    p_value: float
    cells: int


FEWEST_IN_CELL = 10
"""Held-out and generated faces, each, below which a cell says nothing."""


def nearer_to_training(to_training: Floats, to_held_out: Floats) -> float:
    """Share of generated faces whose nearest training face is nearer than the nearest held-out one.

    0.5 without memorisation, if both sets have equally many faces of the same conditions. Ties
    count one half.

    Args:
        to_training: ``[S]`` distance to the nearest training face.
        to_held_out: ``[S]`` distance to the nearest held-out face.
    """
    if not len(to_training):
        return float("nan")
    return float((to_training < to_held_out).mean() + 0.5 * (to_training == to_held_out).mean())


def copy_test(
    generated: Floats,
    held_out: Floats,
    generated_cells: Labels | None = None,
    held_out_cells: Labels | None = None,
) -> CopyTest:
    """Meehan et al.'s C_T from distances to the nearest training face.

    In each cell the Mann-Whitney statistic of generated against held-out distances is brought to
    mean 0 and variance 1; C_T is their mean, weighted by the generated faces of the cell. Ours is
    divided by the standard deviation that this mean has, so that it stays standard normal with
    several cells; with one cell both are the same.

    The held-out faces have to be independent: one picture a patient.

    Args:
        generated: ``[S]`` distances of generated faces.
        held_out: ``[H]`` distances of held-out faces.
        generated_cells: ``[S]`` cell of each; one cell by default.
        held_out_cells: ``[H]``.
    """
    from math import erfc, sqrt

    ours = np.zeros(len(generated)) if generated_cells is None else np.asarray(generated_cells)
    others = np.zeros(len(held_out)) if held_out_cells is None else np.asarray(held_out_cells)
    scores, weights = [], []
    for cell in np.unique(ours):
        a, b = generated[ours == cell], held_out[others == cell]
        if min(len(a), len(b)) < FEWEST_IN_CELL:
            continue
        u = _greater(a, b).sum()
        spread = sqrt(len(a) * len(b) * (len(a) + len(b) + 1) / 12)
        scores.append((u - len(a) * len(b) / 2) / spread)
        weights.append(len(a))
    if not scores:
        return CopyTest(float("nan"), float("nan"), 0)
    share = np.array(weights) / sum(weights)
    statistic = float(share @ np.array(scores) / np.sqrt((share**2).sum()))
    return CopyTest(statistic, 0.5 * erfc(-statistic / sqrt(2)), len(scores))


def authentic(to_training: Floats, of_that: Floats) -> NDArray[np.bool_]:
    """Which generated faces are authentic: no nearer to their training face than its own neighbour.

    AuthPct is the share of them. It is not 1 for faces of other people: give the share for held-out
    faces beside it.

    Args:
        to_training: ``[S]`` distance to the nearest training face.
        of_that: ``[S]`` distance of that training face to its nearest neighbour in the training
            set, another patient's.
    """
    return np.asarray(to_training > of_that)


def membership_auc(
    members: Floats,
    others: Floats,
    member_strata: Labels,
    other_strata: Labels,
    member_patients: Labels,
    other_patients: Labels,
    *,
    n_resamples: int = bootstrap.N_RESAMPLES,
    seed: int = 0,
) -> Spread:
    """AUC with which a score tells training faces (members) from held-out ones (others).

    Pairs are compared within a stratum (condition) only, so that conditions with many training
    faces, or with many generated ones, do not pass for memorisation. Interval: bootstrap over the
    patients of either side; a resample counts pairs as often as their two patients are drawn.

    Args:
        members: ``[T]`` score of each training face: how near the nearest generated face is.
        others: ``[H]`` the same of held-out faces.
        member_strata: ``[T]`` condition.
        other_strata: ``[H]``.
        member_patients: ``[T]``.
        other_patients: ``[H]``.
        n_resamples: Of the bootstrap.
        seed: Of the bootstrap.

    Returns:
        0.5 where nothing is remembered; NaN where no stratum has both.
    """
    pairs = (np.asarray(member_strata)[:, None] == np.asarray(other_strata)[None, :]).astype(float)
    if not pairs.sum():
        return Spread(float("nan"), float("nan"), float("nan"))
    wins = _greater(members, others) * pairs
    value = float(wins.sum() / pairs.sum())
    left, n_left = _numbered(member_patients)
    right, n_right = _numbered(other_patients)
    drawn_left = bootstrap.patient_weights(n_left, n_resamples, seed)[:, left]
    drawn_right = bootstrap.patient_weights(n_right, n_resamples, seed + 1)[:, right]
    above = ((drawn_left @ wins) * drawn_right).sum(axis=1)
    below = ((drawn_left @ pairs) * drawn_right).sum(axis=1)
    samples = np.divide(above, below, out=np.full(n_resamples, np.nan), where=below > 0)
    return Spread(value, *bootstrap.percentile_interval(samples))


def _greater(a: Floats, b: Floats) -> Floats:
    """``[A, B]``: 1 where a is greater, one half where equal."""
    return np.asarray((a[:, None] > b[None, :]) + 0.5 * (a[:, None] == b[None, :]), np.float64)


def _numbered(labels: Labels) -> tuple[NDArray[np.intp], int]:
    names, number = np.unique(np.asarray(labels), return_inverse=True)
    return number, len(names)
