"""Decode and cut out pictures: a whole cohort at once, or some of one, a batch at a time."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rdface.faces.crop import Crop, align
from rdface.faces.picture import picture_bytes
from rdface.imaging import decode_image
from rdface.progress import bar

if TYPE_CHECKING:
    from rdface.cohort import Cohort
    from rdface.faces.table import FaceTable


Picture = tuple[str, str, Path]
"""image_id, SHA-256 ("" for a picture of no cohort, which is taken as it is) and place."""


def pictures_of(cohort: Cohort) -> list[Picture]:
    """The pictures of a cohort, in its order."""
    digests = cohort.images["sha256"].astype(str)
    return [(n, d, cohort.path(n)) for n, d in zip(cohort.image_ids, digests, strict=True)]


def cut_some(pictures: Sequence[Picture], faces: FaceTable, crop: Crop) -> NDArray[np.uint8]:
    """Crops of a batch of pictures.

    Args:
        pictures: Which.
        faces: Theirs; a picture without a face is taken whole.
        crop: How they are cut.

    Returns:
        ``uint8 [N, height, width, 3]``.

    Raises:
        ImageError: A picture cannot be opened, or is not the one that its SHA-256 names.
    """
    crops = np.empty((len(pictures), crop.height, crop.width, 3), np.uint8)
    for row, (name, digest, path) in enumerate(pictures):
        picture = decode_image(picture_bytes(path, name, digest), name)
        crops[row] = align(picture, faces.face(name), crop)
    return crops


def cut_all(cohort: Cohort, faces: FaceTable, crop: Crop) -> NDArray[np.uint8]:
    """Crops of all pictures; nothing of them is written to disk.

    Args:
        cohort: Whose pictures.
        faces: From :func:`rdface.faces.locate_faces`; a picture without a face is taken whole.
        crop: How they are cut.

    Returns:
        ``uint8 [N, height, width, 3]``, in the cohort's order.

    Raises:
        ImageError: A picture cannot be opened, or is not the one that the cohort names.
    """
    pictures = pictures_of(cohort)
    crops = np.empty((len(pictures), crop.height, crop.width, 3), np.uint8)

    def cut(row: int) -> None:
        crops[row] = cut_some(pictures[row : row + 1], faces, crop)[0]

    with (
        bar("Cutting out faces", len(pictures)) as advance,
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        for _ in pool.map(cut, range(len(pictures))):
            advance(1)
    return crops
