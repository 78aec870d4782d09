"""The rank of the condition that a synthetic image was made for, among all that were trained."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def own_values(table: Floats, labels: NDArray[np.intp]) -> Floats:
    """The number of each row's own condition: ``table [P, C]``, ``labels [P]`` to ``[P]``."""
    return np.asarray(table[np.arange(len(labels)), labels])


def own_ranks(nearness: Floats, labels: NDArray[np.intp]) -> Floats:
    """How many conditions are at least as near as the row's own, itself included.

    A tie counts against the image. A condition without a number (no training image) is no rival and
    has no rank itself; an image without numbers has none.

    Args:
        nearness: ``[P, C]``, higher is nearer; NaN is missing.
        labels: ``[P]``, 0 to C - 1.

    Returns:
        ``float64 [P]``, 1 to C, or NaN.

    Example:
        >>> own_ranks(np.array([[0.9, 0.95, np.nan], [np.nan] * 3]), np.array([0, 0]))
        array([ 2., nan])
    """
    own = own_values(nearness, labels)
    ranks = np.sum(nearness >= own[:, None], axis=1)  # a comparison with NaN is False
    return np.where(np.isnan(own), np.nan, ranks.astype(np.float64))
