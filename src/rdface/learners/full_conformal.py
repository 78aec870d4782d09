"""Which conditions a new face fits, by full conformal prediction: an exact promise, nothing fitted.

Vovk, Gammerman and Shafer, "Algorithmic Learning in a Random World", Springer 2005, chapter 2
(there: transductive conformal prediction). For each condition y the new face is put among the
cohort's faces as if it had y, and every face is compared with the mean of the *other* faces of its
condition. If y is the truth, the new face is one of n + 1 exchangeable ones, so its place among
them is uniform: lists of the conditions whose fit is above alpha hold the truth with probability
1 - alpha or more. No face is set aside for calibration, which the split variant needs.

The likeness is the cosine to a mean, whose column changes with y and whose rows do not, so all
n x C answers come from a few matrix products: milliseconds instead of C fits of n models.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rdface.learners.learner import Labels
from rdface.learners.preparation import Floats, unit_rows

_TIE = 1e-12
"""Likenesses that differ by less are equal: a tie counts for the condition, never against it."""


@dataclass(frozen=True, eq=False)
class Fits:
    """What a new face fits.

    Attributes:
        fit: ``float64 [C]``, the conformal p-value of each condition: share of the n + 1 faces,
            its own included, that are no more like the mean of their condition than it is like
            the mean of this one. Above 0, at most 1.
        likeness: ``float64 [C]``, cosine to the mean; ``-inf`` for a condition without a face.
        familiarity: The same share for the likeness to the *nearest* mean, whichever it is; the
            largest over all conditions that the face may have.
    """

    fit: Floats
    likeness: Floats
    familiarity: float

    @property
    def order(self) -> Labels:
        """Conditions, the best fit first; of equal fits the one that is more alike."""
        return np.lexsort((-self.likeness, -self.fit))

    def holds(self, level: float) -> NDArray[np.bool_]:
        """``bool [C]``: the conditions on the list that promises ``level``, e.g. 0.9."""
        return np.asarray(self.fit > 1.0 - level + _TIE)


@dataclass(frozen=True, eq=False)
class FullConformal:
    """The faces that a new one is compared with: one of each patient.

    Patients are exchangeable; two faces of one patient are not.

    Attributes:
        x: ``float64 [n, D]``, embeddings.
        y: ``intp [n]``, conditions from 0 to ``n_conditions - 1``.
        n_conditions: C, with or without faces.
    """

    x: Floats
    y: Labels
    n_conditions: int

    def judge(self, face: Floats) -> Fits:
        """Fit of every condition for one embedding ``[D]``.

        All embeddings are centred on their common mean, the new one included (so that the n + 1
        faces stay exchangeable), and divided by their lengths.
        """
        together = np.vstack([self.x, face])
        unit = unit_rows(together - together.mean(axis=0))
        rows, new = unit[:-1], unit[-1]
        n = len(rows)
        own = (np.arange(n), self.y)
        # Sums of each condition: as they are, without a row itself, and with the new face.
        count = np.bincount(self.y, minlength=self.n_conditions)
        member = np.zeros((self.n_conditions, n))
        member[self.y, np.arange(n)] = 1.0
        sums = member @ rows
        along = rows @ sums.T
        along[own] -= 1.0
        square = np.repeat(np.sum(sums**2, axis=1)[None], n, axis=0)
        square[own] += -2.0 * along[own] - 1.0
        to_new, new_along = rows @ new, sums @ new
        beside = np.repeat(new_along[None], n, axis=0)
        beside[own] -= to_new
        others = np.repeat(count[None], n, axis=0)
        others[own] -= 1
        without = _cosine(along, square, others > 0)
        within = _cosine(along + to_new[:, None], square + 2.0 * beside + 1.0, others > -1)
        likeness = _cosine(new_along, np.sum(sums**2, axis=1), count > 0)
        theirs = np.repeat(without[own][:, None], self.n_conditions, axis=1)
        theirs[own] = within[own]
        nearest = np.maximum(_best_of_the_others(without), within)
        return Fits(
            fit=_place(theirs, likeness),
            likeness=likeness,
            familiarity=float(_place(nearest, np.full(self.n_conditions, likeness.max())).max()),
        )


def _cosine(along: Floats, square: Floats, known: NDArray[np.bool_]) -> Floats:
    """``along / sqrt(square)``; ``-inf`` where there is nobody to be compared with."""
    return np.where(known, along / np.sqrt(np.maximum(square, _TIE)), -np.inf)


def _best_of_the_others(likeness: Floats) -> Floats:
    """For each row and column the largest of the row's other columns: ``[n, C]``."""
    best = likeness.argmax(axis=1)
    rows = np.arange(len(likeness))
    rest = likeness.copy()
    rest[rows, best] = -np.inf
    found = np.repeat(likeness[rows, best][:, None], likeness.shape[1], axis=1)
    found[rows, best] = rest.max(axis=1)
    return found


def _place(theirs: Floats, own: Floats) -> Floats:
    """Share of n + 1 likenesses, own included, that are at most the own one: ``[C]``."""
    return np.asarray((1.0 + np.sum(theirs <= own + _TIE, axis=0)) / (len(theirs) + 1.0))
