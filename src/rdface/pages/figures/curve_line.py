"""The line of a curve, as all charts of curves draw it."""

from __future__ import annotations

from markupsafe import Markup

from rdface.pages.figures.palette import Ink
from rdface.pages.markup import element


def curve_line(points: str, ink: Ink) -> Markup:
    """A line through ``points``, ``x,y`` each, joined by blanks."""
    return element(
        "polyline", points=points, stroke=ink.colour, stroke_dasharray=ink.dash, class_="curve"
    )
