"""Are two pictures one photograph? Lay one face on the other and correlate.

Two photographs of one child differ in expression, light and pose; one photograph that was cut,
enlarged, recoloured or compressed does not, once the two lie on each other. The fine alignment
maximises the enhanced correlation coefficient: G. Evangelidis, E. Psarakis: Parametric image
alignment using enhanced correlation coefficient maximization, IEEE PAMI 30, 2008.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rdface.faces import Crop
from rdface.faces.crop import align, crop_matrix, warp
from rdface.faces.cut import pictures_of
from rdface.faces.picture import picture_bytes
from rdface.imaging import decode_image
from rdface.progress import bar
from rdface.screening.audit.views import banded

if TYPE_CHECKING:
    from rdface.cohort import Cohort
    from rdface.faces import FaceTable

AGREE_CROP: Final = Crop(96, 96, "points", 0.3)
MARGIN: Final = 12
"""Pixels by which the one crop may lie off the other."""
BENT: Final = 0.25
"""An alignment that must turn, stretch or shear more than so is none."""
FEWEST: Final = 0.5
"""Share of the crop that must lie inside of both pictures."""


class View(NamedTuple):
    """A face as it is compared.

    Attributes:
        band: ``float32 [96, 96]``: brightness between two blurs.
        inside: ``uint8 [96, 96]``: 255 where the crop lies inside of the picture.
    """

    band: NDArray[np.float32]
    inside: NDArray[np.uint8]


def views_of(cohort: Cohort, faces: FaceTable, rows: NDArray[np.intp]) -> dict[int, View]:
    """Cut out some pictures of a cohort."""
    import cv2

    pictures = pictures_of(cohort)
    views = {}
    with bar("Comparing pictures", len(rows)) as advance:
        for row in rows:
            name, digest, path = pictures[int(row)]
            image, face = decode_image(picture_bytes(path, name, digest), name), faces.face(name)
            full = np.full((*image.shape[:2], 3), 255, np.uint8)
            matrix = crop_matrix(image, face, AGREE_CROP)
            inside = warp(full, matrix, AGREE_CROP.width, AGREE_CROP.height)[:, :, 0]
            whole = (inside > 250).astype(np.uint8) * np.uint8(255)
            kept = cv2.erode(whole, np.ones((9, 9), np.uint8))
            band = banded(align(image, face, AGREE_CROP)[None])[0]
            views[int(row)] = View(band, np.asarray(kept, np.uint8))
            advance(1)
    return views


def agreement(one: View, other: View) -> tuple[float, bool]:
    """Greatest correlation of two faces, and whether it is with the mirror image.

    -1 where no alignment was found.
    """
    plain = _aligned(one, other)
    turned = _aligned(one, View(other.band[:, ::-1], other.inside[:, ::-1]))
    return max(plain, turned), turned > plain


def _aligned(one: View, other: View) -> float:
    import cv2

    if one.inside.mean() < other.inside.mean():  # the whole one is the template
        one, other = other, one
    middle = slice(MARGIN, -MARGIN)
    template = np.ascontiguousarray(one.band[middle, middle])
    hidden = (one.inside[middle, middle] == 0).mean()
    if min(1 - hidden, (other.inside > 0).mean()) < FEWEST or template.std() < 1e-3:
        return -1.0
    start = np.array([[1, 0, MARGIN], [0, 1, MARGIN]], np.float32)
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 50, 1e-4)
    try:
        found, matrix = cv2.findTransformECC(
            template,
            np.ascontiguousarray(other.band),
            start,
            cv2.MOTION_AFFINE,
            stop,
            np.ascontiguousarray(other.inside),
            5,
        )
    except cv2.error:  # it did not converge: two pictures that have nothing in common
        return -1.0
    bent = np.abs(matrix[:, :2] - np.eye(2)).max() > BENT
    moved = np.abs(matrix[:, 2] - MARGIN).max() > MARGIN
    return -1.0 if bent or moved else float(found)
