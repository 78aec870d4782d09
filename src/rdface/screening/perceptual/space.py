"""A space in which the squared Euclidean distance of two pictures is a perceptual distance.

R. Zhang, P. Isola, A. Efros, E. Shechtman, O. Wang: The unreasonable effectiveness of deep features
as a perceptual metric, CVPR 2018. Their distance sums, over layers l of a network, the mean over
places of the squared difference of unit-length channel vectors, weighted channel by channel:

    d(a, b) = sum_l 1 / (H_l W_l) sum_hw || w_l^(1/2) * (a_l,hw - b_l,hw) ||^2

Weights that are not negative can be drawn into the features: those of one picture, scaled by the
root of w_l / (H_l W_l) and laid in one row, have exactly this distance as the squared distance of
two rows. So each picture runs through the network once, however many others it is compared with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from rdface.faces import Crop

if TYPE_CHECKING:
    import torch

Rows = NDArray[np.float32]
Images = NDArray[np.uint8]

TINY = 1e-10
"""Added to the length of a channel vector before it is divided by, as the authors do."""


class PerceptualSpace(Protocol):
    """Turns pictures into rows; equal fingerprints mean equal rows of equal crops."""

    @property
    def name(self) -> str:
        """What its distance is called."""
        ...

    @property
    def crop(self) -> Crop:
        """The pictures that it compares."""
        ...

    @property
    def fingerprint(self) -> str:
        """Hash of weights, formula, crop and engine."""
        ...

    def rows(self, images: Images) -> Rows:
        """``uint8 [N, H, W, 3]`` RGB to ``float32 [N, D]``."""
        ...


def squared_distances(one: Rows, others: Rows) -> NDArray[np.float64]:
    """``[N, D]`` and ``[M, D]`` to ``float64 [N, M]``, from the differences themselves."""
    found = np.empty((len(one), len(others)))
    for column, other in enumerate(others):
        # Summed in float64: 640,000 small numbers of LPIPS lose the fifth digit in float32.
        found[:, column] = np.square(one - other).sum(axis=1, dtype=np.float64)
    return found


def unit_channels(features: torch.Tensor) -> torch.Tensor:
    """``[N, C, H, W]``, every channel vector of length 1."""
    lengths = features.pow(2).sum(dim=1, keepdim=True).sqrt()
    return features / (lengths + TINY)
