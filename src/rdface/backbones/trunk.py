"""What fine-tuning needs of a network: its body without a classifier, and how to take it apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import torch

Head = Literal["pooled", "map", "hidden"]
"""Which of the paper's heads belongs on a trunk.

``pooled``: squeeze-excite gate on the pooled feature, BatchNorm, dropout, linear.
``map``: the gate on the channels of a map, which is then flattened (VGGFace).
``hidden``: as ``pooled``, with a hidden layer of 256 before the last (FaceNet).
"""


@dataclass(frozen=True)
class Normalisation:
    """From values 0 to 255 to what a network was trained on.

    Attributes:
        mean: Per channel, of values 0 to 1.
        std: Per channel, of values 0 to 1.
    """

    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    std: tuple[float, ...] = (1.0, 1.0, 1.0)

    def apply(self, images: torch.Tensor) -> torch.Tensor:
        """Normalise ``[N, 3, H, W]``, any type, 0 to 255; gives ``float32``."""
        import torch

        pixels = images.float()
        mean = torch.tensor(self.mean, device=pixels.device).view(1, 3, 1, 1)
        std = torch.tensor(self.std, device=pixels.device).view(1, 3, 1, 1)
        return (pixels - 255 * mean) / (255 * std)


IMAGENET = Normalisation((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


@dataclass(frozen=True, eq=False)
class Trunk:
    """A copy of a network that may be trained: normalised pictures in, features out.

    Attributes:
        network: ``float [N, 3, H, W]`` to ``[N, dim]``, or to ``[N, dim, h, w]`` under ``map``.
        dim: Length of a feature, or channels of the map.
        head: Which head of the paper belongs on it.
        blocks: Names of the network's submodules (and bare parameters) in groups, from input to
            output; together they hold every parameter once. "The last n blocks" and layer-wise
            decay count these groups.
        lora: Names of the linear and convolutional modules that low-rank adapters go on.
    """

    network: torch.nn.Module
    dim: int
    head: Head
    blocks: tuple[tuple[str, ...], ...]
    lora: tuple[str, ...]
