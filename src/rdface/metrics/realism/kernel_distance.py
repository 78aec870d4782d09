"""Maximum mean discrepancy between two sets of embeddings: CMMD and KID.

MMD: A. Gretton, K. Borgwardt, M. Rasch, B. Schölkopf, A. Smola: A kernel two-sample test, JMLR 13,
2012; the unbiased estimate of its square is used, which may fall below 0. CMMD: S. Jayasumana et
al.: Rethinking FID: towards a better evaluation metric for image generation, CVPR 2024: a Gaussian
kernel of bandwidth 10 on CLIP's unit vectors. KID: M. Binkowski, D. Sutherland, M. Arbel, A.
Gretton: Demystifying MMD GANs, ICLR 2018: a cubic kernel on Inception's features.

Both sets may come in groups (pictures of one patient). Pairs within a group are left out of the
mean within a set: two pictures of one patient are alike for another reason than the distribution.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Groups = NDArray[Any]

CMMD_BANDWIDTH = 10.0


def cmmd(
    x: NDArray[np.floating[Any]],
    y: NDArray[np.floating[Any]],
    *,
    x_groups: Groups | None = None,
    y_groups: Groups | None = None,
) -> float:
    """CMMD of CLIP embeddings, without the paper's factor of 1000.

    Args:
        x: ``[N, D]`` CLIP embeddings; they are brought to unit length.
        y: ``[M, D]``.
        x_groups: ``[N]`` patient of each; by default each is its own.
        y_groups: ``[M]``.
    """
    return gaussian_mmd(
        unit_rows(x), unit_rows(y), CMMD_BANDWIDTH, x_groups=x_groups, y_groups=y_groups
    )


def gaussian_mmd(
    x: NDArray[np.floating[Any]],
    y: NDArray[np.floating[Any]],
    bandwidth: float,
    *,
    x_groups: Groups | None = None,
    y_groups: Groups | None = None,
) -> float:
    """Squared MMD with k(a, b) = exp(-|a - b|^2 / (2 bandwidth^2)), unbiased.

    Args:
        x: ``[N, D]``.
        y: ``[M, D]``.
        bandwidth: Of the kernel, in the units of the embeddings.
        x_groups: ``[N]`` group of each; by default each is its own.
        y_groups: ``[M]``.

    Returns:
        About 0 for two samples of one distribution (on average exactly 0), at most 2; NaN where a
        set has no two groups.
    """
    scale = -0.5 / bandwidth**2
    kernels = (np.exp(scale * squared_distances(a, b)) for a, b in ((x, x), (y, y), (x, y)))
    return mmd_of_kernels(*kernels, x_groups=x_groups, y_groups=y_groups)


def kid(
    x: NDArray[np.floating[Any]],
    y: NDArray[np.floating[Any]],
    *,
    x_groups: Groups | None = None,
    y_groups: Groups | None = None,
) -> float:
    """Squared MMD with k(a, b) = (a . b / D + 1)^3, unbiased.

    KID proper is this on Inception's features; of another backbone it is named after that.

    Args:
        x: ``[N, D]``.
        y: ``[M, D]``.
        x_groups: ``[N]`` group of each; by default each is its own.
        y_groups: ``[M]``.
    """
    kernels = (cubic_kernel(a, b) for a, b in ((x, x), (y, y), (x, y)))
    return mmd_of_kernels(*kernels, x_groups=x_groups, y_groups=y_groups)


def mmd_of_kernels(
    k_xx: Floats,
    k_yy: Floats,
    k_xy: Floats,
    *,
    x_groups: Groups | None = None,
    y_groups: Groups | None = None,
) -> float:
    """Squared MMD, unbiased, from kernel matrices ``[N, N]``, ``[M, M]`` and ``[N, M]``."""
    within = _mean_between_groups(k_xx, x_groups) + _mean_between_groups(k_yy, y_groups)
    return float(within - 2 * k_xy.mean()) if k_xy.size else float("nan")


def median_distance(x: NDArray[np.floating[Any]]) -> float:
    """Median Euclidean distance between rows of ``x [N, D]``: the usual bandwidth of a kernel.

    Take it from real images only, so that the kernel does not move with the generator.
    """
    above = np.triu_indices(len(x), 1)
    return float(np.sqrt(np.median(squared_distances(x, x)[above])))


def cubic_kernel(a: NDArray[np.floating[Any]], b: NDArray[np.floating[Any]]) -> Floats:
    """KID's kernel: ``[N, M]``."""
    left, right = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return np.asarray((left @ right.T / left.shape[1] + 1) ** 3)


def squared_distances(a: NDArray[np.floating[Any]], b: NDArray[np.floating[Any]]) -> Floats:
    """Squared Euclidean distances ``[N, M]``, never below 0."""
    left, right = np.asarray(a, np.float64), np.asarray(b, np.float64)
    squares = (left**2).sum(axis=1)[:, None] + (right**2).sum(axis=1) - 2 * left @ right.T
    return np.asarray(np.maximum(squares, 0.0))


def unit_rows(x: NDArray[np.floating[Any]]) -> Floats:
    """Rows divided by their length; a row of zeros stays one."""
    rows = np.asarray(x, np.float64)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(length > 0, length, 1.0))


def _mean_between_groups(kernel: Floats, groups: Groups | None) -> float:
    """Mean over pairs of different groups."""
    own = np.arange(len(kernel)) if groups is None else np.asarray(groups)
    apart = own[:, None] != own[None, :]
    n_pairs = np.count_nonzero(apart)
    return float((kernel * apart).sum() / n_pairs) if n_pairs else float("nan")
