"""Precision, recall, density and coverage by nearest neighbours.

T. Kynkäänniemi et al.: Improved precision and recall metric for assessing generative models,
NeurIPS 2019; M. Naeem, S. Oh, Y. Uh, Y. Choi, J. Yoo: Reliable fidelity and diversity metrics for
generative models, ICML 2020. The ball of an image reaches up to its k-th neighbour of its own set;
its boundary does not belong to it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rdface.metrics.realism.kernel_distance import Floats, squared_distances

NEIGHBOURS = 5


class Prdc(NamedTuple):
    """The four shares.

    Attributes:
        precision: Share of generated images in the ball of some real one.
        recall: Share of real images in the ball of some generated one.
        density: Mean number of real balls around a generated image, divided by k; may exceed 1.
        coverage: Share of real images with a generated one in their ball.
    """

    precision: float
    recall: float
    density: float
    coverage: float


def prdc(
    real: NDArray[np.floating[Any]], fake: NDArray[np.floating[Any]], k: int = NEIGHBOURS
) -> Prdc:
    """The four shares of embeddings.

    Args:
        real: ``[N, D]``.
        fake: ``[M, D]``.
        k: Neighbours that decide how large a ball is; below N and M.
    """
    return prdc_of_distances(
        squared_distances(real, real),
        squared_distances(fake, fake),
        squared_distances(real, fake),
        k,
    )


def prdc_of_distances(rr: Floats, ff: Floats, rf: Floats, k: int = NEIGHBOURS) -> Prdc:
    """The same from distances ``[N, N]``, ``[M, M]`` and ``[N, M]``, squared or not."""
    if min(len(rr), len(ff)) <= k:
        return Prdc(*[float("nan")] * 4)
    real_balls, fake_balls = _reach(rr, k), _reach(ff, k)
    in_real = rf < real_balls[:, None]
    return Prdc(
        precision=float(in_real.any(axis=0).mean()),
        recall=float((rf < fake_balls[None, :]).any(axis=1).mean()),
        density=float(in_real.sum(axis=0).mean() / k),
        coverage=float(in_real.any(axis=1).mean()),
    )


def _reach(distances: Floats, k: int) -> Floats:
    """Distance of each to its k-th neighbour but itself: ``[N]``."""
    others = np.array(distances, np.float64)
    np.fill_diagonal(others, np.inf)
    return np.asarray(np.partition(others, k - 1, axis=1)[:, k - 1])
