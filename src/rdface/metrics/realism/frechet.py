"""Fréchet distance between two sets of embeddings, each taken for a normal distribution.

D. Dowson, B. Landau: The Fréchet distance between multivariate normal distributions, J. Multivar.
Anal. 12, 1982; M. Heusel et al.: GANs trained by a two time-scale update rule, NeurIPS 2017, which
calls it FID on Inception's features. On other features it is not the FID and not named so. It is
biased upwards by an amount that depends on the number of images (M. Chong, D. Forsyth: Effectively
unbiased FID, CVPR 2020), so it says something beside another one of equal n only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def frechet_distance(x: NDArray[np.floating[Any]], y: NDArray[np.floating[Any]]) -> float:
    """|m_x - m_y|^2 + tr(C_x + C_y - 2 (C_x C_y)^(1/2)), in squared units of the embeddings.

    With X and Y the centred rows divided by sqrt(n - 1), the trace of (C_x C_y)^(1/2) is the sum
    of the singular values of X Y^T. That is exact, needs no root of a D x D matrix and stands for
    fewer images than dimensions, where the root is ill-conditioned.

    Args:
        x: ``[N, D]``, N of 2 or more.
        y: ``[M, D]``, M likewise.

    Returns:
        0 or more; NaN for fewer than two rows.
    """
    if min(len(x), len(y)) < 2:
        return float("nan")
    first, second = np.asarray(x, np.float64), np.asarray(y, np.float64)
    shift = first.mean(axis=0) - second.mean(axis=0)
    left = (first - first.mean(axis=0)) / np.sqrt(len(first) - 1)
    right = (second - second.mean(axis=0)) / np.sqrt(len(second) - 1)
    if min(len(first), len(second)) > first.shape[1]:  # singular values are those of the factors
        left, right = np.linalg.qr(left, mode="r"), np.linalg.qr(right, mode="r")
    shared = np.linalg.svd(left @ right.T, compute_uv=False).sum()
    return float(max(shift @ shift + (left**2).sum() + (right**2).sum() - 2 * shared, 0.0))
