"""Find the face of a picture, by one stated rule.

The rule
    1. The detector sees the picture with its longer side shrunk to at most 640 pixels.
    2. Where it finds nothing, it looks once more: a black border of half the picture's width and
       height on every side, the whole drawn with a longer side of 640 pixels. Faces that fill
       the picture are found so.
    3. Still nothing: status "none". The picture stays in, and its crop is the whole picture.
    4. Several faces: status "several", and the one with the largest area x score counts, for the
       patient is the one the photograph was taken of.
    5. The five points are read off the 468-point mesh, which is laid on the face found: it is
       surer of a tilted head than the detectors' own points. Those stay where the mesh is not
       sure that it sees a face, or lands elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rdface.faces.face import Detector, Face, load_detector
from rdface.faces.mesh468 import Mesh468, five_points
from rdface.faces.table import NUMBERS, FaceTable
from rdface.files import sha256_bytes
from rdface.imaging import Image

LONGEST = 640
BORDER = 0.5
SURE = 0.5
"""Least confidence of the mesh for its points to be taken."""
ELSEWHERE = 0.3
"""Most mean distance of the mesh's points from the detector's, in box widths."""
RULE = "1"
"""Raised whenever the rule changes, so that cached results of the old one are left alone."""

HEAD = 5
ATTEMPTS = ("", "plain", "border")
POINTS_BY = ("", "detector", "mesh468")


def find_faces(image: Image, detector: Detector) -> tuple[list[Face], str]:
    """All faces of one picture by steps 1 and 2 of the rule, in the picture's pixels.

    Returns:
        The faces, and the attempt that found them: "plain", "border" or "" (none).
    """
    height, width = image.shape[:2]
    scale = min(1.0, LONGEST / max(height, width))
    faces = detector.detect(_resized(image, scale))
    if faces:
        return [face.moved(scale, 0.0, 0.0) for face in faces], "plain"
    scale = LONGEST / (max(height, width) * (1 + 2 * BORDER))
    small = _resized(image, scale)
    down, across = round(small.shape[0] * BORDER), round(small.shape[1] * BORDER)
    framed = np.pad(small, ((down, down), (across, across), (0, 0)))
    faces = [face.moved(scale, across, down) for face in detector.detect(framed)]
    return faces, "border" if faces else ""


def main_face(faces: list[Face]) -> Face | None:
    """The face that stands for the picture: the largest area x score."""
    return max(faces, key=lambda face: face.area * face.score, default=None)


def refined(image: Image, face: Face, mesh: Mesh468) -> tuple[Face, str]:
    """Step 5 of the rule: the face with better points, and what they were read off."""
    landmarks, score = mesh.landmarks(image, face)
    points = five_points(landmarks)
    away = float(np.linalg.norm(points - face.points, axis=1).mean())
    if score < SURE or away > ELSEWHERE * float(face.box[2]):
        return face, "detector"
    return replace(face, points=points), "mesh468"


def locate_face(image: Image, detector: Detector, mesh: Mesh468) -> tuple[Face | None, int]:
    """The face that counts on one decoded picture, by the whole rule, and how many there are.

    Nothing is cached: for pictures that must leave no trace.
    """
    faces, _ = find_faces(image, detector)
    face = main_face(faces)
    return (None if face is None else refined(image, face, mesh)[0]), len(faces)


class FaceFinder:
    """The rule as a thing that pictures are shown to one by one; nothing is cached.

    Args:
        detector: Name, or a detector.

    Raises:
        UsageError: No such detector.
        WeightsError: Its weights are not here.
    """

    def __init__(self, detector: str | Detector = "yunet") -> None:
        self.detector = load_detector(detector) if isinstance(detector, str) else detector
        self._mesh = Mesh468()
        text = f"{self.detector.fingerprint} {self._mesh.fingerprint} {RULE}"
        self.fingerprint = sha256_bytes(text.encode())

    def row(self, image: Image) -> NDArray[np.float32]:
        """The face of a picture as numbers, for :meth:`table`.

        attempt, n_faces, points, width, height (HEAD numbers), then :data:`NUMBERS`.
        """
        faces, attempt = find_faces(image, self.detector)
        face, points_by = main_face(faces), ""
        numbers = np.full(len(NUMBERS), np.nan)
        if face is not None:
            face, points_by = refined(image, face, self._mesh)
            numbers = np.concatenate([[face.score], face.box, face.points.ravel()])
        height, width = image.shape[:2]
        head = [ATTEMPTS.index(attempt), len(faces), POINTS_BY.index(points_by), width, height]
        return np.concatenate([head, numbers]).astype(np.float32)

    def table(self, names: Sequence[str], rows: Sequence[NDArray[np.float32]]) -> FaceTable:
        """Rows of pictures as a table."""
        import pandas as pd

        table = np.stack(rows) if rows else np.empty((0, len(NUMBERS) + HEAD), np.float32)
        count = table[:, 1].astype(int)
        frame = pd.DataFrame(
            {
                "image_id": list(names),
                "status": np.select([count == 0, count == 1], ["none", "one"], "several"),
                "n_faces": count,
                "attempt": [ATTEMPTS[int(number)] for number in table[:, 0]],
                "points": [POINTS_BY[int(number)] for number in table[:, 2]],
                "width": table[:, 3].astype(int),
                "height": table[:, 4].astype(int),
                **{name: table[:, HEAD + column] for column, name in enumerate(NUMBERS)},
            }
        )
        return FaceTable(frame, self.fingerprint)


def _resized(image: Image, scale: float) -> Image:
    import cv2

    if scale == 1.0:
        return image
    height, width = image.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size, interpolation=way), np.uint8)
