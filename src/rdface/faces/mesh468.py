"""468 points in three dimensions on a face.

Y. Kartynnik, A. Ablavatski, I. Grishchenko, M. Grundmann: Real-time facial surface geometry from
monocular video on mobile GPUs. CVPR Workshop on Computer Vision for AR/VR, 2019.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.faces.crop import warp
from rdface.faces.face import Face
from rdface.faces.mirror import MIRROR
from rdface.files import sha256_bytes
from rdface.imaging import Image
from rdface.weights import find, where

SIDE = 192
VIEW = 1.5
"""The network sees a square 1.5 times as long as the face."""
ROUNDS = 3
"""The square is laid around the points found so far and the network run again."""
RIGHT_EYE_CORNER, LEFT_EYE_CORNER = 33, 263
"""Outer corners of the subject's eyes."""
N_POINTS = 468
STEADY_VIEWS = (1.4, 1.5, 1.6)
"""Sizes of the squares whose points :meth:`Mesh468.steady_landmarks` averages."""
FIVE = ((33, 133, 159, 145), (263, 362, 386, 374), (1,), (61,), (291,))
"""Eye: its two corners and the middles of both lids. Nose: its tip. Mouth: each corner."""


class Mesh468:
    """The landmark network on LiteRT, one thread, equal results on every run."""

    name = "mesh468"

    def __init__(self) -> None:
        from ai_edge_litert.interpreter import Interpreter

        with _quiet():
            self._net: Any = Interpreter(model_path=str(where("mesh468")), num_threads=1)
            self._net.allocate_tensors()
        self._input = self._net.get_input_details()[0]["index"]
        self._outputs = [
            (int(np.prod(detail["shape"])), detail["index"])
            for detail in self._net.get_output_details()
        ]
        self.fingerprint = mesh_fingerprint()

    def landmarks(self, image: Image, face: Face) -> tuple[NDArray[np.float32], float]:
        """Find the points of one face.

        Args:
            image: ``uint8 [H, W, 3]`` RGB.
            face: Where to look.

        Returns:
            ``float32 [468, 3]``: x and y in the picture's pixels, z (towards the viewer is
            negative) in the same unit; and the network's confidence that this is a face, 0 to 1.
        """
        matrix = _square(_of_face(face), face.points[0], face.points[1])
        points, score = self._look(image, matrix)
        for _ in range(ROUNDS - 1):
            points, score = self._look(image, _around(points))
        return points, score

    def steady_landmarks(self, image: Image, face: Face) -> tuple[NDArray[np.float32], float]:
        """Find the points of one face with less noise, for measuring: three times the time.

        Args and returns as :meth:`landmarks`, whose points :meth:`steadied` averages.
        """
        points, score = self.landmarks(image, face)
        return self.steadied(image, points), score

    def steadied(self, image: Image, points: NDArray[np.floating]) -> NDArray[np.float32]:
        """Look six times more around points of :meth:`landmarks` and average what is found.

        At squares of three sizes, and at the mirror image of each: a face's mirror image so has the
        mirror image of its points, to within the resampling.

        Args:
            image: As for :meth:`landmarks`.
            points: ``[468, 3]``.
        """
        found = []
        for view in STEADY_VIEWS:
            matrix = _around(points, view)
            flipped = matrix * [[-1], [1]] + [[0, 0, SIDE - 1], [0, 0, 0]]
            found += [self._look(image, matrix)[0], self._look(image, flipped)[0][MIRROR]]
        return np.asarray(np.stack(found).mean(axis=0, dtype=np.float64), np.float32)

    def _look(self, image: Image, matrix: NDArray[np.float64]) -> tuple[NDArray[np.float32], float]:
        view = warp(image, matrix, SIDE, SIDE)
        self._net.set_tensor(self._input, view[None].astype(np.float32) / np.float32(255))
        self._net.invoke()
        found = {size: self._net.get_tensor(index).ravel() for size, index in self._outputs}
        points = found[3 * N_POINTS].reshape(N_POINTS, 3).astype(np.float64)
        back = np.linalg.inv(matrix[:, :2])
        points[:, :2] = (points[:, :2] - matrix[:, 2]) @ back.T
        points[:, 2] *= np.sqrt(abs(np.linalg.det(back)))
        return points.astype(np.float32), float(1 / (1 + np.exp(-float(found[1][0]))))


def mesh_fingerprint() -> str:
    """Hash of all that decides the points: weights, settings, and the engines' versions."""
    import cv2

    engines = f"{version('ai-edge-litert')} {cv2.__version__}"  # OpenCV warps the view
    settings = f"mesh468 2 {find('mesh468').sha256} {engines} {VIEW} {ROUNDS}"
    return sha256_bytes(settings.encode())


def five_points(landmarks: NDArray[np.floating]) -> NDArray[np.float32]:
    """The five points of :data:`rdface.faces.face.POINTS` from the 468, ``float32 [5, 2]``."""
    return np.stack([landmarks[list(group), :2].mean(axis=0) for group in FIVE]).astype(np.float32)


_STDERR = Lock()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep LiteRT's native start-up line off the terminal, where it would cut a bar in two.

    The process has one stderr: of two threads that did this at once, the later would keep, and give
    back, the nowhere of the earlier.
    """
    with _STDERR:
        sys.stderr.flush()
        kept = os.dup(2)
        try:
            with open(os.devnull, "wb") as nowhere:
                os.dup2(nowhere.fileno(), 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _of_face(face: Face) -> NDArray[np.float64]:
    """The four corners of the detector's box."""
    x, y, width, height = (float(value) for value in face.box)
    return np.array([[x, y], [x + width, y], [x, y + height], [x + width, y + height]])


def _around(points: NDArray[np.floating], view: float = VIEW) -> NDArray[np.float64]:
    """The square around points found before."""
    corners = points[RIGHT_EYE_CORNER, :2], points[LEFT_EYE_CORNER, :2]
    return _square(points[:, :2], *corners, view)


def _square(
    points: NDArray[np.floating],
    right_eye: NDArray[np.floating],
    left_eye: NDArray[np.floating],
    view: float = VIEW,
) -> NDArray[np.float64]:
    """``[2, 3]``: turn the eyes level and lay the network's square around the points."""
    across = np.asarray(left_eye, np.float64) - np.asarray(right_eye, np.float64)
    across = across / max(float(np.hypot(*across)), 1e-6)
    turn = np.array([[across[0], across[1]], [-across[1], across[0]]])
    turned = np.asarray(points, np.float64) @ turn.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    scale = SIDE / (view * max(float((high - low).max()), 1.0))
    shift = SIDE / 2 - scale * (low + high) / 2
    return np.concatenate([scale * turn, shift[:, None]], axis=1)
