"""Full Procrustes distance of plane shapes: place, size and rotation taken out, aspect kept.

D. Kendall, Shape manifolds, Procrustean metrics, and complex projective spaces, Bull London Math
Soc 16, 1984; I. Dryden and K. Mardia, Statistical Shape Analysis, 2nd ed., Wiley, 2016, chapter 8.
With points as complex numbers the best rotation is a phase and needs no search, and the mean shape
of many is the leading eigenvector of the sum of their outer products.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Shapes = NDArray[np.complex128]


def shapes(points: NDArray[np.floating]) -> Shapes:
    """Pre-shapes: centred, of length 1.

    Args:
        points: ``[N, K, 2]``, any unit.

    Returns:
        ``complex [N, K]``; NaN where a point is missing or all points are one.
    """
    places = np.asarray(points, np.float64)
    flat = places[..., 0] + 1j * places[..., 1]
    flat = flat - flat.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(flat, axis=1, keepdims=True)
    whole = lengths > 1e-12  # False for NaN
    return np.asarray(np.where(whole, flat, np.nan) / np.where(whole, lengths, 1.0), np.complex128)


def mean_shapes(z: Shapes, labels: NDArray[np.intp], n_conditions: int) -> Shapes:
    """Full Procrustes mean of each condition's shapes.

    Args:
        z: ``complex [N, K]`` of :func:`shapes`; rows that miss a number are left out.
        labels: ``[N]``.
        n_conditions: C.

    Returns:
        ``complex [C, K]``; NaN for a condition without shapes.
    """
    means = np.full((n_conditions, z.shape[1]), np.nan + 0j)
    whole = ~np.isnan(z).any(axis=1)
    for label in np.unique(labels[whole]):
        # Right singular vector of the rows: eigenvector of the sum of z z*, without forming it.
        _, _, directions = np.linalg.svd(z[whole & (labels == label)], full_matrices=False)
        means[label] = directions[0]
    return means


def procrustes_distances(z: Shapes, means: Shapes) -> Floats:
    """sqrt(1 - |<z, m>|^2): 0 for equal shapes, at most 1.

    Args:
        z: ``complex [N, K]``.
        means: ``complex [C, K]``.

    Returns:
        ``float64 [N, C]``; NaN where a shape is missing.
    """
    agreement = np.abs(z @ means.conj().T)
    return np.asarray(np.sqrt(np.clip(1 - agreement**2, 0, None)))
