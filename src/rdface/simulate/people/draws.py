"""Named random streams, and the colours that are drawn from them."""

from __future__ import annotations

import hashlib
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Colour: TypeAlias = tuple[float, float, float]


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """A random generator that belongs to these names alone."""
    key = "/".join(str(part) for part in (seed, *names))
    digest = hashlib.sha256(key.encode()).digest()
    return np.random.default_rng(np.frombuffer(digest, dtype=np.uint32).tolist())


def linear(srgb: NDArray[np.float64] | tuple[float, ...]) -> NDArray[np.float64]:
    """Display values in 0..1 to linear light."""
    return np.asarray(np.asarray(srgb, dtype=np.float64) ** 2.2)


def triple(values: NDArray[np.float64]) -> Colour:
    """Three numbers, rounded so that they are the same in every JSON."""
    red, green, blue = (round(float(value), 5) for value in values)
    return red, green, blue


def uniform(rng: np.random.Generator, low: float, high: float, digits: int = 4) -> float:
    """One rounded uniform number."""
    return round(float(rng.uniform(low, high)), digits)


def one_of(rng: np.random.Generator, odds: dict[str, float]) -> str:
    """One name, with odds that need not sum to 1."""
    weights = np.array(list(odds.values()))
    return str(rng.choice(list(odds), p=weights / weights.sum()))
