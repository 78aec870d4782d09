"""How near a face lies to the training faces, and how near training faces lie to each other.

The yardstick is real against real: the distance of each training face from the nearest one of
another patient. C. Meehan, K. Chaudhuri, S. Dasgupta: A non-parametric test to detect data-copying
in generative models, AISTATS 2020, compares such distances; the audit (docs/audit.md) does it with
held-out faces and gives error rates. Here every image of a pool gets a number and a flag.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rdface.metrics.memorisation_copies import nearest
from rdface.metrics.realism.kernel_distance import unit_rows

Floats = NDArray[np.float64]

_ROWS = 1024


class Nearest(NamedTuple):
    """The nearest training face of each image.

    Attributes:
        row: ``intp [P]`` of the training images; -1 without a face.
        distance: ``float64 [P]``, 1 - cosine after centring on the training faces; NaN likewise.
        share: ``float64 [P]``, share of training faces that lie nearer to one of another patient
            than this image lies to its nearest training face: small is suspicious.
    """

    row: NDArray[np.intp]
    distance: Floats
    share: Floats


def nearest_training(x: Floats, training: Floats, patients: NDArray[np.str_]) -> Nearest:
    """Find the nearest training face of each image, and judge how near it is.

    Args:
        x: Embeddings ``[P, D]`` of the pool; NaN without a face.
        training: Embeddings ``[N, D]`` of the training images; likewise.
        patients: Of the training images, ``[N]``.
    """
    row = np.full(len(x), -1, dtype=np.intp)
    distance, share = np.full(len(x), np.nan), np.full(len(x), np.nan)
    known = np.flatnonzero(~np.isnan(training).any(axis=1))
    asked = np.flatnonzero(~np.isnan(x).any(axis=1))
    if not len(known) or not len(asked):
        return Nearest(row, distance, share)
    owners = patients[known]
    middle = training[known].mean(axis=0)
    real, made = unit_rows(training[known] - middle), unit_rows(x[asked] - middle)
    for start in range(0, len(made), _ROWS):
        part = slice(start, start + _ROWS)
        found = nearest(1 - made[part] @ real.T, owners)
        row[asked[part]] = known[found.row]
        distance[asked[part]] = found.distance
    among = nearest(1 - real @ real.T, owners, own=owners).distance
    spread = np.sort(among[np.isfinite(among)])
    if len(spread):
        share[asked] = np.searchsorted(spread, distance[asked], side="left") / len(spread)
    return Nearest(row, distance, share)
