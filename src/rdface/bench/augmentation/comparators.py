"""What real images alone come to, if they may use all that a generator was given.

A generator that is given unaffected children, or the HPO terms of conditions, knows more than a
learner that sees the training images. Two comparators know the same and make no image.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from rdface.cohort.hpo import parse_facial_hpo
from rdface.metrics.ranking import Floats
from rdface.metrics.realism.kernel_distance import unit_rows
from rdface.synthesis.signs.terms import ridge_weights

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


class Terms:
    """Which facial HPO terms conditions have, and which are recorded for images.

    Attributes:
        profiles: ``float64 [C, T]``: how often each term is annotated of each condition.
    """

    def __init__(self, cohort: Cohort) -> None:
        listed = [parse_facial_hpo(str(text)) for text in cohort.conditions["facial_hpo"]]
        self._place = {
            term: place for place, term in enumerate(sorted({t.id for one in listed for t in one}))
        }
        self.profiles = np.zeros((len(listed), len(self._place)))
        for row, one in enumerate(listed):
            for term in one:
                self.profiles[row, self._place[term.id]] = term.probability
        self._recorded = cohort.images["hpo_terms"].astype(str).to_numpy()

    def of_images(self, rows: Sequence[int] | NDArray[np.intp], labels: NDArray[np.intp]) -> Floats:
        """``[n, T]``: 1 for what is recorded of an image; its condition's profile if nothing is.

        Args:
            rows: Of the cohort's table.
            labels: Condition of each of these rows.
        """
        found = self.profiles[labels].copy()
        for place, row in enumerate(rows):
            terms = [term for term in self._recorded[row].split("|") if term]
            if terms:
                found[place] = 0.0
                known = [self._place[term] for term in terms if term in self._place]
                found[place, known] = 1.0
        return found


def scores_by_terms(
    x: NDArray[np.float32], train: NDArray[np.intp], labels: NDArray[np.intp], terms: Terms
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
        terms: Of the cohort.

    Returns:
        ``float64 [N, C]``.
    """
    rows = unit_rows(x)
    mean = rows[train].mean(axis=0)
    signs = terms.of_images(train, labels[train])
    usual = signs.mean(axis=0)
    weights = ridge_weights(signs - usual, terms.profiles - usual, PENALTY)
    return np.asarray(unit_rows(rows - mean) @ unit_rows(weights @ (rows[train] - mean)).T)
