"""Two looks at a face in which a copy cannot hide: whose face it is, and its very pixels.

Identity is the cosine of a recognition network's embeddings. A generator may give a child another
light or expression, and it stays near. Pixels are compared after the five points have been laid on
one template: brightness in a band of sizes (the difference of two Gaussian blurs), which lighting,
contrast, noise and compression hardly reach, correlated at the best of a few shifts. Both look at
the training faces' mirror images, too, for a mirrored copy is a copy.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from rdface.backbones import Backbone
from rdface.faces import Crop
from rdface.faces.cut import cut_all
from rdface.faces.row_cache import EMBEDDINGS, RowCache
from rdface.files import cache_dir, sha256_bytes
from rdface.progress import bar

if TYPE_CHECKING:
    from rdface.cohort import Cohort
    from rdface.faces import FaceTable

Floats = NDArray[np.float32]

PIXEL_CROP: Final = Crop(64, 64, "points")
"""Aligned by the five points and close around them: a portrait's edge never shows."""
FINE, COARSE = 1.0, 4.0
"""Standard deviations of the two blurs, pixels of the crop."""
SHIFT: Final = 2
"""Pixels of the crop that a copy may be off."""


@dataclass(frozen=True, eq=False)
class Faces:
    """Faces as an audit sees them.

    Attributes:
        identity: ``float32 [N, D]`` embeddings.
        pixels: ``uint8 [N, 64, 64, 3]`` crops.
    """

    identity: Floats
    pixels: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.pixels)

    def of(self, rows: NDArray[Any]) -> Faces:
        """Some of them."""
        return Faces(self.identity[rows], self.pixels[rows])


@dataclass(frozen=True, eq=False)
class Known:
    """Faces that others are compared with, and their mirror images."""

    faces: Faces
    mirrored: Floats

    def identity_distances(self, faces: Faces) -> Floats:
        """1 - the greater cosine with a face and with its mirror image: ``[N, K]``."""
        seen = _unit(faces.identity)
        plain, turned = seen @ _unit(self.faces.identity).T, seen @ _unit(self.mirrored).T
        return np.asarray(np.clip(1 - np.maximum(plain, turned), 0, 2), np.float32)

    def pixel_distances(self, faces: Faces) -> Floats:
        """1 - the greatest correlation of the banded crops, over shifts and the mirror image."""
        seen, known = banded(faces.pixels), banded(self.faces.pixels)
        return 1 - np.maximum(
            shifted_correlation(seen, known), shifted_correlation(seen, known[:, :, ::-1])
        )


def mirrored_embeddings(cohort: Cohort, faces: FaceTable, backbone: Backbone) -> Floats:
    """Embeddings of the mirror images of a cohort's aligned faces; cached as embeddings are."""
    crops = cut_all(cohort, faces, backbone.crop)
    keys = [sha256_bytes(crop.tobytes()) for crop in crops]
    readable = re.sub(r"[^A-Za-z0-9._-]+", "-", backbone.name)[:40].strip("-.")
    cache = RowCache(
        cache_dir(EMBEDDINGS) / f"{readable}-mirrored-{backbone.fingerprint[:24]}", np.float32
    )
    known = cache.load()
    todo = [row for row, key in enumerate(keys) if key not in known]
    if todo:
        with bar(f"Embedding mirror images ({backbone.name})", len(todo)) as advance:
            for start in range(0, len(todo), 16):
                rows = todo[start : start + 16]
                values = backbone.embed(np.ascontiguousarray(crops[rows][:, :, ::-1]))
                cache.add([keys[row] for row in rows], values)
                known.update(zip((keys[row] for row in rows), values, strict=True))
                advance(len(rows))
    if not keys:
        return np.empty((0, backbone.dim), np.float32)
    return np.stack([known[key] for key in keys])


def banded(crops: NDArray[np.uint8]) -> Floats:
    """Luminance between two blurs: ``float32 [N, H, W]``."""
    import cv2

    weights = np.array([0.299, 0.587, 0.114], np.float32)
    bands = np.empty(crops.shape[:3], np.float32)
    for row, crop in enumerate(crops):
        grey = crop.astype(np.float32) @ weights
        bands[row] = cv2.GaussianBlur(grey, (0, 0), FINE) - cv2.GaussianBlur(grey, (0, 0), COARSE)
    return bands


def shifted_correlation(a: Floats, b: Floats, shift: int = SHIFT) -> Floats:
    """Greatest correlation of the middle of each ``a`` with a part of each ``b``: ``[N, K]``.

    A part without any structure (a blank picture) correlates with nothing: 0. Either side may be
    empty: nobody is held out of a pool that all patients taught.
    """
    if not len(a) or not len(b):
        return np.empty((len(a), len(b)), np.float32)
    side = a.shape[1]
    middle = _centred(a[:, shift : side - shift, shift : side - shift])
    best = np.full((len(a), len(b)), -1.0, np.float32)
    for down in range(2 * shift + 1):
        for right in range(2 * shift + 1):
            part = b[:, down : side - 2 * shift + down, right : side - 2 * shift + right]
            np.maximum(best, middle @ _centred(part).T, out=best)
    return best


def _centred(parts: Floats) -> Floats:
    flat = parts.reshape(len(parts), -1)
    return _unit(flat - flat.mean(axis=1, keepdims=True))


def _unit(rows: NDArray[np.floating[Any]]) -> Floats:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(length > 1e-6, length, 1.0), np.float32)
