"""Whole pictures at 32 x 32 pixels: enough to tell a blank one, or the same one stored twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from rdface.faces.picture import picture_bytes
from rdface.faces.row_cache import EMBEDDINGS, RowCache
from rdface.files import cache_dir
from rdface.imaging import Image, decode_image
from rdface.progress import bar

if TYPE_CHECKING:
    from rdface.cohort import Cohort

Floats = NDArray[np.float32]

SIDE: Final = 32
BLANK: Final = 3.0
"""Grey levels (of 255): a picture whose thumbnail varies less than this is blank."""
SAME: Final = 1.25
"""Grey levels, root mean square: two thumbnails that differ by no more are of one picture.
Storing as JPEG of quality 75 makes 1.1; two morphs on one child's skin were 1.4 apart and more."""
_BATCH = 64
_ROWS = 2048


def thumbnails(cohort: Cohort) -> Floats:
    """``float32 [N, 3072]``, 0 to 255, of every picture; cached by its SHA-256.

    Raises:
        ImageError: A picture cannot be opened, or is not the one that the cohort names.
    """
    import cv2

    cache = RowCache(cache_dir(EMBEDDINGS) / f"thumbnails-{SIDE}-1-{cv2.__version__}", np.float32)
    known = cache.load()
    names = [str(name) for name in cohort.image_ids]
    digests = dict(zip(names, cohort.images["sha256"].astype(str), strict=True))
    todo = [name for name in names if digests[name] not in known]
    if todo:
        with bar("Making thumbnails", len(todo)) as advance:
            for start in range(0, len(todo), _BATCH):
                fresh = {}
                for name in todo[start : start + _BATCH]:
                    data = picture_bytes(cohort.path(name), name, digests[name])
                    fresh[digests[name]] = _small(decode_image(data, name))
                cache.add(list(fresh), np.stack(list(fresh.values())))
                known.update(fresh)
                advance(len(todo[start : start + _BATCH]))
    if not names:
        return np.empty((0, 3 * SIDE**2), np.float32)
    return np.stack([known[digests[name]] for name in names])


def blank(small: Floats) -> NDArray[np.bool_]:
    """Which pictures show nothing: one colour, as a safety checker's black.

    Args:
        small: ``[N, 3072]``.
    """
    pixels = small.reshape(len(small), SIDE**2, 3)
    return np.asarray(pixels.std(axis=1).max(axis=1, initial=0.0) < BLANK)


def earlier_twins(small: Floats) -> NDArray[np.intp]:
    """Row of the first picture that is the same one, -1 where there is none earlier.

    Args:
        small: ``[N, 3072]``, in the order of the pool.
    """
    # Means over 4 x 4 pixels differ by no more than the pixels do: they find the candidates.
    cells = small.reshape(len(small), SIDE // 4, 4, SIDE // 4, 4, 3).mean(axis=(2, 4))
    coarse = cells.reshape(len(small), -1) - np.float32(127.5)
    squares = (coarse.astype(np.float64) ** 2).sum(axis=1)
    limit, room = SAME**2 * coarse.shape[1], 1e-5 * squares  # room for the products' rounding
    twins = np.full(len(small), -1, dtype=np.intp)
    for start in range(0, len(coarse), _ROWS):
        block = slice(start, start + _ROWS)
        gap = squares[block, None] + squares[None] - 2.0 * (coarse[block] @ coarse.T)
        near = gap <= limit + room[block, None] + room[None]
        for row in np.flatnonzero(near.any(axis=1)):
            this = start + int(row)
            for other in np.flatnonzero(near[row, :this]):
                if np.mean((small[this] - small[other]) ** 2) <= SAME**2:
                    twins[this] = other
                    break
    return twins


def _small(image: Image) -> Floats:
    import cv2

    drawn = cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(drawn, np.float32).ravel()
