"""Find copies of training faces, with thresholds that come from real faces alone.

Two grades. A *near copy* is closer to one training face than 95 % of real people are, people whom
the generator never saw. A *copy* is closer, too, than 95 % of half-and-half mixtures of two
training faces: it is one person's face and not one between two. Nothing is taken from the pool.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rdface.metrics.memorisation_copies import Nearest, nearest, threshold
from rdface.screening.audit.views import Faces, Floats, Known

FALSE_ALARMS: Final = 0.05
MIXTURES: Final = 200
"""Mixtures of two training faces, at most, that calibrate the grade "copy"."""


@dataclass(frozen=True, eq=False)
class Distances:
    """From faces to known ones, in both views and joined: ``float32 [N, K]`` each.

    ``joint`` is the geometric mean: the product of the two distances decides, so that neither
    needs a unit.
    """

    identity: Floats
    pixels: Floats

    @property
    def joint(self) -> Floats:
        """``sqrt(identity * pixels)``."""
        return np.asarray(np.sqrt(np.maximum(self.identity * self.pixels, 0)))


def measure(faces: Faces, known: Known) -> Distances:
    """Distances of faces to known faces or their mirror images."""
    return Distances(known.identity_distances(faces), known.pixel_distances(faces))


@dataclass(frozen=True, eq=False)
class Calibration:
    """Thresholds of closeness, and the real faces that they come from.

    Attributes:
        near: At or below it: a near copy.
        copy: At or below it: a copy; never above ``near``.
        training: ``[T]`` closeness of each training face to other patients' training faces.
        held_out: ``[H]`` of each held-out face to the training faces.
        mixtures: ``[X]`` of mixtures of two training faces.
        false_alarms: Rate that was asked for.
    """

    near: float
    copy: float
    training: NDArray[np.float64]
    held_out: NDArray[np.float64]
    mixtures: NDArray[np.float64]
    false_alarms: float

    def grade(self, closeness: NDArray[np.floating[Any]]) -> NDArray[Any]:
        """``copy``, ``near copy`` or "" of each."""
        return np.select(
            [closeness <= self.copy, closeness <= self.near], ["copy", "near copy"], ""
        ).astype(object)


def calibrate(
    among: Distances,
    held_out: Distances,
    mixed: Distances,
    patients: NDArray[Any],
    *,
    false_alarms: float = FALSE_ALARMS,
) -> Calibration:
    """Take both thresholds from real faces.

    Args:
        among: From training faces to training faces; those of one patient are passed over.
        held_out: From held-out faces to training faces.
        mixed: From mixtures of two training faces to training faces.
        patients: ``[T]`` of the training faces.
        false_alarms: Of real people, and of mixtures, that may be called copies.
    """
    own = _known(nearest(among.joint, patients, own=patients))
    others = _known(nearest(held_out.joint, patients))
    mixtures = _known(nearest(mixed.joint, patients))
    # The stricter of the two; a set that is too small for the rate (19 for 5 %) has no say.
    found = [threshold(each, false_alarms) for each in (own, others)]
    near = min((each for each in found if np.isfinite(each)), default=float("-inf"))
    copy = min(near, threshold(mixtures, false_alarms))
    return Calibration(near, copy, own, others, mixtures, false_alarms)


def _known(found: Nearest) -> NDArray[np.float64]:
    """Closeness where there is a second patient to compare with."""
    return np.asarray(found.closeness[np.isfinite(found.second)])


def find_nearest(distances: Distances, patients: NDArray[Any]) -> Nearest:
    """The training face nearest to each face in the joint distance, and how close it is."""
    return nearest(distances.joint, patients)


def mixed_pairs(
    patients: NDArray[Any], conditions: NDArray[Any], n: int, rng: np.random.Generator
) -> NDArray[np.intp]:
    """Pairs of training faces of two patients, of one condition wherever there are two: ``[X, 2]``.

    Args:
        patients: ``[T]``.
        conditions: ``[T]``.
        n: How many at most, no pair twice; none if there is one patient only.
        rng: Of the draw.
    """
    pairs: dict[tuple[int, int], None] = {}
    for first in rng.integers(0, max(len(patients), 1), n if len(set(patients)) > 1 else 0):
        others = np.flatnonzero(patients != patients[first])
        mates = others[conditions[others] == conditions[first]]
        second = int(rng.choice(mates if len(mates) else others))
        pairs[min(int(first), second), max(int(first), second)] = None
    return np.array(list(pairs), np.intp).reshape(-1, 2)


def mix(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Mean of aligned crops, ``uint8 [X, H, W, 3]``: the five points of both lie on each other."""
    return np.asarray((a.astype(np.uint16) + b + 1) // 2, np.uint8)
