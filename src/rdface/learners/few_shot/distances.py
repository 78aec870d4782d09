"""How far queries are from prototypes, for all episodes at once."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rdface.learners.preparation import Floats

Distance = Literal["squared-euclidean", "euclidean", "cosine"]
"""``squared-euclidean``: Snell et al. 2017, section 2.3: with it a prototype is the best linear
classifier. ``euclidean``: its root, the RDFace paper's; the same ranking, other gradients.
``cosine``: one minus the cosine."""

_TINY = 1e-12


def distances(queries: Floats, prototypes: Floats, distance: Distance) -> Floats:
    """Distances of all queries of an episode to all its prototypes.

    einsum and not ``@``: without BLAS the bits do not depend on its threads.

    Args:
        queries: ``float64 [E, M, D]``.
        prototypes: ``float64 [E, W, D]``.
        distance: Which.

    Returns:
        ``float64 [E, M, W]``.
    """
    if distance == "cosine":
        return 1.0 - products(unit(queries), unit(prototypes))
    squares = (
        (queries**2).sum(axis=-1)[:, :, None]
        + (prototypes**2).sum(axis=-1)[:, None, :]
        - 2.0 * products(queries, prototypes)
    )
    squares = np.maximum(squares, 0.0)
    return np.asarray(np.sqrt(squares) if distance == "euclidean" else squares)


def products(left: Floats, right: Floats) -> Floats:
    """Scalar products of all rows of an episode: ``[E, M, D]``, ``[E, N, D]`` to ``[E, M, N]``."""
    return np.asarray(np.einsum("emd,end->emn", left, right))


def unit(x: NDArray[np.floating[Any]]) -> Floats:
    """Vectors along the last axis divided by their length; zeros stay zeros."""
    return np.asarray(x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), _TINY))
