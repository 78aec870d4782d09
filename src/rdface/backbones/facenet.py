"""FaceNet: Inception-ResNet-v1, 512 numbers.

F. Schroff, D. Kalenichenko, J. Philbin: FaceNet: a unified embedding for face recognition and
clustering. CVPR 2015. The weights are D. Sandberg's, trained with a softmax on stretched face
boxes with a margin of 32 in 160 pixels, with values (x - 127.5) / 128; crop and values here are the
same. (His networks with 128 numbers, of 2017, whitened each picture by itself instead. On this
one that costs a third of its accuracy: docs/flaws/F04.md.)
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from rdface.backbones.backbone import BACKBONES, Embeddings, Images
from rdface.backbones.recognition import tells_people_apart
from rdface.faces import Crop
from rdface.files import sha256_bytes
from rdface.weights import find, where

SIDE = 160
MARGIN = 32 / (SIDE - 32)
CENTRE, SCALE = 127.5, 128.0
"""What values from 0 to 255 are shifted and divided by."""


class FaceNet:
    """The network on OpenCV's DNN module."""

    name = "facenet"
    dim = 512
    crop = Crop(SIDE, SIDE, "stretch", MARGIN)

    def __init__(self) -> None:
        self._file = where("facenet")  # missing weights are told of before any work

    @property
    def fingerprint(self) -> str:
        """See :class:`rdface.backbones.Backbone`."""
        import cv2

        parts = (self.name, "2", find("facenet").sha256, self.crop.fingerprint, cv2.__version__)
        return sha256_bytes(" ".join(map(str, parts)).encode())

    @cached_property
    def _net(self) -> Any:  # noqa: ANN401 - cv2 has no types
        import cv2

        return cv2.dnn.readNetFromTensorflow(str(self._file), "", cv2.dnn.ENGINE_CLASSIC)

    def embed(self, images: Images) -> Embeddings:
        """See :class:`rdface.backbones.Backbone`; unit length as the network ends so."""
        rows = np.empty((len(images), self.dim), np.float32)
        for row, image in enumerate(images):  # the graph's reshapes hold for one picture only
            pixels = (image.transpose(2, 0, 1)[None].astype(np.float32) - CENTRE) / SCALE
            self._net.setInput(np.ascontiguousarray(pixels))
            rows[row] = self._net.forward().ravel()
        return rows


@BACKBONES.register("facenet")
@tells_people_apart
def facenet(argument: str | None = None) -> FaceNet:
    """FaceNet, 512-d."""
    BACKBONES.takes_nothing("facenet", argument)
    return FaceNet()
