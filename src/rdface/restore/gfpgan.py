"""GFPGAN: redraws the face of a picture, the paper's "face enhancement".

X. Wang, Y. Li, H. Zhang, Y. Shan: Towards real-world blind face restoration with generative facial
prior, CVPR 2021. Its prior are ordinary faces, which is what flaw F16 is about.

What differs from the notebooks: the face is found by YuNet and the mesh instead of RetinaFace; it
is taken from the picture as the steps before left it, where Real-ESRGAN's own script takes it from
the small one; and it is laid back with a soft square edge instead of a mask of its parts.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rdface.faces import Face, find_faces, load_detector
from rdface.faces.crop import similarity, warp
from rdface.faces.finder import RULE, refined
from rdface.faces.mesh468 import Mesh468
from rdface.files import sha256_bytes
from rdface.imaging import Image
from rdface.restore.spandrel_network import SpandrelNetwork, engine_version
from rdface.restore.step import STEPS

NAME = "gfpgan"
SIDE: Final = 512
TEMPLATE: Final = np.array(
    [
        [192.98138, 239.94708],
        [318.90277, 240.1936],
        [256.63416, 314.01935],
        [201.26117, 371.41043],
        [313.08905, 371.15118],
    ]
)
"""``[5, 2]``: where the five points lie in a picture of FFHQ at 512 pixels, as in facexlib."""
EDGE: Final = 48
"""Pixels over which the new face fades into the picture."""


class GFPGAN:
    """A step that redraws every face of a picture.

    Args:
        path: Of the weights; None for those of the manifest.
        network: Instead of weights: from ``float32 [3, 512, 512]``, 0 to 1, to the same.
    """

    def __init__(self, path: str | None = None, *, network: Any = None) -> None:  # noqa: ANN401
        self.name = NAME
        if network is None:
            loaded = SpandrelNetwork(NAME, path, "GFPGAN")
            network, digest = partial(_run, loaded.model.model), loaded.sha256
        else:
            digest = "given"
        self._network = network
        self._detector = load_detector("yunet")
        self._mesh = Mesh468()
        found = f"{self._detector.fingerprint} {self._mesh.fingerprint} {RULE}"
        settings = f"{NAME} 2 {digest} {engine_version()} {found} {EDGE}"
        self.fingerprint = sha256_bytes(settings.encode())

    def restore(self, image: Image) -> Image | None:
        """See :class:`rdface.restore.step.Step`; None for a picture without a face."""
        faces, _ = find_faces(image, self._detector)
        drawn = image
        for face in faces:
            drawn = self._redrawn(drawn, refined(image, face, self._mesh)[0])
        return drawn if faces else None

    def _redrawn(self, image: Image, face: Face) -> Image:
        height, width = image.shape[:2]
        there = similarity(face.points, TEMPLATE)
        crop = warp(image, there, SIDE, SIDE)
        planes = np.ascontiguousarray(crop.transpose(2, 0, 1), np.float32) / np.float32(255)
        new = np.clip(self._network(planes), 0, 1).transpose(1, 2, 0)
        inverse = np.linalg.inv(np.concatenate([there, [[0, 0, 1]]]))[:2]
        painted = warp(np.rint(255 * new).astype(np.uint8), inverse, width, height)
        share = warp(np.repeat(_veil()[..., None], 3, axis=2), inverse, width, height)
        part = share.astype(np.float32) / 255
        return np.rint(part * painted + (1 - part) * image).astype(np.uint8)


def _run(model: Any, planes: NDArray[np.float32]) -> NDArray[np.float32]:  # noqa: ANN401 - torch
    """GFPGAN's own call: it works on -1 to 1, and its noise is drawn anew unless it is told not to.

    spandrel hands tensors of 0 to 1 through as they are, and lets the noise be drawn.
    """
    import torch

    with torch.inference_mode():
        scaled = torch.from_numpy(2 * planes - 1)[None]
        drawn, _ = model(scaled, return_rgb=False, randomize_noise=False)
    return np.asarray(drawn[0].numpy() / 2 + 0.5, np.float32)


def _veil() -> NDArray[np.uint8]:
    """``uint8 [512, 512]``: 255 inside, falling to 0 at the edge of the crop."""
    away = np.minimum(np.arange(SIDE), np.arange(SIDE)[::-1])
    ramp = np.clip(away / EDGE, 0, 1)
    return np.rint(255 * np.outer(ramp, ramp)).astype(np.uint8)


@STEPS.register(NAME)
def gfpgan(argument: str | None) -> GFPGAN:
    """Needs the extra ``colourise``; ``gfpgan:PATH`` takes a file."""
    return GFPGAN(argument)
