"""How the parts of a face look beside the rest of it: what lies over a part looks otherwise.

Nine patches of the aligned face are compared with the face's own median colour, so that neither
the child's skin nor the light counts, and each patch of one side with its mirror. A bar, a lens or
a mask changes the colour of a patch, its texture, or both. There is no model and nothing is
learnt from other people's pictures.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.faces import Crop
from rdface.imaging import Image

REGION_CROP: Final = Crop(112, 112, "points", 0.25)

# Middle and half sides of each patch, in units of the distance between the eyes, from the middle
# between the eyes: x to the right of the picture, y down.
PATCHES: Final[dict[str, tuple[float, float, float, float]]] = {
    "forehead": (0.0, -0.55, 0.45, 0.17),
    "right eye": (-0.5, 0.0, 0.27, 0.15),
    "left eye": (0.5, 0.0, 0.27, 0.15),
    "bridge of the nose": (0.0, 0.1, 0.14, 0.2),
    "tip of the nose": (0.0, 0.58, 0.22, 0.15),
    "right cheek": (-0.58, 0.55, 0.2, 0.2),
    "left cheek": (0.58, 0.55, 0.2, 0.2),
    "mouth": (0.0, 1.12, 0.38, 0.18),
    "chin": (0.0, 1.5, 0.25, 0.12),
}
MIRRORED: Final = (("right eye", "left eye"), ("right cheek", "left cheek"))
NUMBERS: Final = ("lightness", "red-green", "yellow-blue", "texture", "shade")
COLUMNS: Final = (
    *(f"{part}: {number}" for part in PATCHES for number in NUMBERS),
    *(f"{left} against {right}: {number}" for right, left in MIRRORED for number in NUMBERS),
)


def describe_regions(aligned: Image) -> NDArray[np.float32]:
    """Numbers of :data:`COLUMNS` for a face cut out by :data:`REGION_CROP`."""
    import cv2

    scaled = aligned.astype(np.float32) / np.float32(255)
    lab = np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2Lab), np.float32)
    template = REGION_CROP.template
    middle = (template[0] + template[1]) / 2
    unit = float(np.linalg.norm(template[1] - template[0]))
    patches = {name: _cut(lab, middle, unit, place) for name, place in PATCHES.items()}
    whole = np.concatenate([patch.reshape(-1, 3) for patch in patches.values()])
    usual = np.median(whole, axis=0)
    spread = max(float(whole[:, 0].std()), 1.0)
    described = {name: _describe(patch, usual, spread) for name, patch in patches.items()}
    sides = [described[left] - described[right] for right, left in MIRRORED]
    return np.concatenate([*described.values(), *sides]).astype(np.float32)


def _cut(
    lab: NDArray[np.float32],
    middle: NDArray[np.float64],
    unit: float,
    place: tuple[float, float, float, float],
) -> NDArray[np.float32]:
    centre = middle + np.array(place[:2]) * unit
    half = np.array(place[2:]) * unit
    low = np.maximum(np.round(centre - half).astype(int), 0)
    high = np.maximum(np.round(centre + half).astype(int), low + 1)
    return lab[low[1] : high[1], low[0] : high[0]]


def _describe(
    patch: NDArray[np.float32], usual: NDArray[np.float32], spread: float
) -> NDArray[np.float64]:
    """Colour against the face's own, texture (log of the mean gradient), spread of lightness."""
    colour = np.median(patch.reshape(-1, 3), axis=0) - usual
    light = patch[:, :, 0].astype(np.float64)
    steps = np.abs(np.diff(light, axis=0)).mean() + np.abs(np.diff(light, axis=1)).mean()
    texture = np.log(steps + 0.05)
    shade = light.std() / spread
    return np.array([colour[0], colour[1], colour[2], texture, shade])
