"""How different the faces of a set are from each other.

Mean pairwise distance: as R. Zhang et al. use LPIPS (The unreasonable effectiveness of deep
features as a perceptual metric, CVPR 2018) to measure diversity. Vendi score: D. Friedman, A.
Dieng: The Vendi score: a diversity evaluation metric for machine learning, TMLR 2023.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.metrics.realism.kernel_distance import Floats, unit_rows


def mean_pairwise(
    distances: NDArray[np.floating[Any]], groups: NDArray[Any] | None = None
) -> float:
    """Mean distance of two members of a set.

    Args:
        distances: ``[N, N]``, symmetric.
        groups: ``[N]``; pairs within a group (two pictures of one patient) do not count.

    Returns:
        NaN where there are no two groups.
    """
    own = np.arange(len(distances)) if groups is None else np.asarray(groups)
    apart = own[:, None] != own[None, :]
    n_pairs = np.count_nonzero(apart)
    return float(np.asarray(distances)[apart].sum() / n_pairs) if n_pairs else float("nan")


def vendi_score(kernel: NDArray[np.floating[Any]]) -> float:
    """Effective number of different members: the exponential of the entropy of the spectrum.

    With eigenvalues l_i of K / N, exp(-sum l_i log l_i): 1 if all are the same, N if no two have
    anything in common.

    Args:
        kernel: ``[N, N]`` similarity, symmetric, positive semi-definite, 1 on the diagonal.

    Returns:
        1 to N; NaN of an empty set.
    """
    n = len(kernel)
    if n == 0:
        return float("nan")
    shares = np.linalg.eigvalsh(np.asarray(kernel, np.float64) / n)
    shares = shares[shares > 1e-12]  # rounding of zero eigenvalues
    return float(np.clip(np.exp(-(shares * np.log(shares)).sum()), 1.0, n))


def cosine_kernel(features: NDArray[np.floating[Any]]) -> Floats:
    """Cosines of features ``[N, D]``: a kernel for :func:`vendi_score`."""
    rows = unit_rows(features)
    kernel = rows @ rows.T
    np.fill_diagonal(kernel, 1.0)
    return np.asarray(kernel)
