"""Any torch network as a backbone: preprocessing inside the network, weights in the fingerprint."""

from __future__ import annotations

import hashlib
import importlib.util
from functools import cached_property
from typing import TYPE_CHECKING

from rdface.backbones.backbone import Embeddings, Images
from rdface.backbones.compiled import Run, compiled
from rdface.errors import UsageError
from rdface.faces import Crop
from rdface.files import sha256_bytes

if TYPE_CHECKING:
    import torch

MARGIN = 0.5
"""ImageNet networks see the whole head: half more than the template on each axis."""


class TorchBackbone:
    """A network with its preprocessing.

    Args:
        name: The name it is asked for by.
        network: ``float [N, 3, H, W]`` to ``[N, D]``.
        crop: The pictures it wants.
        mean: Per channel, of values 0 to 1.
        std: Per channel, of values 0 to 1.
    """

    def __init__(
        self,
        name: str,
        network: torch.nn.Module,
        crop: Crop,
        mean: tuple[float, ...],
        std: tuple[float, ...],
    ) -> None:
        self.name = name
        self.crop = crop
        self.network = with_preprocessing(network.eval(), mean, std)
        parts = (name, "2", state_sha256(network), crop.fingerprint, mean, std)
        self._key = sha256_bytes(" ".join(map(str, parts)).encode())

    @cached_property
    def _engine(self) -> tuple[Run, str]:
        return compiled(self.network, (self.crop.height, self.crop.width), self._key)

    @property
    def fingerprint(self) -> str:
        """See :class:`rdface.backbones.Backbone`."""
        import cv2  # which cuts the crops out

        parts = (self._key, self._engine[1], cv2.__version__)
        return sha256_bytes(" ".join(parts).encode())

    @cached_property
    def dim(self) -> int:
        """Length of an embedding."""
        import torch

        with torch.inference_mode():
            picture = torch.zeros((1, self.crop.height, self.crop.width, 3), dtype=torch.uint8)
            return int(self.network(picture).shape[1])

    def embed(self, images: Images) -> Embeddings:
        """See :class:`rdface.backbones.Backbone`."""
        return self._engine[0](images)


def need_torch() -> None:
    """Say how to get the extra, where it is missing.

    Raises:
        UsageError: torch or timm is not installed.
    """
    for name in ("torch", "timm"):
        if importlib.util.find_spec(name) is None:
            raise UsageError(
                f"This backbone needs {name}, which is not installed.",
                hint="Run `pip install rdface[torch]`.",
            )


def with_preprocessing(
    network: torch.nn.Module, mean: tuple[float, ...], std: tuple[float, ...]
) -> torch.nn.Module:
    """A network on ``uint8 [N, H, W, 3]`` from one on normalised ``float [N, 3, H, W]``."""
    import torch

    class Preprocessed(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network
            # (x / 255 - mean) / std in one multiplication and one addition
            scale, shift = 1 / (255 * torch.tensor(std)), -torch.tensor(mean) / torch.tensor(std)
            self.scale: torch.Tensor
            self.shift: torch.Tensor
            self.register_buffer("scale", scale.view(1, 3, 1, 1))
            self.register_buffer("shift", shift.view(1, 3, 1, 1))

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            pixels = images.permute(0, 3, 1, 2).float()
            return torch.flatten(self.network(pixels * self.scale + self.shift), 1)

    return Preprocessed().eval()


def state_sha256(network: torch.nn.Module) -> str:
    """SHA-256 of a network's class and of every name and number in it."""
    digest = hashlib.sha256(type(network).__qualname__.encode())
    for name, tensor in network.state_dict().items():
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
