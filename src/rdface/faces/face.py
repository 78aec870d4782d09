"""What a face is in a picture, and what a detector does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rdface.errors import UsageError
from rdface.imaging import Image
from rdface.registry import Registry

Float32 = NDArray[np.float32]

POINTS = ("right_eye", "left_eye", "nose", "right_mouth", "left_mouth")
"""The order of the five points; right is the subject's right, so it comes first in x."""


@dataclass(frozen=True, eq=False)
class Face:
    """One face in one picture, in the picture's pixels.

    Args:
        box: ``float32 [4]``: x, y, width, height; it may leave the picture.
        points: ``float32 [5, 2]``: (x, y) in the order of :data:`POINTS`.
        score: The detector's confidence, 0 to 1.
    """

    box: Float32
    points: Float32
    score: float

    @property
    def area(self) -> float:
        """Pixels in the box."""
        return float(self.box[2]) * float(self.box[3])

    def moved(self, scale: float, dx: float, dy: float) -> Face:
        """The same face where every coordinate c becomes ``(c - d) / scale``."""
        shift = np.array([dx, dy], np.float32)
        box = np.concatenate([(self.box[:2] - shift) / scale, self.box[2:] / scale])
        return Face(
            box=box.astype(np.float32),
            points=((self.points - shift) / scale).astype(np.float32),
            score=self.score,
        )


class Detector(Protocol):
    """Finds faces. ``fingerprint`` names weights and settings: equal means equal results."""

    @property
    def name(self) -> str:
        """The name it is registered under."""
        ...

    @property
    def fingerprint(self) -> str:
        """Hash of all that decides its results."""
        ...

    def detect(self, image: Image) -> list[Face]:
        """Find the faces of a picture, ``uint8 [H, W, 3]`` RGB, best score first."""
        ...


DETECTORS: Registry[Callable[[], Detector]] = Registry("detector", "rdface.faces")


def load_detector(name: str) -> Detector:
    """Make the detector called ``name``.

    Raises:
        UsageError: There is none.
        WeightsError: Its weights are not here or were altered.
    """
    factory, argument = DETECTORS.get_with_argument(name)
    if argument is not None:
        raise UsageError(f"The detector {name.partition(':')[0]!r} takes nothing after a colon.")
    return factory()
