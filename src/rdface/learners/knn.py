"""Nearest images of the gallery by cosine.

With k = 1 a condition's score is that of its nearest image, the ranking of GestaltMatcher
(Hsieh et al., Nature Genetics 2022): conditions in the order of their first hit.
"""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np

from rdface.learners.learner import LEARNERS, Labels, Learner, Parameters, spread_columns
from rdface.learners.preparation import Floats, Preparation, unit_rows


@LEARNERS.register("knn")
class NearestGallery(Learner):
    """Mean cosine to a condition's k nearest training images (to all of them, if fewer).

    Args:
        k: How many images of each condition count.
    """

    preparations: ClassVar[tuple[Preparation, ...]] = (
        Preparation(unit=True),
        Preparation(centre=True, unit=True),
        Preparation(scale=True, unit=True),
        Preparation(whiten=64, unit=True),
        Preparation(whiten=128, unit=True),
    )
    grid: ClassVar[list[Parameters]] = [{"k": 1}, {"k": 2}, {"k": 3}]

    def __init__(self, *, k: int = 1) -> None:
        self._k = k
        self._n_conditions = 0
        self._present: Labels = np.empty(0, dtype=np.intp)
        self._starts: Labels = np.empty(0, dtype=np.intp)
        self._gallery: Floats = np.empty((0, 0))

    def fit(self, x: Floats, y: Labels, *, n_conditions: int) -> Self:
        """Keep the training images, condition by condition."""
        self._n_conditions = n_conditions
        order = np.argsort(y, kind="stable")
        self._present, self._starts = np.unique(y[order], return_index=True)
        self._gallery = unit_rows(x[order])
        return self

    def scores(self, x: Floats) -> Floats:
        """Mean of the k largest cosines per condition, -1 to 1."""
        cosines = np.split(unit_rows(x) @ self._gallery.T, self._starts[1:], axis=1)
        nearest = [np.sort(part, axis=1)[:, -self._k :].mean(axis=1) for part in cosines]
        return spread_columns(np.stack(nearest, axis=1), self._present, self._n_conditions)
