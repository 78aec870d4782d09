"""Decode and cut out every picture of a cohort once, into one array in memory."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
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
    names = list(cohort.image_ids)
    digests = cohort.images["sha256"].tolist()
    crops = np.empty((len(names), crop.height, crop.width, 3), np.uint8)

    def cut(row: int) -> None:
        name = names[row]
        picture = decode_image(picture_bytes(cohort.path(name), name, digests[row]), name)
        crops[row] = align(picture, faces.face(name), crop)

    with (
        bar("Cutting out faces", len(names)) as advance,
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        for _ in pool.map(cut, range(len(names))):
            advance(1)
    return crops
