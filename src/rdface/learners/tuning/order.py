"""Which images make which batch: order, the last batch, and the budget of an epoch."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.errors import UsageError
from rdface.learners.tuning.recipe import Recipe

Rows = NDArray[np.intp]


def batches(rows: Rows, size: int) -> list[Rows]:
    """Cut rows into batches, the last one as long as what is left.

    A single row that is left joins the batch before it: BatchNorm cannot take one image, and no
    image is to be passed over.
    """
    starts = [*range(0, len(rows), size)]
    if len(starts) > 1 and len(rows) - starts[-1] == 1:
        starts.pop()
    ends = [*starts, len(rows)][1:]
    return [rows[start:end] for start, end in zip(starts, ends, strict=True)]


class Order:
    """Draws the batches of one epoch after the other.

    Images come in successive permutations of the training rows. Under ``budget: epochs`` an epoch
    is one permutation. Under ``budget: steps`` it is as many images, in as many batches, as there
    are real ones among the training rows, and goes on in the permutation where the epoch before
    stopped; with real images only, both are the same.

    Args:
        train: Training rows.
        synthetic: ``bool [N]``, of all rows.
        recipe: ``batch``, ``accumulate``, ``budget``.
        rng: Drawn from for order; augmentation shares it.

    Raises:
        UsageError: Too few training images.
    """

    def __init__(
        self, train: Rows, synthetic: NDArray[np.bool_], recipe: Recipe, rng: np.random.Generator
    ) -> None:
        if len(train) < 2:
            raise UsageError(f"{len(train)} training images are too few; training needs two.")
        self.rng = rng
        self._train = train
        self._recipe = recipe
        self._left: Rows = np.empty(0, dtype=np.intp)
        self._size = len(train)
        if recipe.budget == "steps":
            self._size = int(np.count_nonzero(~synthetic[train]))
            if self._size < 2:
                raise UsageError(
                    "`budget: steps` counts passes over real training images, of which a fold has "
                    f"{self._size}.",
                    hint="Say `budget: epochs`.",
                )

    def epoch(self) -> list[list[Rows]]:
        """The steps of the next epoch; a step is a list of batches whose gradients it joins."""
        while len(self._left) < self._size:
            self._left = np.concatenate([self._left, self.rng.permutation(self._train)])
        rows, self._left = self._left[: self._size], self._left[self._size :]
        found, join = batches(rows, self._recipe.batch), self._recipe.accumulate
        return [found[start : start + join] for start in range(0, len(found), join)]

    def state(self) -> dict[str, Any]:
        """What :meth:`restore` needs, as plain types."""
        return {"rng": json.dumps(self.rng.bit_generator.state), "left": self._left.tolist()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where :meth:`state` was taken."""
        self.rng.bit_generator.state = json.loads(state["rng"])
        self._left = np.array(state["left"], dtype=np.intp)
