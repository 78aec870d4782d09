"""Which patients share the signs of a condition, and which samples are drawn over them."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

GOLDEN: Final = (math.sqrt(5) - 1) / 2
"""Multiples of it, modulo 1, fill the unit interval evenly however many there are (H. Weyl, Über
die Gleichverteilung von Zahlen mod. Eins, Mathematische Annalen 77, 1916)."""


def number_of(number: int, share: float) -> int:
    """How many of the samples before ``number`` are drawn over kin."""
    return math.floor(number * share + 1e-9)


def is_kin(number: int, share: float) -> bool:
    """Whether sample ``number`` is one; they come evenly among the others."""
    return number_of(number + 1, share) > number_of(number, share)


def kin_of(weights: NDArray[np.float64], place: int, seed: int) -> int:
    """The face that is number ``place`` among a condition's kin.

    Faces come as often as their weights say, negative ones never, and the first few already
    spread over them.

    Args:
        weights: ``[N]``: how much each face tells of the condition.
        place: From 0.
        seed: Where to begin.
    """
    order = np.argsort(-weights, kind="stable")
    believed = np.maximum(weights[order], 0)
    if not believed.any():
        believed = np.ones(len(order))
    filled = np.cumsum(believed) / believed.sum()
    at = (GOLDEN * (place + seed + 0.5)) % 1
    return int(order[min(int(np.searchsorted(filled, at, side="right")), len(order) - 1)])
