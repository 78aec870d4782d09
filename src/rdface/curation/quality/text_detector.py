"""Where text stands in a picture; what it says is not read.

M. Liao, Z. Wan, C. Yao, K. Chen, X. Bai: Real-time scene text detection with differentiable
binarization, AAAI 2020, in the small network of C. Li et al.: PP-OCRv3, 2022 (here its fourth
version). The network gives each pixel a probability of text. Only that is used: the words may be
a name, so no network that reads them is asked.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rdface.faces import Face
from rdface.files import sha256_bytes
from rdface.imaging import Image
from rdface.weights import find, where

EYES: Final = 80.0
"""Pixels between the eyes in the picture that the network sees: where faces are larger, their brows
and mouths look like letters to it."""
LONGEST: Final = (352, 960)
"""Least and most pixels of the longer side that it sees."""
WITHOUT_FACE: Final = 640
PIXEL: Final = 0.3
"""Least probability of a pixel of text, as the authors set it."""
LINE: Final = 3.0
"""How many times longer than high a line of text is at least; brows and mouths are shorter."""
SHORTEST: Final = 0.15
"""Least length of a line, by the longer side of the picture."""


class Text(NamedTuple):
    """How sure the network is of a line of text, 0 to 1: the mean probability of its pixels.

    Attributes:
        anywhere: In the whole picture.
        on_face: Of lines that have pixels inside the box of the face; 0 without a face.
    """

    anywhere: float
    on_face: float


class TextDetector:
    """The network on OpenCV, one thread's worth of work a picture."""

    name = "ppocr_det"

    def __init__(self) -> None:
        self._file = where("ppocr_det")

    @property
    def fingerprint(self) -> str:
        """Names weights, settings and engine."""
        import cv2

        sizes = (EYES, LONGEST, WITHOUT_FACE, PIXEL, LINE, SHORTEST)
        parts = (self.name, "2", find("ppocr_det").sha256, *sizes, cv2.__version__)
        return sha256_bytes(" ".join(map(str, parts)).encode())

    @cached_property
    def _net(self) -> Any:  # noqa: ANN401 - cv2 has no types
        import cv2

        return cv2.dnn.readNetFromONNX(str(self._file))

    def probabilities(self, image: Image, face: Face | None) -> NDArray[np.float32]:
        """Of text, for each pixel of the picture as the network sees it."""
        import cv2

        height, width = image.shape[:2]
        longest = max(height, width)
        seen: float = WITHOUT_FACE
        if face is not None:
            eyes = float(np.linalg.norm(face.points[1] - face.points[0]))
            seen = min(max(longest * EYES / max(eyes, 1.0), LONGEST[0]), LONGEST[1])
        scale = seen / longest
        size = (_thirty_twos(width * scale), _thirty_twos(height * scale))
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        pixels = cv2.resize(image, size, interpolation=way).astype(np.float32)
        scaled = ((pixels / 255 - 0.5) / 0.5).astype(np.float32)
        self._net.setInput(np.ascontiguousarray(scaled.transpose(2, 0, 1)[None]))
        return np.asarray(self._net.forward()[0, 0], np.float32)

    def look(self, image: Image, face: Face | None) -> Text:
        """Look for text in one picture, ``uint8 [H, W, 3]`` RGB."""
        import cv2

        found = self.probabilities(image, face)
        mask = (found > PIXEL).astype(np.uint8)
        n, parts, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        labels = np.asarray(parts, np.int32)
        lines = [
            each
            for each in range(1, n)
            if _is_line(labels, each, np.asarray(stats[each], np.int32))
        ]
        if not lines:
            return Text(0.0, 0.0)
        area = stats[:, cv2.CC_STAT_AREA]
        means = np.bincount(labels.ravel(), found.ravel(), n) / np.maximum(area, 1)
        on_face = 0.0
        if face is not None:
            inside = labels[_box(face, image, found)]
            touched = np.intersect1d(lines, inside)
            on_face = float(means[touched].max()) if len(touched) else 0.0
        return Text(float(means[lines].max()), on_face)


def _is_line(labels: NDArray[np.int32], label: int, box: NDArray[np.int32]) -> bool:
    """Long and low, at any angle."""
    import cv2

    x, y, width, height = (int(value) for value in box[:4])
    if max(width, height) < SHORTEST / 2 * max(labels.shape):
        return False
    down, across = np.nonzero(labels[y : y + height, x : x + width] == label)
    sides = cv2.minAreaRect(np.stack([across, down], axis=1).astype(np.float32))[1]
    length, low = max(sides) + 1, min(sides) + 1
    return bool(length >= LINE * low and length >= SHORTEST * max(labels.shape))


def _thirty_twos(side: float) -> int:
    return max(32, round(side / 32) * 32)


def _box(face: Face, image: Image, found: NDArray[np.float32]) -> tuple[slice, slice]:
    """The box of the face in the network's pixels."""
    down, across = found.shape[0] / image.shape[0], found.shape[1] / image.shape[1]
    x, y, width, height = (float(value) for value in face.box)
    return (
        slice(max(0, round(y * down)), max(0, round((y + height) * down))),
        slice(max(0, round(x * across)), max(0, round((x + width) * across))),
    )
