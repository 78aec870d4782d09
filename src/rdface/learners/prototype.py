"""Nearest prototype by cosine.

Nearest class mean: Mensink et al., "Distance-based image classification", TPAMI 2013; on unit
vectors and after centring it is SimpleShot (Wang et al., arXiv 1911.04623).
"""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np

from rdface.learners.learner import LEARNERS, Labels, Learner, spread_columns
from rdface.learners.preparation import Floats, Preparation, unit_rows


@LEARNERS.register("prototype")
class Prototype(Learner):
    """Cosine between an image and the mean of each condition's unit vectors."""

    preparations: ClassVar[tuple[Preparation, ...]] = (
        Preparation(unit=True),
        Preparation(centre=True, unit=True),
        Preparation(scale=True, unit=True),
        Preparation(whiten=64, unit=True),
        Preparation(whiten=128, unit=True),
    )

    def __init__(self) -> None:
        self._n_conditions = 0
        self._present: Labels = np.empty(0, dtype=np.intp)
        self._prototypes: Floats = np.empty((0, 0))

    def fit(self, x: Floats, y: Labels, *, n_conditions: int) -> Self:
        """Average the unit vectors of each condition."""
        self._n_conditions = n_conditions
        self._present, place = np.unique(y, return_inverse=True)
        members = place == np.arange(len(self._present))[:, None]
        self._prototypes = unit_rows(members.astype(np.float64) @ unit_rows(x))
        return self

    def scores(self, x: Floats) -> Floats:
        """Cosine similarity to each prototype, -1 to 1."""
        return spread_columns(unit_rows(x) @ self._prototypes.T, self._present, self._n_conditions)
