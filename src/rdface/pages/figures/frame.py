"""The frame of a chart: axes as HTML text, so that they keep their size on every screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from rdface.pages.markup import element, percent, together


class Tick(NamedTuple):
    """A mark on an axis at ``position`` in [0, 1]."""

    position: float
    text: str


def stretched(*shapes: str) -> Markup:
    """Shapes in a square of 100 x 100 units, y downwards, stretched over the whole area."""
    return element(
        "svg", *shapes, viewBox="0 0 100 100", preserveAspectRatio="none", class_="stretched"
    )


def frame(
    *drawing: str,
    label: str,
    x_ticks: Sequence[Tick],
    y_ticks: Sequence[Tick],
    x_title: str,
    y_title: str,
    height: int = 260,
) -> Markup:
    """A chart area with ticks and grid lines around a drawing.

    Args:
        *drawing: SVG in per cent of the area, or from :func:`stretched`.
        label: What the chart shows, for those who hear the page.
        x_ticks: Marks below the area.
        y_ticks: Marks left of it; each has a grid line.
        x_title: Quantity and unit of the horizontal axis.
        y_title: Quantity and unit of the vertical axis; stands above the area.
        height: Of the area, CSS pixels; its width is that of the page.
    """
    grid = together(
        element("line", x1="0", x2="100%", y1=percent(1 - y), y2=percent(1 - y), class_="grid")
        for y, _ in y_ticks
    )
    svg = element("svg", grid, *drawing, width="100%", height="100%", aria_hidden="true")
    xs = together(
        element("span", text, class_="tick x", style=f"left:{percent(x)}") for x, text in x_ticks
    )
    ys = together(
        element("span", text, class_="tick y", style=f"bottom:{percent(y)}") for y, text in y_ticks
    )
    return element(
        "div",
        element("div", y_title, class_="y-title"),
        element("div", svg, xs, ys, class_="area", style=f"height:{height}px"),
        element("div", x_title, class_="x-title"),
        class_="chart",
        role="img",
        aria_label=label,
    )


def percent_ticks(step: int = 20, top: int = 100) -> list[Tick]:
    """Marks every ``step`` per cent on an axis that ends at ``top`` per cent."""
    return [Tick(value / top, f"{value}") for value in range(0, top + 1, step)]


def count_ticks(highest: int) -> tuple[list[Tick], int]:
    """About four whole-number marks and the axis' end for counts up to ``highest``."""
    step = next(s for s in _steps() if highest <= 4 * s)
    end = step * max(1, -(-highest // step))
    return [Tick(value / end, str(value)) for value in range(0, end + 1, step)], end


def _steps() -> list[int]:
    return [factor * 10**power for power in range(8) for factor in (1, 2, 5)]
