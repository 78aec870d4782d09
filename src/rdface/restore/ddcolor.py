"""DDColor: colours for black-and-white pictures.

X. Kang, T. Yang, W. Ouyang, P. Ren, L. Li, X. Xie: DDColor: towards photo-realistic image
colorization via dual decoders, ICCV 2023. The paper's last step. The lightness of a picture stays
as it is; its colours are a guess, skin included: nothing about skin may be read off such a picture.
"""

from __future__ import annotations

import numpy as np

from rdface.files import sha256_bytes
from rdface.imaging import Image
from rdface.restore.greyness import GREY, is_grey
from rdface.restore.spandrel_network import SpandrelNetwork, engine_version
from rdface.restore.step import STEPS

NAME = "ddcolor"


class DDColor:
    """A step that colours pictures that are black and white, and no others.

    Args:
        path: Of the weights; None for those of the manifest.
    """

    def __init__(self, path: str | None = None) -> None:
        self.name = NAME
        self._network = SpandrelNetwork(NAME, path, "DDColor")
        settings = f"{NAME} 1 {self._network.sha256} {engine_version()} {GREY}"
        self.fingerprint = sha256_bytes(settings.encode())

    def restore(self, image: Image) -> Image | None:
        """See :class:`rdface.restore.step.Step`; None for a picture that has colours."""
        import cv2

        if not is_grey(image):
            return None
        grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.float32) / np.float32(255)
        drawn = self._network.run(grey[None])
        return np.rint(255 * np.clip(drawn, 0, 1)).astype(np.uint8).transpose(1, 2, 0)


@STEPS.register(NAME)
def ddcolor(argument: str | None) -> DDColor:
    """Needs the extra ``colourise``; ``ddcolor:PATH`` takes a file."""
    return DDColor(argument)
