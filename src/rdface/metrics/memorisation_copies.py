"""Which generated faces are copies of a training face, at a stated rate of false alarms.

A face is measured by its *closeness*: its distance to the nearest training face, divided by that to
the nearest training face of another patient. A copy is far nearer to one face than to any other; a
new person is about as near to several (N. Carlini et al.: Extracting training data from diffusion
models, USENIX Security 2023, divide by neighbours' distances for the same reason).

A threshold is taken from real faces alone, as in conformal inference (V. Vovk, A. Gammerman, G.
Shafer: Algorithmic Learning in a Random World, 2005): of n + 1 exchangeable faces the last lies
below the k-th smallest of the others with probability at most k / (n + 1).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Nearest(NamedTuple):
    """The training face nearest to each of ``S`` faces.

    Attributes:
        row: ``intp [S]``, of the training faces.
        distance: ``[S]`` to it.
        second: ``[S]`` to the nearest of another patient; infinite if there is none.
        closeness: ``[S]`` the one by the other: 0 for the very same face, 1 for one between two
            patients.
    """

    row: NDArray[np.intp]
    distance: Floats
    second: Floats
    closeness: Floats


def nearest(
    distances: NDArray[np.floating[Any]],
    patients: NDArray[Any],
    own: NDArray[Any] | None = None,
) -> Nearest:
    """Find the nearest training face, and the nearest of another patient.

    Args:
        distances: ``[S, T]``, 0 or more.
        patients: ``[T]`` of the training faces.
        own: ``[S]`` patients of the faces themselves, if they are training faces: pictures of the
            same patient are passed over.
    """
    owners = np.asarray(patients)
    table = np.array(distances, np.float64)
    if own is not None:
        table[np.asarray(own)[:, None] == owners[None, :]] = np.inf
    rows = np.arange(len(table))
    index = table.argmin(axis=1)
    first = table[rows, index]
    elsewhere = np.where(owners[None, :] == owners[index][:, None], np.inf, table)
    second = elsewhere.min(axis=1)
    known = np.isfinite(second) & (second > 0)
    closeness = np.divide(first, second, out=np.ones(len(table)), where=known)
    return Nearest(index, first, second, closeness)


def threshold(closeness: Floats, false_alarms: float) -> float:
    """Largest threshold that a new face of the same kind falls to or below that seldom.

    Args:
        closeness: ``[N]`` of faces that are no copies.
        false_alarms: Rate that is allowed, such as 0.05.

    Returns:
        Minus infinity where there are too few faces to allow for that rate.
    """
    rank = int(np.floor(false_alarms * (len(closeness) + 1)))
    return float(np.sort(closeness)[rank - 1]) if rank else float("-inf")


def alarm_p_values(closeness: Floats, calibration: Floats) -> Floats:
    """How often a face that is no copy would be so close: ``[S]``, conformal p-values.

    Args:
        closeness: ``[S]``.
        calibration: ``[N]`` of faces that are no copies.
    """
    below = np.searchsorted(np.sort(calibration), closeness, side="right")
    return np.asarray((below + 1) / (len(calibration) + 1))
