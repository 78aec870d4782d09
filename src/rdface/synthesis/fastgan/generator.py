"""FastGAN's generator: one convolution a resolution, and gates that reach over four of them.

B. Liu, Y. Zhu, K. Song, A. Elgammal: Towards Faster and Stabilized GAN Training for High-fidelity
Few-shot Image Synthesis. ICLR 2021. Written from the paper. With classes it is conditioned as in
T. Miyato, M. Koyama: cGANs with Projection Discriminator, ICLR 2018: gain and bias of every batch
normalisation follow the class, here from one embedding that all layers share (Brock et al. 2019).
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from rdface.synthesis.fastgan.widths import COARSEST, COLOURS, channels, gate_of, sides

EMBEDDING = 64
"""Length of a class's embedding."""


class Normalisation(nn.Module):
    """Batch normalisation whose gain and bias may follow a class.

    Args:
        n: Channels.
        embedding: Length of the class's embedding; 0 for plain batch normalisation.
    """

    def __init__(self, n: int, embedding: int) -> None:
        super().__init__()
        self.plain = nn.BatchNorm2d(n)
        self.gain_and_bias = nn.Linear(embedding, 2 * n, bias=False) if embedding else None

    def forward(self, x: torch.Tensor, known: torch.Tensor | None) -> torch.Tensor:
        """``[N, n, H, W]`` and, with classes, their embeddings ``[N, embedding]``."""
        made: torch.Tensor = self.plain(x)
        if self.gain_and_bias is None:
            return made
        gain, bias = self.gain_and_bias(known)[:, :, None, None].chunk(2, dim=1)
        changed: torch.Tensor = made * (1 + gain) + bias
        return changed


class Start(nn.Module):
    """Noise to the coarsest map: transposed convolution, normalisation, gated linear unit."""

    def __init__(self, noise: int, n: int, embedding: int) -> None:
        super().__init__()
        self.convolution = nn.ConvTranspose2d(noise, 2 * n, COARSEST, bias=False)
        self.normalisation = Normalisation(2 * n, embedding)

    def forward(self, noise: torch.Tensor, known: torch.Tensor | None) -> torch.Tensor:
        """``[N, noise]`` to ``[N, n, 4, 4]``."""
        x = self.convolution(noise[:, :, None, None])
        return functional.glu(self.normalisation(x, known), dim=1)


class Doubling(nn.Module):
    """To twice the side: nearest neighbour, 3 x 3 convolution, normalisation, gated linear unit."""

    def __init__(self, n_in: int, n_out: int, embedding: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(n_in, 2 * n_out, 3, padding=1, bias=False)
        self.normalisation = Normalisation(2 * n_out, embedding)

    def forward(self, x: torch.Tensor, known: torch.Tensor | None) -> torch.Tensor:
        """``[N, n_in, H, W]`` to ``[N, n_out, 2 H, 2 W]``."""
        x = self.convolution(functional.interpolate(x, scale_factor=2, mode="nearest"))
        return functional.glu(self.normalisation(x, known), dim=1)


class Excitation(nn.Module):
    """Skip-layer excitation: a coarse map says how much each channel of a fine one counts.

    Pooled to 4 x 4, a 4 x 4 convolution to a single pixel, LeakyReLU, a 1 x 1 convolution,
    sigmoid: one factor a channel (section 3.1 of the paper). The factor lets gradients reach the
    coarse map past the layers between.
    """

    def __init__(self, n_coarse: int, n_fine: int) -> None:
        super().__init__()
        self.factors = nn.Sequential(
            nn.AdaptiveAvgPool2d(4),
            nn.Conv2d(n_coarse, n_fine, 4),
            nn.LeakyReLU(0.1),
            nn.Conv2d(n_fine, n_fine, 1),
            nn.Sigmoid(),
        )

    def forward(self, coarse: torch.Tensor, fine: torch.Tensor) -> torch.Tensor:
        """``[N, n_coarse, h, w]`` and ``[N, n_fine, H, W]`` to the gated fine map."""
        gated: torch.Tensor = fine * self.factors(coarse)
        return gated


class GeneratorNetwork(nn.Module):
    """Noise, and with classes a class, to a picture in -1 .. 1.

    Args:
        size: Pixels a side, of :data:`~rdface.synthesis.fastgan.widths.SIZES`.
        width: Channels at 64 pixels; see :func:`~rdface.synthesis.fastgan.widths.channels`.
        noise: Length of the noise.
        n_classes: 0 for the paper's unconditional network.
    """

    def __init__(self, size: int, width: int, noise: int, n_classes: int = 0) -> None:
        super().__init__()
        embedding = EMBEDDING if n_classes else 0
        self.embedding = nn.Embedding(n_classes, EMBEDDING) if n_classes else None
        self.start = Start(noise, channels(COARSEST, width), embedding)
        self.sides = sides(COARSEST, size)[1:]
        self.doublings = nn.ModuleList(
            Doubling(channels(side // 2, width), channels(side, width), embedding)
            for side in self.sides
        )
        gated = [(side, gate) for side in self.sides if (gate := gate_of(side)) is not None]
        self.gates = nn.ModuleDict(
            {
                str(side): Excitation(channels(gate, width), channels(side, width))
                for side, gate in gated
            }
        )
        self.colours = nn.Conv2d(channels(size, width), COLOURS, 3, padding=1)
        self.apply(start_weights)

    def forward(
        self, noise: torch.Tensor, classes: torch.Tensor | None = None, known: float = 1.0
    ) -> torch.Tensor:
        """Make pictures.

        Args:
            noise: ``[N, noise]``, standard normal.
            classes: ``int64 [N]``, with classes.
            known: How much the class counts, 0 to 1: it grows in a transitional training.

        Returns:
            ``[N, 3, size, size]`` in -1 .. 1.
        """
        about = None if self.embedding is None else known * self.embedding(classes)
        x = self.start(noise, about)
        maps = {COARSEST: x}
        for side, doubling in zip(self.sides, self.doublings, strict=True):
            x = doubling(x, about)
            gate = gate_of(side)
            if gate is not None:
                x = self.gates[str(side)](maps[gate], x)
            maps[side] = x
        return torch.tanh(self.colours(x))


def start_weights(module: nn.Module) -> None:
    """Normal weights of deviation 0.02, as in DCGAN (Radford et al. 2016)."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        nn.init.normal_(module.weight, 0.0, 0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
