"""What is taken from a picture before anything is said of it: edges, colours, identity, mesh.

Everything is taken from one small crop (:data:`CROP`), 24 pixels between the eyes, so that a large
picture tells no more than a small one: what is fitted on pictures of 160 pixels has to hold on
those of 256. Edges are histograms of oriented gradients (N. Dalal and B. Triggs, CVPR 2005) of the
eyes, the nose, the mouth and the whole face; a face and its mirror image give the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.backbones.backbone import Backbone, load_backbone
from rdface.faces import Crop, Face, align
from rdface.files import sha256_bytes
from rdface.imaging import Image

Floats = NDArray[np.float64]

CROP: Final = Crop(102, 128, "points", 0.35)
BINS: Final = 8
NETWORK: Final = "sface"
IDENTITY_WEIGHT: Final = 4.0
"""Of the identity network's unit vector against each patch of unit edges; before any fit."""
COLOUR_WEIGHT: Final = 1 / 40
"""Of CIE Lab in OpenCV's units of 0 to 255."""


@dataclass(frozen=True)
class Patch:
    """A part of the crop whose middle is the middle of the face.

    Attributes:
        top: First row.
        bottom: Row after the last.
        half: Pixels on either side of the crop's middle.
        cell: Side of the squares whose gradients are counted together, pixels.
    """

    top: int
    bottom: int
    half: int
    cell: int


PATCHES: Final = {
    "eyes": Patch(41, 73, 32, 4),
    "nose": Patch(57, 85, 20, 4),
    "mouth": Patch(73, 105, 24, 4),
    "face": Patch(41, 121, 40, 8),
}


def appearance(image: Image, face: Face) -> Floats:
    """Edges, colours and identity of a face.

    Args:
        image: ``uint8 [H, W, 3]`` RGB.
        face: Where it is.

    Returns:
        ``[D]``: for each patch its edges, then its colours; then the network's unit vector,
        averaged with that of the mirror image.

    Raises:
        WeightsError: The network's weights are not here.
    """
    crop = align(image, face, CROP)
    parts = []
    for patch in PATCHES.values():
        parts += [edges(crop, patch), COLOUR_WEIGHT * colours(crop, patch)]
    return np.concatenate([*parts, IDENTITY_WEIGHT * identity(crop)])


def edges(crop: Image, patch: Patch) -> Floats:
    """Square roots of the shares of a patch's gradients by cell and direction.

    Returns:
        ``[cells * BINS]`` of the right half; of length 1, or 0 for a patch of one colour.
    """
    import cv2

    gray = np.asarray(cv2.cvtColor(_cut(crop, patch), cv2.COLOR_RGB2GRAY), np.float64)
    across, down = np.gradient(gray, axis=1), np.gradient(gray, axis=0)
    strength = np.hypot(across, down)
    turn = np.arctan2(down, across) % np.pi / np.pi * BINS
    lower = np.floor(turn)
    share = turn - lower
    places = np.stack([lower, lower + 1]).astype(np.intp) % BINS
    votes = np.stack([strength * (1 - share), strength * share])
    by_bin = np.zeros((*gray.shape, BINS))
    for place, vote in zip(places, votes, strict=True):
        by_bin += np.where(np.arange(BINS) == place[..., None], vote[..., None], 0.0)
    rows, columns = gray.shape[0] // patch.cell, gray.shape[1] // patch.cell
    cells = by_bin.reshape(rows, patch.cell, columns, patch.cell, BINS).sum(axis=(1, 3))
    mirror = cells[:, ::-1][..., (BINS - np.arange(BINS)) % BINS]
    whole = (cells + mirror)[:, : columns // 2].ravel()
    total = float(whole.sum())
    return np.asarray(np.sqrt(whole / total) if total > 1e-9 else whole)


def colours(crop: Image, patch: Patch) -> Floats:
    """CIE Lab of squares of 8 pixels less their mean over the patch, both sides averaged."""
    import cv2

    lab = np.asarray(cv2.cvtColor(_cut(crop, patch), cv2.COLOR_RGB2LAB), np.float64)
    rows, columns = lab.shape[0] // 8, lab.shape[1] // 8
    blocks = lab[: 8 * rows].reshape(rows, 8, columns, 8, 3).mean(axis=(1, 3))
    blocks = (blocks + blocks[:, ::-1])[:, : (columns + 1) // 2] / 2
    return np.asarray(blocks - blocks.mean(axis=(0, 1))).ravel()


def identity(crop: Image) -> Floats:
    """Unit vector of the network, from the crop and its mirror image."""
    network = _network()
    inner = Face(np.zeros(4, np.float32), CROP.template.astype(np.float32), 1.0)
    seen = align(crop, inner, network.crop)
    both = network.embed(np.stack([seen, np.ascontiguousarray(seen[:, ::-1])])).astype(np.float64)
    mean = (both / np.linalg.norm(both, axis=1, keepdims=True)).mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-9))


def appearance_fingerprint() -> str:
    """Names all that decides the numbers; raise the leading number with a formula."""
    parts = ("1", CROP.fingerprint, PATCHES, BINS, IDENTITY_WEIGHT, COLOUR_WEIGHT)
    return sha256_bytes(" ".join(map(str, (*parts, _network().fingerprint))).encode())


@lru_cache(maxsize=1)
def _network() -> Backbone:
    return load_backbone(NETWORK)


def _cut(crop: Image, patch: Patch) -> Image:
    middle = CROP.width // 2
    return np.ascontiguousarray(
        crop[patch.top : patch.bottom, middle - patch.half : middle + patch.half]
    )
