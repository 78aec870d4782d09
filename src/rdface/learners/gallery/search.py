"""Exact search: the most similar cases of a gallery, and each condition's best one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.learners.learner import Labels
from rdface.learners.preparation import Floats, unit_rows

_BLOCK = 1 << 24  # similarities held at once: 128 MB


def nearest(
    gallery: NDArray[np.floating[Any]], probes: NDArray[np.floating[Any]], k: int
) -> tuple[NDArray[np.intp], Floats]:
    """The ``k`` cases of the gallery with the largest cosine, the most similar first.

    Of equally similar cases the one that stands first in the gallery comes first.

    Args:
        gallery: ``[G, D]``.
        probes: ``[M, D]``.
        k: How many; at most G are found.

    Returns:
        Rows of the gallery, ``intp [M, k]``, and their cosines, ``float64 [M, k]``.
    """
    cases = unit_rows(np.asarray(gallery, dtype=np.float64))
    asked = unit_rows(np.asarray(probes, dtype=np.float64))
    return nearest_unit(cases, asked, k)


def nearest_unit(
    cases: NDArray[np.floating[Any]], probes: NDArray[np.floating[Any]], k: int
) -> tuple[NDArray[np.intp], Floats]:
    """:func:`nearest` of vectors of unit length, in the precision that they have.

    Only what is at least as similar as the k-th case is sorted.

    Args:
        cases: ``[G, D]``, unit rows.
        probes: ``[M, D]``, unit rows of the same type.
        k: How many; at most G are found.
    """
    k = min(k, len(cases))
    rows = np.empty((len(probes), k), dtype=np.intp)
    cosines = np.empty((len(probes), k))
    if not k:
        return rows, cosines
    step = max(1, _BLOCK // len(cases))
    for start in range(0, len(probes), step):
        block = probes[start : start + step] @ cases.T
        for place, similar in enumerate(block, start=start):
            # All ties with the k-th stay in, so that the first in the gallery comes first.
            least = np.partition(similar, -k)[-k]
            found = np.flatnonzero(similar >= least)
            order = found[np.argsort(-similar[found], kind="stable")[:k]]
            rows[place], cosines[place] = order, similar[order]
    return rows, cosines


def first_hits(
    rows: NDArray[np.intp], cosines: Floats, labels: Labels, n_conditions: int
) -> Floats:
    """Score every condition by its most similar case, as GestaltMatcher ranks conditions.

    Hsieh et al., "GestaltMatcher facilitates rare disease matching using facial phenotype
    descriptors", Nature Genetics 2022: the list of cases is read from the top, and a condition
    takes the place of its first case.

    Args:
        rows: ``[M, K]``, rows of the gallery.
        cosines: ``[M, K]``.
        labels: ``[G]``, condition of each case of the gallery.
        n_conditions: C.

    Returns:
        ``float64 [M, C]``; ``-inf`` for a condition that is not among the K.
    """
    scores = np.full((len(rows), n_conditions), -np.inf)
    probe = np.broadcast_to(np.arange(len(rows))[:, None], rows.shape)
    np.maximum.at(scores, (probe, labels[rows]), cosines)
    return scores
