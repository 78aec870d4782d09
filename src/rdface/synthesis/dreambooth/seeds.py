"""Seeds that follow from one seed and from what they are for, and from nothing else."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray


def derive(seed: int, *parts: object) -> int:
    """A seed of 63 bits for one purpose: equal parts, equal seed."""
    text = "\x1f".join(map(str, (seed, *parts)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little") >> 1


def rows_at(number: int, *, batch: int, n: int, seed: int) -> NDArray[np.intp]:
    """The rows of one batch out of endless permutations of ``n`` rows.

    It needs no memory of the batches before it, so that a training that was stopped draws the
    same ones.

    Args:
        number: Of the batch, from 0.
        batch: Rows in it.
        n: Rows that there are.
        seed: Of the permutations.
    """
    places = np.arange(number * batch, (number + 1) * batch)
    drawn = {
        turn: np.random.default_rng(derive(seed, "turn", turn)).permutation(n)
        for turn in set((places // n).tolist())
    }
    return np.array([drawn[place // n][place % n] for place in places.tolist()], dtype=np.intp)
