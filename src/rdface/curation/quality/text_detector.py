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

LONGEST: Final = 640
"""Pixels of the longer side that the network sees; small pictures are enlarged to it."""
PIXEL: Final = 0.3
"""Least probability of a pixel of text, as the authors set it."""
FEWEST: Final = 40
"""Pixels of a patch of text at least."""


class Text(NamedTuple):
    """How sure the network is of text, 0 to 1: the mean probability of its surest patch.

    Attributes:
        anywhere: In the whole picture.
        on_face: Of patches that have pixels inside the box of the face; 0 without a face.
        share: Of the picture that patches of text cover.
    """

    anywhere: float
    on_face: float
    share: float


class TextDetector:
    """The network on OpenCV, one thread's worth of work a picture."""

    name = "ppocr_det"

    def __init__(self) -> None:
        self._file = where("ppocr_det")

    @property
    def fingerprint(self) -> str:
        """Names weights, settings and engine."""
        import cv2

        parts = (self.name, "1", find("ppocr_det").sha256, LONGEST, PIXEL, FEWEST, cv2.__version__)
        return sha256_bytes(" ".join(map(str, parts)).encode())

    @cached_property
    def _net(self) -> Any:  # noqa: ANN401 - cv2 has no types
        import cv2

        return cv2.dnn.readNetFromONNX(str(self._file))

    def probabilities(self, image: Image) -> NDArray[np.float32]:
        """Of text, for each pixel of the picture as the network sees it."""
        import cv2

        height, width = image.shape[:2]
        scale = LONGEST / max(height, width)
        size = (_thirty_twos(width * scale), _thirty_twos(height * scale))
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        pixels = cv2.resize(image, size, interpolation=way).astype(np.float32)
        pixels = (pixels / 255 - 0.5) / 0.5
        self._net.setInput(np.ascontiguousarray(pixels.transpose(2, 0, 1)[None]))
        return np.asarray(self._net.forward()[0, 0], np.float32)

    def look(self, image: Image, face: Face | None) -> Text:
        """Look for text in one picture, ``uint8 [H, W, 3]`` RGB."""
        import cv2

        found = self.probabilities(image)
        mask = (found > PIXEL).astype(np.uint8)
        n, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        area = stats[:, cv2.CC_STAT_AREA]
        means = np.bincount(labels.ravel(), found.ravel(), n) / np.maximum(area, 1)
        good = np.flatnonzero(area >= FEWEST)
        good = good[good > 0]
        if not len(good):
            return Text(0.0, 0.0, 0.0)
        anywhere = float(means[good].max())
        share = float(area[good].sum() / mask.size)
        on_face = 0.0
        if face is not None:
            inside = labels[_box(face, image, found)]
            touched = np.intersect1d(good, inside)
            on_face = float(means[touched].max()) if len(touched) else 0.0
        return Text(anywhere, on_face, share)


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
