"""LPIPS, version 0.1, on AlexNet: the distance of Zhang et al., CVPR 2018, to the letter.

The linear heads come with the package ``lpips`` (BSD-2-Clause), AlexNet's weights from torchvision:
from its hub, or from a file (``RDFACE_WEIGHTS``, see ``rdface weights``). Without either there is
no LPIPS, and nothing else goes by its name.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rdface.backbones.local_state import State, load_state, read_state
from rdface.backbones.published import published_state
from rdface.backbones.torch_backbone import need_torch, state_sha256
from rdface.errors import UsageError, WeightsError
from rdface.faces import Crop
from rdface.files import sha256_bytes
from rdface.screening.perceptual.space import Images, Rows, unit_channels
from rdface.synthesis.portraits import portrait_crop
from rdface.weights import find, ways

if TYPE_CHECKING:
    import torch

SIDE: Final = 256
"""Pixels, as the paper takes it."""
TAPS: Final = (1, 4, 7, 9, 11)
"""Modules of AlexNet's ``features`` whose output is compared: the five rectified convolutions."""
SHIFT, SCALE = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)
"""What values from -1 to 1 are shifted by and divided by."""


class LpipsAlexNet:
    """LPIPS as rows whose squared distance it is; see :mod:`rdface.screening.perceptual.space`.

    Args:
        trunk: AlexNet's state dict, by torchvision's names; the published one where None.
        heads: The five linear heads by the package's names; the package's where None.

    Raises:
        UsageError: torch or lpips is not installed.
        WeightsError: AlexNet's weights are not here, or do not fit.
    """

    name = "lpips"
    crop: Crop = portrait_crop(SIDE)

    def __init__(self, trunk: State | None = None, heads: State | None = None) -> None:
        need_torch("torchvision")
        import torchvision

        source = "what was given"
        if trunk is None:
            trunk, source = _published()
        network: Any = torchvision.models.alexnet(weights=None)
        network.classifier = network.avgpool = _nothing()
        load_state(network, trunk, source, drop=r"classifier\.")
        self._layers: torch.nn.Sequential = network.features.eval()
        self._weights = _channel_weights(heads if heads is not None else read_state(_heads_file()))
        self.fingerprint = self._named()

    def rows(self, images: Images) -> Rows:
        """See :class:`rdface.screening.perceptual.space.PerceptualSpace`."""
        import torch

        with torch.inference_mode():
            pixels = torch.from_numpy(np.ascontiguousarray(images)).permute(0, 3, 1, 2).float()
            x = pixels / 127.5 - 1
            x = (x - torch.tensor(SHIFT).view(1, 3, 1, 1)) / torch.tensor(SCALE).view(1, 3, 1, 1)
            parts = []
            for index, layer in enumerate(self._layers):
                x = layer(x)
                if index in TAPS:
                    weight = self._weights[TAPS.index(index)] / (x.shape[2] * x.shape[3])
                    scaled = unit_channels(x) * weight.sqrt().view(1, -1, 1, 1)
                    parts.append(scaled.flatten(1))
            return torch.cat(parts, dim=1).numpy()

    def _named(self) -> str:
        import torch

        weights = b"".join(weight.numpy().tobytes() for weight in self._weights)
        parts = (self.name, "1", state_sha256(self._layers), sha256_bytes(weights))
        engine = (self.crop.fingerprint, self.crop.drawn_by, torch.__version__)
        return sha256_bytes(" ".join((*parts, *engine)).encode())


def _published() -> tuple[State, str]:
    try:
        return published_state("alexnet", None)
    except WeightsError as error:
        raise WeightsError(
            f"There is no LPIPS without AlexNet's weights. {error.message}",
            hint=f"{ways(find('alexnet'))} The scorer `perceptual` needs neither; it is not LPIPS.",
        ) from error


def _nothing() -> torch.nn.Module:
    import torch

    return torch.nn.Identity()


def _heads_file() -> Path:
    found = importlib.util.find_spec("lpips")
    if found is None or found.origin is None:
        raise UsageError(
            "LPIPS needs the package lpips, which is not installed: it brings the linear heads.",
            hint="Run `pip install rdface[synthesis]`, or take the scorer `perceptual`.",
        )
    return Path(found.origin).parent / "weights" / "v0.1" / "alex.pth"


def _channel_weights(heads: State) -> list[torch.Tensor]:
    """One weight per channel and layer, none below 0."""
    try:
        weights = [heads[f"lin{layer}.model.1.weight"].flatten() for layer in range(len(TAPS))]
    except KeyError as error:
        raise WeightsError(f"The linear heads of LPIPS miss {error}.") from error
    if any(bool((weight < 0).any()) for weight in weights):
        raise WeightsError("A linear head of LPIPS has a weight below 0: this is no distance.")
    return weights
