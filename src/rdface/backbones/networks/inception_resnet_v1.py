"""Inception-ResNet-v1 as FaceNet has it.

C. Szegedy, S. Ioffe, V. Vanhoucke, A. Alemi: Inception-v4, Inception-ResNet and the impact of
residual connections on learning. AAAI 2017; without padding where D. Sandberg's FaceNet has none.
Modules are called as in the state dicts that facenet-pytorch publishes.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

FEATURES = 1792
"""Length of the pooled feature before the last linear layer."""
EMBEDDING = 512
EPS = 1e-3


class Convolution(nn.Module):
    """Convolution without bias, BatchNorm, ReLU; ``same`` pads so that the map keeps its size."""

    def __init__(
        self,
        channels: tuple[int, int],
        kernel: tuple[int, int] = (1, 1),
        stride: int = 1,
        same: bool = False,
    ) -> None:
        super().__init__()
        padding = (kernel[0] // 2, kernel[1] // 2) if same else (0, 0)
        self.conv = nn.Conv2d(*channels, kernel, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(channels[1], eps=EPS)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``[N, C, H, W]`` to a map of the second number of channels."""
        return functional.relu(self.bn(self.conv(x)))


def _chain(first: int, *steps: tuple[int, tuple[int, int]]) -> nn.Sequential:
    """Convolutions of one stride that keep the map's size: channels and kernel of each."""
    made, before = [], first
    for channels, kernel in steps:
        made.append(Convolution((before, channels), kernel, same=True))
        before = channels
    return nn.Sequential(*made)


class Residual(nn.Module):
    """Branches side by side, joined to the map's own channels, scaled and added to it.

    Args:
        channels: Of the map.
        width: Channels of every branch.
        kernels: Per branch after the first: the kernels behind its 1 x 1 convolution.
        scale: What the branches' sum is multiplied by.
        relu: Whether a ReLU follows.
    """

    def __init__(
        self,
        channels: int,
        width: int,
        kernels: tuple[tuple[tuple[int, int], ...], ...],
        scale: float,
        relu: bool = True,
    ) -> None:
        super().__init__()
        self.scale, self.relu, self.count = scale, relu, 1 + len(kernels)
        self.branch0 = Convolution((channels, width))
        for number, inner in enumerate(kernels, start=1):
            steps = [(width, kernel) for kernel in ((1, 1), *inner)]
            self.add_module(f"branch{number}", _chain(channels, *steps))
        self.conv2d = nn.Conv2d(width * self.count, channels, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``[N, C, H, W]`` to the same shape."""
        branches = [getattr(self, f"branch{number}")(x) for number in range(self.count)]
        x = x + self.scale * self.conv2d(torch.cat(branches, 1))
        return functional.relu(x) if self.relu else x


def block35(scale: float) -> Residual:
    """At 35 x 35 pixels in the original; 17 x 17 at FaceNet's 160 pixels."""
    return Residual(256, 32, (((3, 3),), ((3, 3), (3, 3))), scale)


def block17(scale: float) -> Residual:
    """At 17 x 17 pixels in the original; 8 x 8 here."""
    return Residual(896, 128, (((1, 7), (7, 1)),), scale)


def block8(scale: float, relu: bool = True) -> Residual:
    """At 8 x 8 pixels in the original; 3 x 3 here."""
    return Residual(1792, 192, (((1, 3), (3, 1)),), scale, relu)


class Reduction(nn.Module):
    """Branches and a maximum pool side by side, each halving the map."""

    def __init__(self, *branches: nn.Module) -> None:
        super().__init__()
        self.count = len(branches)
        for number, branch in enumerate(branches):
            self.add_module(f"branch{number}", branch)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``[N, C, H, W]`` to half the height and width, more channels."""
        branches = [getattr(self, f"branch{number}")(x) for number in range(self.count)]
        return torch.cat([*branches, functional.max_pool2d(x, 3, 2)], 1)


def _mixed_6a() -> Reduction:
    inner = _chain(256, (192, (1, 1)), (192, (3, 3)))
    inner.append(Convolution((192, 256), (3, 3), 2))
    return Reduction(Convolution((256, 384), (3, 3), 2), inner)


def _mixed_7a() -> Reduction:
    first, second = _chain(896, (256, (1, 1))), _chain(896, (256, (1, 1)))
    third = _chain(896, (256, (1, 1)), (256, (3, 3)))
    first.append(Convolution((256, 384), (3, 3), 2))
    second.append(Convolution((256, 256), (3, 3), 2))
    third.append(Convolution((256, 256), (3, 3), 2))
    return Reduction(first, second, third)


class InceptionResnetV1(nn.Module):
    """``float [N, 3, H, W]`` (160 x 160 in training, at least 75) to ``[N, 512]`` of length one.

    Without its last layer (:meth:`without_embedding`): to the pooled feature, ``[N, 1792]``. The
    dropout that FaceNet's training had before that layer is not here; a head brings its own.
    """

    def __init__(self) -> None:
        super().__init__()
        self.conv2d_1a = Convolution((3, 32), (3, 3), 2)
        self.conv2d_2a = Convolution((32, 32), (3, 3))
        self.conv2d_2b = Convolution((32, 64), (3, 3), same=True)
        self.conv2d_3b = Convolution((64, 80))
        self.conv2d_4a = Convolution((80, 192), (3, 3))
        self.conv2d_4b = Convolution((192, 256), (3, 3), 2)
        self.repeat_1 = nn.Sequential(*(block35(0.17) for _ in range(5)))
        self.mixed_6a = _mixed_6a()
        self.repeat_2 = nn.Sequential(*(block17(0.10) for _ in range(10)))
        self.mixed_7a = _mixed_7a()
        self.repeat_3 = nn.Sequential(*(block8(0.20) for _ in range(5)))
        self.block8 = block8(1.0, relu=False)
        self.last_linear: nn.Module = nn.Linear(FEATURES, EMBEDDING, bias=False)
        self.last_bn: nn.Module = nn.BatchNorm1d(EMBEDDING, eps=EPS)
        self.embeds = True

    def without_embedding(self) -> InceptionResnetV1:
        """Take the last linear layer and its BatchNorm off, for good."""
        self.last_linear, self.last_bn, self.embeds = nn.Identity(), nn.Identity(), False
        return self

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """See the class."""
        x = self.conv2d_2b(self.conv2d_2a(self.conv2d_1a(x)))
        x = self.conv2d_3b(functional.max_pool2d(x, 3, 2))
        x = self.repeat_1(self.conv2d_4b(self.conv2d_4a(x)))
        x = self.repeat_2(self.mixed_6a(x))
        x = self.block8(self.repeat_3(self.mixed_7a(x)))
        x = x.mean(dim=(2, 3))
        if not self.embeds:
            return x
        return functional.normalize(self.last_bn(self.last_linear(x)))


class FixedBatchNorm(nn.BatchNorm2d):
    """BatchNorm that never turns to a batch's own statistics, in training neither.

    For a network whose normalisations were folded into its convolutions: their true statistics
    are lost, and a batch's would undo the folded scale. Scale and shift can still be trained.
    """

    def train(self, mode: bool = True) -> FixedBatchNorm:
        """Stay in evaluation mode."""
        super().train(False)
        return self


def fix_batch_norms(network: nn.Module) -> None:
    """Make every ``Convolution``'s BatchNorm a fixed one that leaves its input as it is."""
    for module in network.modules():
        if isinstance(module, Convolution):
            fixed = FixedBatchNorm(module.bn.num_features, eps=EPS)
            nn.init.constant_(fixed.running_var, 1 - EPS)  # type: ignore[arg-type]
            module.bn = fixed
