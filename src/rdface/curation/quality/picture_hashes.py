"""Perceptual hashes of a picture and of the face in it, plain and mirrored.

The hash is the sign of the low frequencies of a cosine transform against their median, as the
package ``imagehash`` takes it (C. Zauner: Implementation and benchmarking of perceptual image hash
functions, 2010, describes it): recompression, another size, grey and another brightness hardly
change it, a cut or a border does. The hash of the aligned face does not see those; a turned or
mirrored picture is found by the face and by the hash of the mirror image.
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.faces import Crop
from rdface.imaging import Image

SIDE: Final = 16
"""A hash has 16 x 16 bits: with 8 x 8 portraits before a wall are much alike."""
WORDS: Final = SIDE * SIDE // 16
"""Numbers of 16 bits that hold a hash, or a SHA-256; a float32 holds each of them exactly."""
FACE_CROP: Final = Crop(128, 128, "points", 0.5)

Words = NDArray[np.uint16]


def perceptual_hash(image: Image) -> Words:
    """``uint16 [16]`` of an RGB picture."""
    import imagehash
    from PIL import Image as Pillow

    bits = np.asarray(imagehash.phash(Pillow.fromarray(image), hash_size=SIDE).hash, bool)
    return np.packbits(bits.ravel()).view(np.uint16)


def pixel_digest(image: Image) -> Words:
    """SHA-256 of the decoded pixels and the shape: equal for one picture in two file formats."""
    digest = hashlib.sha256(repr(image.shape).encode() + image.tobytes()).digest()
    return np.frombuffer(digest, np.uint16)


def bits_of(words: NDArray[np.floating]) -> NDArray[np.float32]:
    """Hashes as rows of -1 and 1, ``float32 [N, 256]``: a matrix product counts equal bits.

    Args:
        words: ``[N, 16]``.
    """
    whole = np.ascontiguousarray(words, np.uint16)
    bits = np.unpackbits(whole.view(np.uint8), axis=1)
    return np.asarray(bits.astype(np.float32) * 2 - 1)
