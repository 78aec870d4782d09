"""How sharp a face is, whatever the size of the picture.

The energy of the Laplacian of the aligned face, by the energy of the face itself (S. Pertuz, D.
Puig, M. A. Garcia: Analysis of focus measure operators for shape-from-focus, Pattern Recognition
46, 2013, compares such measures). Dividing takes out light and contrast; the crop's fixed size
takes out how large the face is, so that an enlarged small face is found to be blurred as well.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from rdface.faces import Crop
from rdface.imaging import Image

SHARP_CROP: Final = Crop(112, 112, "points")


def sharpness(aligned: Image) -> float:
    """Natural logarithm of var(Laplacian) / var(grey) of a face cut out by :data:`SHARP_CROP`."""
    import cv2

    grey = cv2.cvtColor(aligned, cv2.COLOR_RGB2GRAY).astype(np.float64)
    edges = cv2.Laplacian(grey, cv2.CV_64F)
    return float(np.log((edges.var() + 1e-3) / (grey.var() + 1e-3)))
