"""Cut a face out of a picture the way a backbone wants it: size, alignment, margin.

The template of five points is the one that ArcFace and SFace were trained with (J. Deng et al.:
ArcFace, CVPR 2019); the similarity that maps a face onto it is the closed form of S. Umeyama:
Least-squares estimation of transformation parameters between two point patterns, IEEE PAMI
13(4), 1991.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rdface.faces.face import Face
from rdface.imaging import Image

TEMPLATE_SIDE = 112
TEMPLATE = np.array(
    [
        [38.2946, 51.6963],
        [73.5318, 51.5014],
        [56.0252, 71.7366],
        [41.5493, 92.3655],
        [70.7299, 92.2041],
    ]
)
"""``[5, 2]`` pixels (x, y) in a picture of 112 x 112, in the order of ``face.POINTS``."""


@dataclass(frozen=True)
class Crop:
    """The picture a backbone wants.

    Args:
        width: Pixels.
        height: Pixels.
        alignment: ``points`` puts the five points on the template by a similarity; ``box`` takes
            the square around the box, unrotated; ``stretch`` takes the box itself and stretches
            it to the crop's shape (only for a network that was trained so: it hides how wide a
            face is); ``picture`` stretches the whole picture, wherever the face is (the paper's).
        margin: What is seen beyond the template or the box: 0.25 makes the view a quarter
            longer on each axis.
    """

    width: int
    height: int
    alignment: Literal["points", "box", "stretch", "picture"] = "points"
    margin: float = 0.0

    @property
    def fingerprint(self) -> str:
        """Names the crop in caches."""
        return f"{self.width}x{self.height}-{self.alignment}-{self.margin:g}-2"

    @property
    def drawn_by(self) -> str:
        """Version of the library that draws it, for fingerprints: another may round otherwise."""
        if self.alignment == "picture":
            import PIL

            return f"Pillow {PIL.__version__}"
        import cv2

        return str(cv2.__version__)

    @property
    def template(self) -> NDArray[np.float64]:
        """``[5, 2]``: where the five points of a ``points`` crop come to lie, pixels."""
        side = min(self.width, self.height) / (1 + self.margin)
        centre = np.array([self.width, self.height]) / 2
        return centre + (TEMPLATE - TEMPLATE_SIDE / 2) * (side / TEMPLATE_SIDE)


def similarity(source: NDArray[np.floating], target: NDArray[np.floating]) -> NDArray[np.float64]:
    """The similarity (rotation, scale, shift; no mirror) that best maps points onto points.

    Args:
        source: ``[n, 2]``.
        target: ``[n, 2]``.

    Returns:
        ``[2, 3]``: multiply by (x, y, 1).
    """
    source, target = np.asarray(source, np.float64), np.asarray(target, np.float64)
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    source, target = source - source_mean, target - target_mean
    left, stretch, right = np.linalg.svd(target.T @ source)
    sign = np.array([1.0, np.sign(np.linalg.det(left @ right)) or 1.0])
    rotation = (left * sign) @ right
    scale = float(stretch @ sign) / max(float((source**2).sum()), 1e-12)
    shift = target_mean - scale * rotation @ source_mean
    return np.concatenate([scale * rotation, shift[:, None]], axis=1)


def crop_matrix(image: Image, face: Face | None, crop: Crop) -> NDArray[np.float64]:
    """``[2, 3]``: from the picture's pixels to the crop's.

    Without a face the whole picture is shown, centred and unstretched, black beside it.
    """
    if face is not None and crop.alignment == "points":
        return similarity(face.points, crop.template)
    if face is None:
        height, width = (float(value) for value in image.shape[:2])
        centre, beyond = np.array([width, height]) / 2, 1.0
    else:
        x, y, width, height = (float(value) for value in face.box)
        centre, beyond = np.array([x + width / 2, y + height / 2]), 1 + crop.margin
    if face is None or crop.alignment != "stretch":
        width = height = max(width, height)
    view = np.array([crop.width, crop.height])
    scale = view / (beyond * np.maximum([width, height], 1.0))
    if crop.alignment != "stretch":
        scale = np.full(2, scale.min())
    return np.concatenate([np.diag(scale), (view / 2 - scale * centre)[:, None]], axis=1)


def align(image: Image, face: Face | None, crop: Crop) -> Image:
    """Cut out a face; ``None`` gives the whole picture (see :func:`crop_matrix`).

    Returns:
        ``uint8 [height, width, 3]``, black where the picture ends.
    """
    if crop.alignment == "picture":
        return _stretched(image, crop)
    return warp(image, crop_matrix(image, face, crop), crop.width, crop.height)


def _stretched(image: Image, crop: Crop) -> Image:
    """As Pillow's bilinear filter does it, which torchvision's ``Resize`` of a picture is."""
    from PIL import Image as Pillow

    size = (crop.width, crop.height)
    return np.asarray(Pillow.fromarray(image).resize(size, Pillow.Resampling.BILINEAR), np.uint8)


def warp(image: Image, matrix: NDArray[np.float64], width: int, height: int) -> Image:
    """Draw a picture through a matrix, smoothed first where it shrinks by half or more.

    Coordinates name corners of pixels (0 is the left edge), so that a crop does not depend on
    the picture's resolution.
    """
    import cv2

    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    fold = int(0.999 / scale) if scale > 0 else 1  # bilinear alone would alias
    if fold > 1:
        old_height, old_width = image.shape[:2]
        size = (max(1, old_width // fold), max(1, old_height // fold))
        stretch = np.array([old_width / size[0], old_height / size[1]])
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
        matrix = np.concatenate([matrix[:, :2] * stretch, matrix[:, 2:]], axis=1)
    # OpenCV's coordinates name the middles of pixels.
    shift = matrix[:, 2] + matrix[:, :2] @ np.array([0.5, 0.5]) - 0.5
    middles = np.concatenate([matrix[:, :2], shift[:, None]], axis=1)
    drawn = cv2.warpAffine(
        image, middles, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
    )
    return np.asarray(drawn, np.uint8)
