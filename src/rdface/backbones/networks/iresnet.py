"""The residual network of ArcFace; modules are called as in InsightFace's checkpoints.

J. Deng, J. Guo, N. Xue, S. Zafeiriou: ArcFace: additive angular margin loss for deep face
recognition. CVPR 2019; the block is that of D. Han, J. Kim, J. Kim: Deep pyramidal residual
networks, CVPR 2017, with PReLU.
"""

from __future__ import annotations

import torch
from torch import nn

WIDTHS = (64, 128, 256, 512)
R50 = (3, 4, 14, 3)
EMBEDDING = 512
SIDE = 7
"""Of the last map, for pictures of 112 x 112."""


class Block(nn.Module):
    """BatchNorm, convolution, BatchNorm, PReLU, convolution, BatchNorm, beside a shortcut."""

    def __init__(self, before: int, width: int, stride: int) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(before)
        self.conv1 = nn.Conv2d(before, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.prelu = nn.PReLU(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(width)
        self.downsample: nn.Module = nn.Identity()
        if stride > 1 or before != width:
            shortcut = nn.Conv2d(before, width, 1, stride, bias=False)
            self.downsample = nn.Sequential(shortcut, nn.BatchNorm2d(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``[N, C, H, W]`` to ``[N, width, H / stride, W / stride]``."""
        inner = self.prelu(self.bn2(self.conv1(self.bn1(x))))
        added: torch.Tensor = self.bn3(self.conv2(inner)) + self.downsample(x)
        return added


class IResNet(nn.Module):
    """``float [N, 3, 112, 112]`` to ``[N, 512]``.

    Args:
        depths: Blocks of each of the four stages.
    """

    def __init__(self, depths: tuple[int, int, int, int] = R50) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, WIDTHS[0], 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(WIDTHS[0])
        self.prelu = nn.PReLU(WIDTHS[0])
        before = WIDTHS[0]
        for stage, (width, depth) in enumerate(zip(WIDTHS, depths, strict=True), start=1):
            blocks = [Block(before if i == 0 else width, width, 2 - (i > 0)) for i in range(depth)]
            self.add_module(f"layer{stage}", nn.Sequential(*blocks))
            before = width
        self.bn2 = nn.BatchNorm2d(before)
        self.fc = nn.Linear(before * SIDE * SIDE, EMBEDDING)
        self.features = nn.BatchNorm1d(EMBEDDING)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """See the class."""
        x = self.prelu(self.bn1(self.conv1(x)))
        for stage in range(1, len(WIDTHS) + 1):
            x = getattr(self, f"layer{stage}")(x)
        embedding: torch.Tensor = self.features(self.fc(torch.flatten(self.bn2(x), 1)))
        return embedding
