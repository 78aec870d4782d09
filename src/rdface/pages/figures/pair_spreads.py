"""How alike pairs of several kinds are: outlines of histograms of equal area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from rdface.pages.figures.curve_line import curve_line
from rdface.pages.figures.frame import Tick, frame, stretched
from rdface.pages.figures.palette import Ink
from rdface.pages.markup import element, number

Floats = NDArray[np.floating[Any]]

N_BINS = 32
_CEILING = 0.94
"""Of the highest outline, so that it does not touch the frame."""


@dataclass(frozen=True, eq=False)
class Spread:
    """The similarities of one kind of pairs.

    Attributes:
        name: As the legend has it.
        values: ``[n]``, finite.
        weights: ``[n]``, how much each pair counts.
        mean: Marked by a line.
        ink: How it is drawn.
    """

    name: str
    values: Floats
    weights: Floats
    mean: float
    ink: Ink


def pair_spreads(
    spreads: Sequence[Spread], *, top: float | None, label: str, x_title: str
) -> Markup:
    """Outlines over one axis, the mean of each as a line from top to bottom.

    Args:
        spreads: The first is drawn on top.
        top: End of the axis; None takes a round number that holds all but 1 % of the pairs, and
            the last bin holds the rest.
        label: What the chart shows.
        x_title: Quantity of the axis.
    """
    lowest = min(0.0, *(float(one.values.min()) for one in spreads))
    low = float(-np.ceil(-lowest * 5) / 5)
    step, high = _axis(low, top if top is not None else _most(spreads))
    edges = np.linspace(low, high, N_BINS + 1)
    outlines = [
        np.histogram(np.clip(one.values, low, high), edges, weights=one.weights)[0]
        / one.weights.sum()
        for one in spreads
    ]
    highest = max(float(one.max()) for one in outlines)
    x = (edges - low) / (high - low)
    shapes = []
    for outline, one in reversed(list(zip(outlines, spreads, strict=True))):
        height = np.repeat(outline, 2) / highest * _CEILING
        steps = np.repeat(x, 2)[1:-1]
        corners = _points(np.concatenate([[0], steps, [1]]), np.concatenate([[0], height, [0]]))
        shapes.append(element("polygon", points=corners, fill=one.ink.colour, class_="band"))
        shapes.append(curve_line(_points(steps, height), one.ink))
    for one in reversed(spreads):
        place = (min(one.mean, high) - low) / (high - low)
        mean = _points(np.array([place, place]), np.array([0.0, 1.0]))
        shapes.append(curve_line(mean, one.ink))
    ticks = [
        Tick((value - low) / (high - low), f"{value:.1f}".replace("-", "\u2212"))
        for value in np.arange(low, high + step / 2, step).tolist()
    ]
    return frame(
        stretched(*shapes),
        label=label,
        x_ticks=ticks,
        y_ticks=[],
        x_title=x_title,
        y_title="Share of pairs",
        height=170,
    )


def _most(spreads: Sequence[Spread]) -> float:
    return max(0.2, *(float(np.quantile(one.values, 0.99)) for one in spreads))


def _axis(low: float, most: float) -> tuple[float, float]:
    """A round step, and the end of an axis that holds ``most`` with six steps or fewer."""
    step = next(s for s in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0) if most - low <= 6 * s)
    return step, float(low + step * np.ceil((most - low) / step - 1e-9))


def _points(x: Floats, y: Floats) -> str:
    return " ".join(
        f"{number(100 * float(a))},{number(100 - 100 * float(b))}"
        for a, b in zip(x, y, strict=True)
    )
