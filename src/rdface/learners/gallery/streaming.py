"""Each condition's most similar case in a gallery that is read block by block: exact search.

What :func:`~rdface.learners.gallery.search.nearest` with all cases and
:func:`~rdface.learners.gallery.search.first_hits` give, without the ``[M, G]`` similarities: of a
block only the largest of each condition is kept.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.learners.preparation import Floats

Numbers = NDArray[np.integer[Any]]

PROBES = 1024
"""Probes that a block is compared with at once: 64 MB of similarities for 8,192 cases."""


class BestCosines:
    """The scores of probes so far.

    A case that is of a probe's own group does not answer that probe. Groups are patients where
    each patient is left out for itself, or folds.

    Args:
        probes: ``float64 [M, K]``, unit rows.
        groups: ``int [M]``, group of each probe.
        n_conditions: C.

    Attributes:
        scores: ``float32 [M, C]``, cosine of each condition's most similar case; ``-inf`` for a
            condition of which no case was seen. Rounding keeps order, so the largest of rounded
            cosines is the rounded largest.
    """

    def __init__(self, probes: Floats, groups: Numbers, n_conditions: int) -> None:
        self.scores = np.full((len(probes), n_conditions), -np.inf, dtype=np.float32)
        self._blocks = [
            _Block(slice(start, start + PROBES), probes, groups)
            for start in range(0, len(probes), PROBES)
        ]

    def add(self, cases: Floats, labels: Numbers, groups: Numbers) -> None:
        """Compare all probes with some more cases.

        Args:
            cases: ``float64 [n, K]``, unit rows.
            labels: ``int [n]``, their conditions.
            groups: ``int [n]``, their groups.
        """
        if not len(cases):
            return
        order = np.argsort(labels, kind="stable")
        cases, labels, groups = cases[order], labels[order], groups[order]
        present, starts = np.unique(labels, return_index=True)
        for block in self._blocks:
            cosines = cases @ block.transposed
            block.silence(cosines, groups)
            best = np.maximum.reduceat(cosines, starts, axis=0).T.astype(np.float32)
            scores = self.scores[block.rows]
            scores[:, present] = np.maximum(scores[:, present], best)


class _Block:
    """Some of the probes, and who must not answer them."""

    def __init__(self, rows: slice, probes: Floats, groups: Numbers) -> None:
        self.rows = rows
        self.transposed = np.ascontiguousarray(probes[rows].T)
        self._order = np.argsort(groups[rows], kind="stable")
        self._groups = groups[rows][self._order]

    def silence(self, cosines: NDArray[np.float64], groups: Numbers) -> None:
        """Strike out the similarities of probes ``[n, m]`` with cases of their own group."""
        first = np.searchsorted(self._groups, groups, side="left")
        end = np.searchsorted(self._groups, groups, side="right")
        for case in np.flatnonzero(end > first):
            cosines[case, self._order[first[case] : end[case]]] = -np.inf
