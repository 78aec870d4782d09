"""Deletion and insertion: is a map better than a random one at finding what a score hangs on?

V. Petsiuk, A. Das, K. Saenko: RISE: randomized input sampling for explanation of black-box models,
BMVC 2018. Cells of the picture are taken away from the most salient on, and the score is watched;
the faster it falls, the better the map. Insertion begins with nothing and puts them back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rdface.explain.fills import Fill, filled
from rdface.explain.maps.occlusion import patches
from rdface.explain.target import Target
from rdface.imaging import Image
from rdface.learners.preparation import Floats

if TYPE_CHECKING:
    from rdface.backbones import Backbone

CELLS = 12
"""Cells along each side."""
STEPS = 12
"""Times that cells are taken away, equally many each time."""
ORDERS = 19
"""Random orders: with fewer no p-value of 0.05 can be reached."""


@dataclass(frozen=True, eq=False)
class DeletionTest:
    """Curves of the score over the share of the picture that is taken away.

    Attributes:
        deletion: ``[S + 1]``, the most salient cells first; from the whole picture to none of it.
        insertion: ``[S + 1]``, read from nothing to the whole picture.
        random: ``[R, S + 1]``, cells taken away in random orders.
        fill: What stood where something was taken away.
    """

    deletion: Floats
    insertion: Floats
    random: Floats
    fill: Fill

    @property
    def deletion_area(self) -> float:
        """Mean height of the deletion curve: the lower, the better the map."""
        return area(self.deletion)

    @property
    def insertion_area(self) -> float:
        """Mean height of the insertion curve: the higher, the better the map."""
        return area(self.insertion)

    @property
    def random_areas(self) -> Floats:
        """``[R]`` mean heights of the random curves: the level of both tests.

        Taking cells away in one random order is putting them back in another, so a random order
        has one area for both.
        """
        return np.array([area(curve) for curve in self.random])

    @property
    def deletion_gain(self) -> float:
        """Mean of the random areas less the map's: above 0 if the map is better than chance."""
        return float(self.random_areas.mean()) - self.deletion_area

    @property
    def insertion_gain(self) -> float:
        """The map's area less the mean of the random ones: above 0 if it is better than chance."""
        return self.insertion_area - float(self.random_areas.mean())

    @property
    def p_deletion(self) -> float:
        """Share of orders, the map's among them, that are as good as the map's."""
        return _share(self.random_areas <= self.deletion_area)

    @property
    def p_insertion(self) -> float:
        """The same for insertion."""
        return _share(self.random_areas >= self.insertion_area)


def deletion_test(
    crop: Image,
    values: Floats,
    backbone: Backbone,
    target: Target,
    fill: Fill,
    *,
    cells: int = CELLS,
    steps: int = STEPS,
    orders: int = ORDERS,
    seed: int = 0,
) -> DeletionTest:
    """Take a picture apart in the order of a map and in random orders.

    The random orders shuffle the same cells, so that they make holes of the same size and shape.

    Args:
        crop: ``uint8 [H, W, 3]``.
        values: The map, ``[H, W]``.
        backbone: What sees the picture.
        target: The score.
        fill: What is put in place of a cell.
        cells: Along each side.
        steps: Times that cells are taken away.
        orders: Random orders.
        seed: Of these.
    """
    boxes = patches(crop.shape[0], crop.shape[1], cells, 0.0)
    means = np.array([values[top:bottom, left:right].mean() for top, bottom, left, right in boxes])
    falling = np.argsort(-means, kind="stable")
    rng = np.random.default_rng(seed)
    shuffled = [rng.permutation(len(boxes)) for _ in range(orders)]
    blank = filled(crop, fill)
    wanted = [falling, falling[::-1], *shuffled]
    pictures = np.concatenate(
        [crop[None], blank[None], *(_taken_apart(crop, blank, boxes, o, steps) for o in wanted)]
    )
    scores = target.of_pictures(backbone, pictures)
    inner = scores[2:].reshape(len(wanted), steps - 1)
    ends = np.broadcast_to(scores[:2], (len(wanted), 2))
    curves = np.concatenate([ends[:, :1], inner, ends[:, 1:]], axis=1)
    return DeletionTest(curves[0], curves[1][::-1], curves[2:], fill)


def area(curve: Floats) -> float:
    """Mean height of a curve over equal steps (trapezium rule)."""
    return float((curve[1:] + curve[:-1]).mean() / 2)


def _taken_apart(
    crop: Image, blank: Image, boxes: NDArray[np.intp], order: NDArray[np.intp], steps: int
) -> NDArray[np.uint8]:
    """``[steps - 1, H, W, 3]``: the pictures between the whole and the blank one."""
    ends = np.rint(np.arange(1, steps) * len(boxes) / steps).astype(int)
    pictures = np.repeat(crop[None], steps - 1, axis=0)
    for picture, end in zip(pictures, ends, strict=True):
        for top, bottom, left, right in boxes[order[:end]]:
            picture[top:bottom, left:right] = blank[top:bottom, left:right]
    return pictures


def _share(as_good: NDArray[np.bool_]) -> float:
    return (1 + int(as_good.sum())) / (1 + len(as_good))
