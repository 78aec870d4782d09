"""FastGAN's discriminator: it must be able to draw again what it judges.

Liu et al., ICLR 2021, section 3.2: the discriminator is trained as the encoder of an autoencoder,
with small decoders on two of its maps, on real pictures only. So it has to look at the whole
picture and at its details, and overfits later. Spectral normalisation: T. Miyato et al., Spectral
Normalization for Generative Adversarial Networks, ICLR 2018. Classes: the projection of T. Miyato,
M. Koyama: cGANs with Projection Discriminator, ICLR 2018.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm

from rdface.synthesis.fastgan.generator import Doubling, start_weights
from rdface.synthesis.fastgan.widths import COLOURS, channels, sides

FINE, COARSE = 16, 8
"""Sides of the maps that are decoded: a random part of the first one, and the whole second."""
DRAWN = 128
"""Pixels a side that decoders draw at most."""
_FIRST_RESIDUAL = 256
_SLOPE = 0.2


def _strided(n_in: int, n_out: int) -> nn.Module:
    return spectral_norm(nn.Conv2d(n_in, n_out, 4, 2, 1, bias=False))


class Halving(nn.Module):
    """To half the side, by convolutions and by an average beside them, and the mean of both."""

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__()
        self.steps = nn.Sequential(
            _strided(n_in, n_out),
            nn.BatchNorm2d(n_out),
            nn.LeakyReLU(_SLOPE),
            spectral_norm(nn.Conv2d(n_out, n_out, 3, padding=1, bias=False)),
            nn.BatchNorm2d(n_out),
            nn.LeakyReLU(_SLOPE),
        )
        self.beside = nn.Sequential(
            nn.AvgPool2d(2),
            spectral_norm(nn.Conv2d(n_in, n_out, 1, bias=False)),
            nn.BatchNorm2d(n_out),
            nn.LeakyReLU(_SLOPE),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``[N, n_in, H, W]`` to ``[N, n_out, H / 2, W / 2]``."""
        made: torch.Tensor = (self.steps(x) + self.beside(x)) / 2
        return made


class Decoder(nn.Module):
    """A map of 8 x 8 to a small picture: doublings with one convolution each."""

    def __init__(self, n: int, size: int, width: int) -> None:
        super().__init__()
        found = sides(COARSE, size)[1:]
        counts = [n, *(channels(side, width) for side in found)]
        self.doublings = nn.ModuleList(Doubling(*pair, 0) for pair in pairwise(counts))
        self.colours = nn.Conv2d(counts[-1], COLOURS, 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """``[N, n, 8, 8]`` to ``[N, 3, size, size]`` in -1 .. 1."""
        for doubling in self.doublings:
            x = doubling(x, None)
        return torch.tanh(self.colours(x))


class Verdict(NamedTuple):
    """What the discriminator says of pictures.

    Attributes:
        logits: ``[N, 1, 5, 5]``, one for each patch; larger is more real.
        fine: ``[N, C, 16, 16]``, to be decoded in part.
        coarse: ``[N, C, 8, 8]``, to be decoded wholly.
    """

    logits: torch.Tensor
    fine: torch.Tensor
    coarse: torch.Tensor


class DiscriminatorNetwork(nn.Module):
    """Pictures to verdicts, and maps to pictures.

    Args:
        size: Pixels a side.
        width: As the generator's.
        n_classes: 0 for the paper's unconditional network.
    """

    def __init__(self, size: int, width: int, n_classes: int = 0) -> None:
        super().__init__()
        first = min(size, _FIRST_RESIDUAL)
        entry: list[nn.Module] = []
        if size == first:  # keeps the side
            convolution = nn.Conv2d(COLOURS, channels(size, width), 3, padding=1, bias=False)
            entry += [spectral_norm(convolution), nn.LeakyReLU(_SLOPE)]
        before = COLOURS
        for side in reversed(sides(first, size)[:-1]):
            entry += [_strided(before, channels(side, width)), nn.LeakyReLU(_SLOPE)]
            before = channels(side, width)
        self.entry = nn.Sequential(*entry)
        self.halvings = nn.ModuleList(
            Halving(channels(2 * side, width), channels(side, width))
            for side in reversed(sides(COARSE, first // 2))
        )
        deep = channels(COARSE, width)
        self.deep = nn.Sequential(
            spectral_norm(nn.Conv2d(deep, deep, 1, bias=False)),
            nn.BatchNorm2d(deep),
            nn.LeakyReLU(_SLOPE),
        )
        self.logits = spectral_norm(nn.Conv2d(deep, 1, 4, bias=False))
        self.classes = spectral_norm(nn.Embedding(n_classes, deep)) if n_classes else None
        drawn = min(size, DRAWN)
        self.draw_whole = Decoder(deep, drawn, width)
        self.draw_part = Decoder(channels(FINE, width), drawn, width)
        for decoder in (self.draw_whole, self.draw_part):
            decoder.apply(start_weights)  # elsewhere spectral normalisation sets the scale

    def forward(
        self, pictures: torch.Tensor, classes: torch.Tensor | None = None, known: float = 1.0
    ) -> Verdict:
        """Judge pictures ``[N, 3, size, size]`` in -1 .. 1.

        Args:
            pictures: Real or made.
            classes: ``int64 [N]``, with classes: what each is said to show.
            known: How much the class counts, 0 to 1.
        """
        x = self.entry(pictures)
        fine = x
        for halving in self.halvings:
            fine, x = x, halving(x)
        deep = self.deep(x)
        logits = self.logits(deep)
        if self.classes is not None:
            fit = (self.classes(classes) * deep.mean(dim=(2, 3))).sum(dim=1)
            logits = logits + known * fit[:, None, None, None]
        return Verdict(logits, fine, x)


def corner_part(
    fine: torch.Tensor, pictures: torch.Tensor, top: int, left: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """The same part, half as wide and high, of a map and of the pictures that it stems from.

    Args:
        fine: ``[N, C, 16, 16]``.
        pictures: ``[N, 3, S, S]``.
        top: Row of the map at which the part begins, 0 to 8.
        left: Column, likewise.

    Returns:
        ``[N, C, 8, 8]`` and ``[N, 3, S / 2, S / 2]``.
    """
    scale, half = pictures.shape[-1] // FINE, FINE // 2
    part = fine[:, :, top : top + half, left : left + half]
    y, x, side = top * scale, left * scale, half * scale
    return part, pictures[:, :, y : y + side, x : x + side]


def resized(pictures: torch.Tensor, side: int) -> torch.Tensor:
    """Pictures at another size: areas averaged where it is smaller, bilinear where larger."""
    if pictures.shape[-1] >= side:
        return functional.adaptive_avg_pool2d(pictures, side)
    return functional.interpolate(pictures, size=side, mode="bilinear", align_corners=False)
