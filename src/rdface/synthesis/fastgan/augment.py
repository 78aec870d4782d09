"""DiffAugment: what the discriminator sees is changed at random, real and made pictures alike.

S. Zhao, Z. Liu, J. Lin, J.-Y. Zhu, S. Han: Differentiable Augmentation for Data-Efficient GAN
Training. NeurIPS 2020: colour, translation and cutout, differentiable so that gradients reach the
generator through them. Written from the paper.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, get_args

import torch
from torch.nn import functional

Kind = Literal["colour", "translation", "cutout"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FARTHEST = 1 / 8
"""Of the side: how far a picture is moved at most; what moves in is zero (mid-grey)."""
HOLE = 1 / 2
"""Of the side: how long the square is that is cut out."""


def _uniform(n: int, draws: torch.Generator, like: torch.Tensor) -> torch.Tensor:
    drawn = torch.rand(n, 1, 1, 1, generator=draws)  # on the CPU: alike on every device
    return drawn.to(like.device, like.dtype)


def colour(x: torch.Tensor, draws: torch.Generator) -> torch.Tensor:
    """Brightness by -0.5 to 0.5, saturation by 0 to 2 times, contrast by 0.5 to 1.5 times."""
    n = len(x)
    x = x + (_uniform(n, draws, x) - 0.5)
    grey = x.mean(dim=1, keepdim=True)
    x = grey + (x - grey) * (2 * _uniform(n, draws, x))
    middle = x.mean(dim=(1, 2, 3), keepdim=True)
    return middle + (x - middle) * (_uniform(n, draws, x) + 0.5)


def _whole(n: int, low: int, high: int, draws: torch.Generator) -> list[int]:
    return [int(k) for k in torch.randint(low, high + 1, (n,), generator=draws)]


def translation(x: torch.Tensor, draws: torch.Generator) -> torch.Tensor:
    """Moved by whole pixels, up to an eighth of the side each way."""
    n, side = len(x), x.shape[-1]
    far = round(side * FARTHEST)
    padded = functional.pad(x, (far, far, far, far))
    starts = zip(_whole(n, 0, 2 * far, draws), _whole(n, 0, 2 * far, draws), strict=True)
    return torch.stack(
        [padded[i, :, y : y + side, z : z + side] for i, (y, z) in enumerate(starts)]
    )


def cutout(x: torch.Tensor, draws: torch.Generator) -> torch.Tensor:
    """A square is set to zero; its centre may lie anywhere, so that it can reach over the edge."""
    n, side = len(x), x.shape[-1]
    hole = round(side * HOLE)
    mask = torch.ones(n, 1, side, side, dtype=x.dtype)
    centres = zip(_whole(n, 0, side - 1, draws), _whole(n, 0, side - 1, draws), strict=True)
    for i, (row, column) in enumerate(centres):
        top, left = row - hole // 2, column - hole // 2
        mask[i, :, max(top, 0) : top + hole, max(left, 0) : left + hole] = 0
    return x * mask.to(x.device)


CHANGES: dict[Kind, Callable[[torch.Tensor, torch.Generator], torch.Tensor]] = {
    "colour": colour,
    "translation": translation,
    "cutout": cutout,
}


def augment(x: torch.Tensor, kinds: Sequence[Kind], draws: torch.Generator) -> torch.Tensor:
    """Change each picture at random.

    Args:
        x: ``[N, 3, S, S]`` in -1 .. 1; real or made.
        kinds: Which changes, in this order.
        draws: A generator on the CPU.

    Returns:
        As large; values may leave -1 .. 1 by a change of colour.
    """
    for kind in kinds:
        x = CHANGES[kind](x, draws)
    return x
