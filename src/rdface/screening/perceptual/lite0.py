"""A perceptual distance on EfficientNet-Lite0, under a name of its own: it is not LPIPS.

The idea is that of Zhang et al., CVPR 2018; network, layers, weights and places are others, and
nobody has fitted it to what people see:

    d(a, b) = 1/4 sum_l 1/49 sum_cells || a_l,cell - b_l,cell ||^2

over the ends of the stages at strides 4, 8, 16 and 32 of EfficientNet-Lite0 (ImageNet), where
``a_l,cell`` is the mean of the unit-length channel vectors over one cell of a 7 x 7 grid. All
layers and channels count alike. The grid forgives a shift of some pixels; 24,304 numbers describe
a picture. 0 for equal pictures, and at most 4: unit vectors cannot be further apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rdface.backbones import load_backbone
from rdface.backbones.efficientnet_lite0 import MEAN, SIDE, STD
from rdface.faces import Crop
from rdface.files import sha256_bytes
from rdface.screening.perceptual.space import Images, Rows, unit_channels
from rdface.synthesis.portraits import portrait_crop

if TYPE_CHECKING:
    import torch

STAGES: Final = (1, 2, 4, 6)
"""Blocks of the network after which the picture is 4, 8, 16 and 32 times smaller."""
GRID: Final = 7


class PerceptualLite0:
    """The distance above as rows whose squared distance it is.

    Raises:
        UsageError: torch or timm is not installed.
        WeightsError: The weights ``efficientnet_lite0`` are not here.
    """

    name = "perceptual_efficientnet_lite0"
    crop: Crop = portrait_crop(SIDE)

    def __init__(self) -> None:
        backbone: Any = load_backbone("efficientnet_lite0")  # says how to get torch where it is not
        import torch

        self._network: Any = backbone.network.network
        parts = (self.name, "1", backbone.identity, self.crop.fingerprint, self.crop.drawn_by)
        self.fingerprint = sha256_bytes(" ".join((*parts, torch.__version__)).encode())

    def rows(self, images: Images) -> Rows:
        """See :class:`rdface.screening.perceptual.space.PerceptualSpace`."""
        import torch

        with torch.inference_mode():
            pixels = torch.from_numpy(np.ascontiguousarray(images)).permute(0, 3, 1, 2).float()
            x = self._network.bn1(self._network.conv_stem((pixels / 255 - MEAN) / STD))
            parts = []
            for stage, block in enumerate(self._network.blocks):
                x = block(x)
                if stage in STAGES:
                    parts.append(self._cells(x).flatten(1))
            scale = (1 / (len(STAGES) * GRID**2)) ** 0.5
            return np.asarray((torch.cat(parts, dim=1) * scale).numpy(), np.float32)

    @staticmethod
    def _cells(features: torch.Tensor) -> torch.Tensor:
        import torch

        return torch.nn.functional.adaptive_avg_pool2d(unit_channels(features), GRID)
