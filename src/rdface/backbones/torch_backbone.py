"""Any torch network as a backbone: preprocessing inside the network, weights in the fingerprint."""

from __future__ import annotations

import copy
import hashlib
import importlib.util
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rdface.backbones.anatomy import Anatomy, Blocks, find_adapters, find_blocks
from rdface.backbones.backbone import Embeddings, Images
from rdface.backbones.compiled import Run, compiled
from rdface.backbones.trunk import Normalisation, Trunk
from rdface.errors import UsageError
from rdface.faces import Crop
from rdface.files import sha256_bytes

if TYPE_CHECKING:
    import torch

MARGIN = 0.5
"""ImageNet networks see the whole head: half more than the template on each axis."""

OTHER_PACKAGES = {"open_clip": " open_clip_torch"}
"""Packages that one backbone alone wants, by the module they bring."""


class TorchBackbone:
    """A network with its preprocessing, to embed with and to train.

    Args:
        name: The name it is asked for by.
        network: ``float [N, 3, H, W]`` to ``[N, D]``.
        crop: The pictures it wants.
        normalisation: What is done to them first.
        anatomy: How the network is taken apart for training.
    """

    def __init__(
        self,
        name: str,
        network: torch.nn.Module,
        crop: Crop,
        normalisation: Normalisation,
        anatomy: Anatomy | None = None,
    ) -> None:
        self.name = name
        self.crop = crop
        self.normalisation = normalisation
        self._anatomy = anatomy or Anatomy()
        self._bare = network.eval()
        self.network = with_preprocessing(self._bare, normalisation)
        parts = (
            *(name, "2", state_sha256(network), crop.fingerprint),
            *(normalisation.mean, normalisation.std),
        )
        self._key = sha256_bytes(" ".join(map(str, parts)).encode())

    @cached_property
    def _engine(self) -> tuple[Run, str]:
        return compiled(self.network, (self.crop.height, self.crop.width), self._key)

    @property
    def fingerprint(self) -> str:
        """See :class:`rdface.backbones.Backbone`."""
        parts = (self._key, self._engine[1], self.crop.drawn_by)
        return sha256_bytes(" ".join(parts).encode())

    @property
    def identity(self) -> str:
        """Hash of weights, preprocessing and crop: what training begins with, without engine."""
        return sha256_bytes(f"{self._key} {self.crop.drawn_by}".encode())

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

    def trunk(self) -> Trunk:
        """A fresh copy of the pretrained network to train, on the CPU, in evaluation mode."""
        blocks, lora, dim = self._parts
        return Trunk(_cut(self._bare, self._anatomy), dim, self._anatomy.head, blocks, lora)

    def changed(
        self, crop: Crop | None = None, normalisation: Normalisation | None = None
    ) -> TorchBackbone:
        """The same network for other pictures (the paper's), with another fingerprint.

        Args:
            crop: Instead of the network's own.
            normalisation: Instead of the network's own.

        Raises:
            UsageError: The network does not take pictures of that size.
        """
        crop, network = crop or self.crop, self._bare
        if (crop.height, crop.width) != (self.crop.height, self.crop.width):
            network = _resized(self.name, network, self._anatomy, crop)
        given = normalisation or self.normalisation
        return TorchBackbone(self.name, network, crop, given, self._anatomy)

    @cached_property
    def _parts(self) -> tuple[Blocks, tuple[str, ...], int]:
        import torch

        network = _cut(self._bare, self._anatomy)
        picture = torch.zeros((1, 3, self.crop.height, self.crop.width))
        lora, dim = find_adapters(network, picture)
        return find_blocks(network, self._anatomy), lora, dim


def _cut(network: torch.nn.Module, anatomy: Anatomy) -> torch.nn.Module:
    fresh = copy.deepcopy(network)
    return anatomy.cut(fresh) if anatomy.cut else fresh


def _resized(name: str, network: torch.nn.Module, anatomy: Anatomy, crop: Crop) -> torch.nn.Module:
    """A copy for another size, tried out with one black picture."""
    import torch

    fresh: Any = copy.deepcopy(network)
    try:
        if anatomy.resize is not None:
            anatomy.resize(fresh, crop.height, crop.width)
        elif hasattr(fresh, "set_input_size"):
            fresh.set_input_size(img_size=(crop.height, crop.width))
        with torch.inference_mode():
            fresh(torch.zeros((1, 3, crop.height, crop.width)))
    except (RuntimeError, AssertionError, ValueError, TypeError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise UsageError(
            f"The backbone {name!r} does not take pictures of {crop.width} x {crop.height} "
            f"pixels: {reason}",
            hint="Take its own size. Networks of convolutions take larger pictures, too (not "
            "those with a linear layer on the map), most transformers any multiple of their patch.",
        ) from error
    module: torch.nn.Module = fresh
    return module


def need_torch(*modules: str) -> None:
    """Say how to get the extra, where it is missing.

    Args:
        modules: Wanted besides torch and timm.

    Raises:
        UsageError: One is not installed.
    """
    for name in ("torch", "timm", *modules):
        if importlib.util.find_spec(name) is None:
            raise UsageError(
                f"This backbone needs {name}, which is not installed.",
                hint=f"Run `pip install rdface[torch]{OTHER_PACKAGES.get(name, '')}`.",
            )


def with_preprocessing(network: torch.nn.Module, normalisation: Normalisation) -> torch.nn.Module:
    """A network on ``uint8 [N, H, W, 3]`` from one on normalised ``float [N, 3, H, W]``."""
    import torch

    class Preprocessed(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network
            # (x / 255 - mean) / std in one multiplication and one addition
            mean, std = torch.tensor(normalisation.mean), torch.tensor(normalisation.std)
            scale, shift = 1 / (255 * std), -mean / std
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
