"""SFace: 128 numbers from a small MobileFaceNet.

Y. Zhong, W. Deng, J. Hu, D. Zhao, X. Li, D. Wen: SFace: sigmoid-constrained hypersphere loss for
robust face recognition. IEEE Transactions on Image Processing 30, 2021. The weights are OpenCV
Zoo's, block-quantised to 8 bits.
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


class SFace:
    """The network on OpenCV's classic DNN engine: the new one of OpenCV 5 refuses this file."""

    name = "sface"
    dim = 128
    crop = Crop(112, 112, "points")

    def __init__(self) -> None:
        self._file = where("sface")  # missing weights are told of before any work

    @property
    def fingerprint(self) -> str:
        """See :class:`rdface.backbones.Backbone`."""
        import cv2

        parts = (self.name, "1", find("sface").sha256, self.crop.fingerprint, cv2.__version__)
        return sha256_bytes(" ".join(map(str, parts)).encode())

    @cached_property
    def _net(self) -> Any:  # noqa: ANN401 - cv2 has no types
        import cv2

        return cv2.dnn.readNetFromONNX(str(self._file), cv2.dnn.ENGINE_CLASSIC)

    def embed(self, images: Images) -> Embeddings:
        """See :class:`rdface.backbones.Backbone`; RGB, 0 to 255, no scaling."""
        rows = np.empty((len(images), self.dim), np.float32)
        for row, image in enumerate(images):  # one by one: equal bits whatever the batch
            pixels = image.astype(np.float32).transpose(2, 0, 1)[None]
            self._net.setInput(np.ascontiguousarray(pixels))
            rows[row] = self._net.forward().ravel()
        return rows


@BACKBONES.register("sface")
@tells_people_apart
def sface(argument: str | None = None) -> SFace:
    """SFace, 128-d."""
    BACKBONES.takes_nothing("sface", argument)
    return SFace()
