"""Pictures as the autoencoder sees them: encoded once, drawn from at every step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

_TOGETHER = 8
"""Pictures that go through the autoencoder at once."""


@dataclass(frozen=True, eq=False)
class Latents:
    """The Gaussians that an autoencoder gives for some pictures.

    Attributes:
        mean: ``float32 [N, C, h, w]``, scaled to about unit variance as the U-Net wants it.
        deviation: The same shape: standard deviation.
    """

    mean: torch.Tensor
    deviation: torch.Tensor

    def __len__(self) -> int:
        return len(self.mean)

    def draw(self, rows: NDArray[np.intp], generator: torch.Generator) -> torch.Tensor:
        """One latent for each row, ``float32 [len(rows), C, h, w]``."""
        import torch

        chosen = torch.from_numpy(rows)
        mean, deviation = self.mean[chosen], self.deviation[chosen]
        return mean + deviation * torch.randn(mean.shape, generator=generator)


def encode(vae: Any, images: NDArray[np.uint8], device: torch.device) -> Latents:  # noqa: ANN401
    """Encode pictures in float32, whatever the training's precision: some autoencoders overflow.

    Args:
        vae: An ``AutoencoderKL``; it is moved to the device and back.
        images: ``uint8 [N, S, S, 3]``.
        device: Where to compute; what is given lies on the CPU.
    """
    import torch

    means, deviations = [], []
    vae.to(device)
    try:
        with torch.inference_mode():
            for start in range(0, len(images), _TOGETHER):
                part = torch.from_numpy(np.ascontiguousarray(images[start : start + _TOGETHER]))
                pixels = part.to(device).permute(0, 3, 1, 2).float() / 127.5 - 1
                found = vae.encode(pixels).latent_dist
                means.append(found.mean.cpu())
                deviations.append(found.std.cpu())
    finally:
        vae.to("cpu")
    scale = float(vae.config.scaling_factor)
    return Latents(torch.cat(means).clone() * scale, torch.cat(deviations).clone() * scale)
