"""Curves over the number of synthetic images of each condition, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from rdface.pages.figures.curve_line import curve_line
from rdface.pages.figures.frame import Tick, frame, percent_ticks, stretched
from rdface.pages.figures.palette import GREY, Ink
from rdface.pages.figures.topk_curves import legend
from rdface.pages.markup import element, number, together

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CountCurve:
    """A share at some n.

    Attributes:
        name: As the legend has it.
        counts: ``[K]``, ascending, above 0.
        value: ``[K]``, shares.
        low: ``[K]``, lower ends of the intervals.
        high: ``[K]``, upper ends.
        ink: How it is drawn.
    """

    name: str
    counts: NDArray[np.int64]
    value: Floats
    low: Floats
    high: Floats
    ink: Ink


def count_curves(
    curves: Sequence[CountCurve], base: tuple[float, float, float], *, label: str, y_title: str
) -> Markup:
    """Curves over a logarithmic n, and the level without synthetic images with its interval.

    Args:
        curves: Drawn in this order, the first on top.
        base: Share without synthetic images, and the ends of its interval.
        label: What the chart shows.
        y_title: Quantity of the vertical axis.
    """
    marks = sorted({int(n) for curve in curves for n in curve.counts})
    highest = max([base[2], *(float(curve.high.max()) for curve in curves)])
    top = next(end for end in (20, 40, 60, 80, 100) if 100 * highest <= end)
    span = float(np.log(max(marks[-1] / marks[0], 2.0)))

    def across(counts: NDArray[np.int64]) -> Floats:
        return np.asarray(4 + 92 * np.log(counts / marks[0]) / span)

    def up(values: Floats) -> Floats:
        return np.asarray(100 - 100 * 100 / top * values)

    ends = np.array([0.0, 100.0])
    level = [
        element(
            "polygon",
            points=_points(np.concatenate([ends, ends[::-1]]), up(np.repeat(base[1:], 2))),
            fill=GREY,
            class_="band",
        ),
        curve_line(_points(ends, up(np.repeat(base[0], 2))), Ink(GREY, "1 4")),
    ]
    # Bands of many curves would hide each other: whiskers at each n instead.
    whiskers = together(
        element(
            "line",
            x1=number(float(x)),
            x2=number(float(x)),
            y1=number(float(low)),
            y2=number(float(high)),
            stroke=curve.ink.colour,
            class_="whisker",
            vector_effect="non-scaling-stroke",
        )
        for place, curve in enumerate(curves)
        for x, low, high in zip(
            across(curve.counts) + _aside(place, len(curves)),
            up(curve.low),
            up(curve.high),
            strict=True,
        )
    )
    lines = together(
        curve_line(
            _points(across(curve.counts) + _aside(place, len(curves)), up(curve.value)), curve.ink
        )
        for place, curve in reversed(list(enumerate(curves)))
    )
    plot = frame(
        stretched(*level, whiskers, lines),
        label=label,
        x_ticks=[Tick(float(across(np.array([n]))[0]) / 100, str(n)) for n in marks],
        y_ticks=percent_ticks(5 if top <= 20 else 10 if top <= 60 else 20, top),
        x_title="n, synthetic images of each condition (logarithmic)",
        y_title=y_title,
        height=300,
    )
    entries = [(curve.name, curve.ink) for curve in curves]
    return plot + legend([*entries, ("real only", Ink(GREY, "1 4"))])


def _aside(place: int, count: int) -> float:
    """Whiskers of one n stand beside each other."""
    return 0.9 * (place - (count - 1) / 2)


def _points(x: Floats, y: Floats) -> str:
    return " ".join(f"{number(float(a))},{number(float(b))}" for a, b in zip(x, y, strict=True))
