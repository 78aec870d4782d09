"""Novelty of a fold's test rows, fitted on the rows that its model is fitted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.engines.threads import one_blas_thread
from rdface.learners.novelty.detector import NOVELTY
from rdface.learners.preparation import Floats
from rdface.protocols.split import FoldRows


def novelty_of_fold(
    features: Mapping[str, NDArray[np.floating[Any]]],
    labels: NDArray[np.integer[Any]],
    rows: FoldRows,
    *,
    names: Sequence[str],
) -> dict[str, Floats]:
    """Fit novelty scores on training and validation rows, score the test rows.

    The embeddings of several backbones are put side by side, each prepared by itself and divided
    by the square root of its number of features, so that each counts the same.

    Args:
        features: Backbone -> ``[N, D]``.
        labels: ``[N]``; those of the test rows are not read.
        rows: The fold; its inner split joins the fit (what it chose is of no use here).
        names: Of :data:`NOVELTY`.

    Returns:
        Name -> ``float64 [n_test]``, higher is stranger.
    """
    development = np.concatenate([rows.train, rows.validation])
    y = np.asarray(labels[development], dtype=np.intp)
    found = {}
    with one_blas_thread():
        for name in names:
            kind = NOVELTY.get(name)
            fitted, judged = [], []
            for matrix in features.values():
                x = np.asarray(matrix[development], dtype=np.float64)
                preparation = kind.preparation.fit(x)
                weight = np.sqrt(x.shape[1])
                fitted.append(preparation.apply(x) / weight)
                test = np.asarray(matrix[rows.test], dtype=np.float64)
                judged.append(preparation.apply(test) / weight)
            detector = kind().fit(np.hstack(fitted), y)
            found[name] = detector.scores(np.hstack(judged))
    return found
