"""What real images alone come to, if they may use all that a generator was given.

A generator that is given unaffected children, or the HPO terms of conditions, knows more than a
learner that sees the training images. Two comparators know the same and make no image.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from rdface.metrics.ranking import Floats
from rdface.metrics.realism.kernel_distance import unit_rows
from rdface.synthesis.signs.terms import profiles_of, recorded_of, weights_of

if TYPE_CHECKING:
    from rdface.cohort import Cohort

SHRINKAGE: Final = 0.5
"""Of the covariance of unaffected children: there are fewer of them than an embedding is long."""
PENALTY: Final = 20.0
"""Of the ridge from terms to embeddings, in images; found on the study population, where 8 to 150
do the same within a point."""


def whitened(x: NDArray[np.float32], unaffected: NDArray[np.float32]) -> NDArray[np.float32]:
    """Embeddings seen from unaffected children: unit length, minus their mean, whitened by them.

    Directions in which unaffected children differ much count less. The covariance is shrunk
    halfway towards a multiple of the identity (Ledoit and Wolf, Journal of Multivariate Analysis
    88, 2004, for why).

    Args:
        x: ``[N, D]``.
        unaffected: ``[M, D]``.
    """
    rows, others = (unit_rows(each) for each in (x, unaffected))
    mean = others.mean(axis=0)
    scatter = np.cov(others.T, bias=True)
    dim = len(scatter)
    target = np.eye(dim) * max(float(np.trace(scatter)) / dim, 1e-12)
    values, directions = np.linalg.eigh((1 - SHRINKAGE) * scatter + SHRINKAGE * target)
    return np.asarray(((rows - mean) @ directions) / np.sqrt(values), np.float32)


def scores_by_terms(
    x: NDArray[np.float32], train: NDArray[np.intp], labels: NDArray[np.intp], cohort: Cohort
) -> Floats:
    """Score every row by what the terms of conditions let their mean embedding be.

    Ridge regression from the terms of the training images to their centred unit embeddings; it is
    then asked for each condition's profile, and rows are compared with the answer by cosine. So
    conditions learn from each other wherever they share a sign. Conditions without training images
    score as all others: their terms are known.

    Args:
        x: ``[N, D]``.
        train: Rows to learn from.
        labels: ``[N]``; only those of ``train`` are read.
        cohort: Of the rows; of its images only those of ``train`` are asked for their terms.

    Returns:
        ``float64 [N, C]``.
    """
    rows = unit_rows(x)
    mean = rows[train].mean(axis=0)
    found = weights_of(
        profiles_of(cohort),
        recorded_of(cohort),
        [cohort.image_ids[row] for row in train],
        [cohort.condition_ids[label] for label in labels[train]],
        PENALTY,
    )
    weights = np.stack([found[condition] for condition in cohort.condition_ids])
    return np.asarray(unit_rows(rows - mean) @ unit_rows(weights @ (rows[train] - mean)).T)
