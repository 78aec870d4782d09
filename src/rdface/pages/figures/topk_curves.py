"""Top-k curves: the share of tests whose true condition is among the first k."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from rdface.pages.figures.curve_line import curve_line
from rdface.pages.figures.frame import Tick, frame, percent_ticks, stretched
from rdface.pages.figures.palette import GREY, Ink
from rdface.pages.markup import element, number, together


@dataclass(frozen=True, eq=False)
class Curve:
    """The top-k accuracies of one run at some k.

    Attributes:
        name: As the legend has it.
        value: ``[K]`` in [0, 1].
        low: ``[K]``, lower ends of the intervals.
        high: ``[K]``, upper ends.
        ink: How it is drawn.
    """

    name: str
    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    ink: Ink


def topk_curves(
    curves: Sequence[Curve], ks: NDArray[np.int64], chance: NDArray[np.float64], *, label: str
) -> Markup:
    """Curves with bands of uncertainty over a logarithmic k axis, and the line of chance.

    Args:
        curves: Drawn in this order, the first on top.
        ks: ``[K]``, ascending from 1 to the number of conditions.
        chance: ``[K]``, expected of a random order.
        label: What the chart shows.
    """
    last = int(ks[-1])
    span = float(np.log(max(last, 2)))
    x = 100 * np.log(ks) / span
    marks = [mark for mark in (1, 2, 3, 5, 10, 20, 30, 50) if mark < 0.75 * last] + [last]
    x_ticks = [Tick(float(np.log(mark)) / span, str(mark)) for mark in marks]
    bands = together(_band(x, curve) for curve in reversed(curves))
    lines = together(curve_line(_points(x, curve.value), curve.ink) for curve in reversed(curves))
    dotted = curve_line(_points(x, chance), Ink(GREY, "1 4"))
    plot = frame(
        stretched(bands, dotted, lines),
        label=label,
        x_ticks=x_ticks,
        y_ticks=percent_ticks(),
        x_title="k, length of the list (logarithmic)",
        y_title="Tests with the true condition among the first k, %",
        height=320,
    )
    entries = [*((curve.name, curve.ink) for curve in curves), ("chance", Ink(GREY, "1 4"))]
    return plot + legend(entries)


def legend(entries: Sequence[tuple[str, Ink]]) -> Markup:
    """Names beside a piece of their line."""

    def entry(name: str, ink: Ink) -> Markup:
        line = element(
            "line",
            x1="0",
            x2="26",
            y1="5",
            y2="5",
            stroke=ink.colour,
            stroke_width="2.4",
            stroke_dasharray=ink.dash,
        )
        swatch = element("svg", line, width="26", height="10", aria_hidden="true")
        return element("li", swatch, name)

    return element("ul", together(entry(*one) for one in entries), class_="legend")


def _points(x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    return " ".join(
        f"{number(float(a))},{number(float(b))}" for a, b in zip(x, 100 - 100 * y, strict=True)
    )


def _band(x: NDArray[np.float64], curve: Curve) -> Markup:
    outline = _points(x, curve.high) + " " + _points(x[::-1], curve.low[::-1])
    return element("polygon", points=outline, fill=curve.ink.colour, class_="band")
