"""A score against the share of the picture that is shown, in a map's order and in random ones."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from rdface.explain.deletion import DeletionTest
from rdface.pages.figures.frame import Tick, frame, percent_ticks, stretched
from rdface.pages.figures.palette import BLUE, GREY, INKS, Ink
from rdface.pages.figures.topk_curves import legend
from rdface.pages.markup import element, number

_STEP = 0.2
MOST, LEAST, CHANCE = INKS[1], Ink(BLUE, "none"), Ink(GREY, "1 4")


def deletion_curves(test: DeletionTest, title: str) -> Markup:
    """Insertion, deletion and the range of random orders on one axis.

    A picture from which the most salient 30 % were taken away shows the least salient 70 %, so
    both tests stand on one axis: the share that is shown.

    Args:
        test: The curves.
        title: Of the score.
    """
    random = test.random[:, ::-1]
    insertion, deletion = test.insertion, test.deletion[::-1]
    everything = np.concatenate([random.ravel(), insertion, deletion])
    low, high = _round_ends(float(everything.min()), float(everything.max()))
    x = np.linspace(0, 100, len(insertion))

    def y(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(100 - 100 * (values - low) / (high - low))

    floor = y(random.min(axis=0))
    band = element(
        "polygon",
        points=f"{_points(x, y(random.max(axis=0)))} {_points(x[::-1], floor[::-1])}",
        fill=GREY,
        class_="band",
    )
    lines = [
        element(
            "polyline",
            points=_points(x, y(curve)),
            stroke=ink.colour,
            stroke_dasharray=ink.dash,
            class_="curve",
        )
        for curve, ink in ((random.mean(axis=0), CHANCE), (deletion, LEAST), (insertion, MOST))
    ]
    steps = round((high - low) / _STEP)
    ticks = [Tick(k / steps, f"{low + k * _STEP:.1f}") for k in range(steps + 1)]
    drawn = frame(
        stretched(band, *lines),
        label="Score against the share of the picture that is shown, by the map and at random; the"
        " areas are in the text",
        x_ticks=percent_ticks(25),
        y_ticks=ticks,
        x_title="Share of the picture that is shown, %",
        y_title=title,
        height=240,
    )
    names = (
        ("the most salient part", MOST),
        ("the least salient part", LEAST),
        (f"{len(random)} random orders: mean, range", CHANCE),
    )
    return drawn + legend(names)


def _round_ends(low: float, high: float) -> tuple[float, float]:
    """Ends of an axis on whole steps, at least one step apart."""
    down, up = _STEP * np.floor(low / _STEP), _STEP * np.ceil(high / _STEP)
    return float(down), float(max(up, down + _STEP))


def _points(x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    return " ".join(f"{number(float(a))},{number(float(b))}" for a, b in zip(x, y, strict=True))
