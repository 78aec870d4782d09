"""How many channels a map of FastGAN has, and which maps are joined over a distance."""

from __future__ import annotations

from typing import Final

SIZES: Final = (64, 128, 256, 512, 1024)
"""Pixels a side that can be learnt and made."""
COARSEST: Final = 4
"""Side of the map that the noise becomes."""
COLOURS: Final = 3
REACH: Final = 16
"""A map gates the one so many times finer: 8 x 8 gates 128 x 128 (Liu et al., section 3.1)."""
GATED: Final = (64, 512)
"""The coarsest and the finest map that are gated."""


def channels(side: int, width: int) -> int:
    """Channels of a map ``side`` pixels wide, in the generator as in the discriminator.

    Halved with every doubling of the side, ``width`` of them at 64 pixels, and never fewer than
    the three that the paper leaves to its finest maps.
    """
    return max(COLOURS, width * 64 // side)


def sides(first: int, last: int) -> tuple[int, ...]:
    """``first`` and its doublings up to ``last``."""
    found = [first]
    while found[-1] < last:
        found.append(2 * found[-1])
    return tuple(found)


def gate_of(side: int) -> int | None:
    """Side of the map that gates the one of ``side`` pixels, or None."""
    return side // REACH if GATED[0] <= side <= GATED[1] else None
