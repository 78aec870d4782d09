"""VGG-16 as "Deep face recognition" has it; modules are called as in the published state dict."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

STAGES = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))
SIDE = 7
"""Of the map that the first linear layer sees."""


class VGGFace(nn.Module):
    """``float [N, 3, H, W]`` (224 x 224 in training) to ``[N, 4096]``, the ReLU of ``fc7``.

    At other sizes the last map is pooled to 7 x 7. Without its linear layers
    (:meth:`without_linear`): to the last map, ``[N, 512, H / 32, W / 32]``.
    """

    def __init__(self) -> None:
        super().__init__()
        channels = 3
        self.stages: list[list[str]] = []
        for stage, widths in enumerate(STAGES, start=1):
            self.stages.append([f"conv{stage}_{index + 1}" for index in range(len(widths))])
            for name, width in zip(self.stages[-1], widths, strict=True):
                self.add_module(name, nn.Conv2d(channels, width, 3, padding=1))
                channels = width
        self.fc6: nn.Module = nn.Linear(512 * SIDE * SIDE, 4096)
        self.fc7: nn.Module = nn.Linear(4096, 4096)
        self.gives_map = False

    def without_linear(self) -> VGGFace:
        """Take the linear layers off, for good."""
        self.fc6, self.fc7, self.gives_map = nn.Identity(), nn.Identity(), True
        return self

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """See the class."""
        for names in self.stages:
            for name in names:
                x = functional.relu(getattr(self, name)(x))
            x = functional.max_pool2d(x, 2)
        if self.gives_map:
            return x
        x = functional.adaptive_avg_pool2d(x, SIDE)  # changes nothing at 224 x 224
        return functional.relu(self.fc7(functional.relu(self.fc6(torch.flatten(x, 1)))))
