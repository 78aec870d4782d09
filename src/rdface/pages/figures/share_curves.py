"""Curves of one share against another, or of how values spread: what refusing strangers costs."""

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
class ShareCurve:
    """A curve over [0, 1].

    Attributes:
        name: As the legend has it.
        value: ``[K]``, shares.
        low: ``[K]``, lower ends of the intervals; None without a band.
        high: ``[K]``, upper ends.
        ink: How it is drawn.
    """

    name: str
    value: Floats
    low: Floats | None
    high: Floats | None
    ink: Ink


def share_curves(
    curves: Sequence[ShareCurve], x: Floats, *, label: str, x_title: str, y_title: str
) -> Markup:
    """Curves with bands over a share from 0 to 1.

    Args:
        curves: Drawn in this order, the first on top; a grey dotted one is what chance gives.
        x: ``[K]``, 0 to 1, ascending.
        label: What the chart shows.
        x_title: Quantity of the horizontal axis.
        y_title: Quantity of the vertical axis.
    """
    highest = max(float((c.value if c.high is None else c.high).max()) for c in curves)
    top, step = next(
        ((top, step) for top, step in ((10, 2), (20, 5), (40, 10)) if 100 * highest <= top),
        (100, 20),
    )
    bands = together(_band(x, curve, top) for curve in reversed(curves))
    lines = together(
        curve_line(_points(x, 100 / top * curve.value), curve.ink) for curve in reversed(curves)
    )
    plot = frame(
        stretched(bands, lines),
        label=label,
        x_ticks=[Tick(share / 100, str(share)) for share in range(0, 101, 20)],
        y_ticks=percent_ticks(step, top),
        x_title=x_title,
        y_title=y_title,
        height=230,
    )
    return plot + legend([(curve.name, curve.ink) for curve in curves])


def spreads(
    groups: Sequence[tuple[str, Floats, Ink]], *, label: str, x_title: str, reach: float = 3.5
) -> Markup:
    """How the values of several groups spread: outlines of histograms of equal area.

    Args:
        groups: Name, values ``[n]`` and ink; the first on top.
        label: What the chart shows.
        x_title: Quantity and unit of the values.
        reach: Values beyond it, on either side, are counted in the last bin.
    """
    edges = np.linspace(-reach, reach, 29)
    shares = [
        np.histogram(np.clip(values, -reach, reach), edges)[0] / len(values)
        for _, values, _ in groups
    ]
    top = max(float(share.max()) for share in shares)
    x = (edges + reach) / (2 * reach)
    shapes = []
    for share, (_, _, ink) in reversed(list(zip(shares, groups, strict=True))):
        outline = np.repeat(share, 2) / top * 0.94
        steps = np.repeat(x, 2)[1:-1]
        corners = _points(np.concatenate([[0], steps, [1]]), np.concatenate([[0], outline, [0]]))
        shapes.append(element("polygon", points=corners, fill=ink.colour, class_="band"))
        shapes.append(curve_line(_points(steps, outline), ink))
    plot = frame(
        stretched(*shapes),
        label=label,
        x_ticks=[Tick((mark + reach) / (2 * reach), _mark(mark)) for mark in range(-3, 4)],
        y_ticks=[],
        x_title=x_title,
        y_title="Share of images",
        height=190,
    )
    return plot + legend([(name, ink) for name, _, ink in groups])


def chance_curve(x: Floats, end: float) -> ShareCurve:
    """What a score that knows nothing gives: a straight line to ``end``."""
    return ShareCurve("chance", end * x, None, None, Ink(GREY, "1 4"))


def _mark(value: int) -> str:
    return str(value).replace("-", "\u2212")


def _points(x: Floats, y: Floats) -> str:
    return " ".join(
        f"{number(100 * float(a))},{number(100 - 100 * float(b))}"
        for a, b in zip(x, y, strict=True)
    )


def _band(x: Floats, curve: ShareCurve, top: int) -> Markup:
    if curve.low is None or curve.high is None:
        return Markup()
    outline = _points(x, 100 / top * curve.high) + " "
    outline += _points(x[::-1], 100 / top * curve.low[::-1])
    return element("polygon", points=outline, fill=curve.ink.colour, class_="band")
