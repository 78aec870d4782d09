"""Points with whiskers on a shared axis: estimates and their 95 % intervals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from markupsafe import Markup

from rdface.pages.figures.frame import Tick
from rdface.pages.markup import breakable, element, percent, together


class Point(NamedTuple):
    """One estimate; ``value``, ``low`` and ``high`` are positions on the axis in [0, 1].

    Attributes:
        value: The estimate; None where only its interval is to be seen.
        low: Lower end of its interval; None if there is none.
        high: Upper end.
        colour: Of the point and its whisker.
        hollow: Draw a ring, as for chance.
        title: Shown where a mouse rests on it.
    """

    value: float | None
    low: float | None
    high: float | None
    colour: str
    hollow: bool = False
    title: str = ""


class Row(NamedTuple):
    """A labelled row of points; ``note`` stands below the name in small type."""

    name: str
    points: Sequence[Point]
    note: str = ""
    strong: bool = False


def intervals(
    rows: Iterable[Row],
    *,
    label: str,
    ticks: Sequence[Tick],
    title: str,
    zero: float | None = None,
) -> Markup:
    """Rows of points, the axis below them.

    Args:
        rows: From top to bottom.
        label: What the chart shows, for those who hear the page.
        ticks: Marks of the axis.
        title: Quantity and unit of the axis.
        zero: Position in [0, 1] of a stronger line, such as "no difference".
    """
    grid = together(
        element("line", x1=percent(x), x2=percent(x), y1="0", y2="100%", class_="grid")
        for x, _ in ticks
    )
    if zero is not None:
        grid += element(
            "line", x1=percent(zero), x2=percent(zero), y1="0", y2="100%", class_="zero"
        )
    marks = together(
        element("span", text, class_="tick x", style=f"left:{percent(x)}") for x, text in ticks
    )
    drawn = together(_row(row, grid) for row in rows)
    axis = element(
        "div",
        element("div", class_="row-name"),
        element("div", marks, class_="axis"),
        class_="row last",
    )
    return element(
        "div",
        drawn,
        axis,
        element("div", title, class_="x-title"),
        class_="intervals",
        role="img",
        aria_label=label,
    )


def _row(row: Row, grid: Markup) -> Markup:
    # Whiskers below the points, so that no point is hidden.
    whiskers = together(_whisker(point) for point in row.points)
    points = together(_point(point) for point in row.points)
    name = element("b" if row.strong else "span", breakable(row.name))
    note = element("small", row.note) if row.note else Markup()
    svg = element("svg", grid, whiskers, points, width="100%", height="100%", aria_hidden="true")
    strip = element("div", svg, class_="strip")
    return element("div", element("div", name, note, class_="row-name"), strip, class_="row")


def _whisker(point: Point) -> Markup:
    if point.low is None or point.high is None:
        return Markup()
    return element(
        "line",
        element("title", point.title),
        x1=percent(_inside(point.low)),
        x2=percent(_inside(point.high)),
        y1="50%",
        y2="50%",
        stroke=point.colour,
        class_="whisker",
    )


def _point(point: Point) -> Markup:
    if point.value is None:
        return Markup()
    fill = "#fff" if point.hollow else point.colour
    return element(
        "circle",
        element("title", point.title),
        cx=percent(_inside(point.value)),
        cy="50%",
        r="4.5" if not point.hollow else "4",
        fill=fill,
        stroke=point.colour,
    )


def _inside(position: float) -> float:
    return min(max(position, 0.0), 1.0)
