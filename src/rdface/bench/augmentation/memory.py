"""What a pool remembers of its training images, to be read beside what it is good for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rdface.metrics.memorisation import membership_auc, nearer_to_training
from rdface.metrics.realism.kernel_distance import unit_rows
from rdface.screening.audit.sides import matched_rows

FEW = 500
"""Resamples of the interval: it stands beside a figure, no test rests on it."""


@dataclass(frozen=True)
class Memory:
    """Whether a pool knows its training images from others.

    Attributes:
        auc: With which the nearness of synthetic images tells training images from others of the
            same condition; 0.5 where nothing is remembered.
        auc_low: Lower end of its 95 % interval over patients.
        auc_high: Upper end.
        nearer: Share of synthetic images whose nearest face of their condition is a training one,
            among as many of either as both have of it; 0.5 where nothing is remembered.
        images: Synthetic images.
    """

    auc: float
    auc_low: float
    auc_high: float
    nearer: float
    images: int


def remember(
    made: NDArray[np.float32],
    made_labels: NDArray[np.intp],
    real: NDArray[np.float32],
    labels: NDArray[np.intp],
    patients: NDArray[np.intp],
    train: NDArray[np.intp],
    held_out: NDArray[np.intp],
) -> Memory:
    """Judge a pool; it is made and chosen already, so held-out images move nothing.

    Args:
        made: ``[S, D]`` embeddings of synthetic images by a face-recognition network.
        made_labels: ``[S]`` their conditions.
        real: ``[N, D]`` of the cohort.
        labels: ``[N]``.
        patients: ``[N]``.
        train: Rows that the generator has seen.
        held_out: Rows that it has not: the fold's test.
    """
    centre = real[train].mean(axis=0)
    ours, theirs = (unit_rows(each - centre) for each in (made, real))
    cosines = ours @ theirs.T
    # Not `metrics.memorisation_copies.nearest`: here only faces of one condition are compared, and
    # the membership AUC asks the other way, for the synthetic image nearest to each real one.
    same = made_labels[:, None] == labels[None, :]
    near = np.where(same, cosines, -np.inf)
    best = near.max(axis=0, initial=-np.inf)
    members, others = (
        rows[np.isfinite(best[rows])] for rows in (np.asarray(train), np.asarray(held_out))
    )
    auc = membership_auc(
        best[members],
        best[others],
        labels[members],
        labels[others],
        patients[members],
        patients[others],
        n_resamples=FEW,
    )
    ours_of, theirs_of = matched_rows(labels[train], labels[held_out], np.random.default_rng(0))
    to_train, to_held_out = (
        1 - near[:, rows].max(axis=1, initial=-np.inf)
        for rows in (np.asarray(train)[ours_of], np.asarray(held_out)[theirs_of])
    )
    both = np.isfinite(to_train) & np.isfinite(to_held_out)
    nearer = nearer_to_training(to_train[both], to_held_out[both])
    return Memory(float(auc.value), float(auc.low), float(auc.high), nearer, len(made))
