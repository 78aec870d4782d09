"""All that is random in one step, from the seed and the step's number alone.

Nothing is carried from step to step, so a training that was stopped goes on with the very numbers
it would have drawn, on whatever device, and its checkpoints need no state of a random generator.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

Rows = NDArray[np.intp]


class Draws(NamedTuple):
    """What one step draws.

    Attributes:
        rows: ``intp [batch]``: the real pictures.
        flipped: ``bool [batch]``: which of them are mirrored.
        made_rows: ``intp [batch]``: the pictures whose classes are made, so that classes are made
            as often as they are shown.
        corner: Where the part begins that the discriminator draws, row and column, 0 to 8.
        torch: On the CPU, for noise and augmentation.
    """

    rows: Rows
    flipped: NDArray[np.bool_]
    made_rows: Rows
    corner: tuple[int, int]
    torch: torch.Generator


def draw(seed: int, step: int, parts: tuple[tuple[int, int], ...], flip: bool) -> Draws:
    """The draws of a step.

    Real pictures come in successive permutations of all of a part, each from the seed and its own
    number, so that none is passed over.

    Args:
        seed: Of the training.
        step: From 0.
        parts: For each part of the pictures (portraits, then controls): how many there are, and
            how many of them a step takes.
        flip: Whether pictures are mirrored with a chance of one half.
    """
    rng = np.random.default_rng((seed, 0, step))
    rows, made_rows, offset = [], [], 0
    for part, (n, taken) in enumerate(parts):
        rows.append(offset + _in_turn(seed, part, step * taken, taken, n))
        made_rows.append(offset + rng.integers(n, size=taken))
        offset += n
    batch = sum(taken for _, taken in parts)
    return Draws(
        rows=np.concatenate(rows),
        flipped=(rng.random(batch) < 0.5) & flip,
        made_rows=np.concatenate(made_rows),
        corner=(int(rng.integers(9)), int(rng.integers(9))),
        torch=torch.Generator().manual_seed(int(rng.integers(2**63))),
    )


def _in_turn(seed: int, part: int, first: int, taken: int, n: int) -> Rows:
    """``taken`` numbers below ``n`` from the place ``first`` on in permutations put end to end."""
    rounds = range(first // n, (first + taken - 1) // n + 1)
    orders = [np.random.default_rng((seed, 1, part, turn)).permutation(n) for turn in rounds]
    start = first - rounds[0] * n
    order: Rows = np.concatenate(orders)[start : start + taken]
    return order
