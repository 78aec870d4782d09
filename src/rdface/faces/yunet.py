"""YuNet, the default detector: small, quick, gives the five points.

W. Wu, H. Peng, S. Yu: YuNet: a tiny millisecond-level face detector. Machine Intelligence
Research 20, 2023. The weights are OpenCV Zoo's, block-quantised to 8 bits.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from rdface.faces.face import DETECTORS, Face
from rdface.files import sha256_bytes
from rdface.imaging import Image
from rdface.weights import find, where

SCORE = 0.6
OVERLAP = 0.3
MOST = 50


class YuNet:
    """OpenCV's ``FaceDetectorYN`` with fixed settings."""

    name = "yunet"

    def __init__(self) -> None:
        import cv2

        path = where("yunet")
        loud = cv2.utils.logging.getLogLevel()
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)  # an idle warning
        self._net: Any = cv2.FaceDetectorYN.create(str(path), "", (320, 320), SCORE, OVERLAP, MOST)
        cv2.utils.logging.setLogLevel(loud)
        settings = f"{self.name} {find('yunet').sha256} {cv2.__version__} {SCORE} {OVERLAP} {MOST}"
        self.fingerprint = sha256_bytes(settings.encode())

    def detect(self, image: Image) -> list[Face]:
        """Find faces; see :class:`rdface.faces.face.Detector`."""
        import cv2

        height, width = image.shape[:2]
        self._net.setInputSize((width, height))
        _, rows = self._net.detect(cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
        if rows is None:
            return []
        faces = [
            Face(box=row[:4].copy(), points=row[4:14].reshape(5, 2).copy(), score=float(row[14]))
            for row in np.asarray(rows, np.float32)
        ]
        return sorted(faces, key=lambda face: -face.score)


@DETECTORS.register("yunet")
def yunet() -> YuNet:
    """The default."""
    return YuNet()
