"""Colours that stay apart for colour-blind readers, on paper and on screens.

Okabe & Ito, "Color Universal Design" (2008). Lines differ in their dashes too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

BLUE = "#0072B2"
GREY = "#6b7280"
SHADES = {1: "#12255c", 5: "#1f77b4", 10: "#1b9e8a", 30: "#b07d00"}
"""Length of the list to its colour; on an axis they stand in this order too."""


class Ink(NamedTuple):
    """How a series is drawn: its colour and the SVG dash pattern of its line."""

    colour: str
    dash: str


INKS = (
    Ink(BLUE, "none"),
    Ink("#D55E00", "7 3"),
    Ink("#009E73", "2 2"),
    Ink("#A5538B", "9 3 2 3"),
    Ink("#B07D00", "5 2"),
    Ink("#3E9BD4", "1 3"),
    Ink("#333333", "12 4"),
)


def inks(names: Iterable[str]) -> dict[str, Ink]:
    """Give each name its ink, by alphabet, so that a name keeps it in every figure."""
    return {name: INKS[index % len(INKS)] for index, name in enumerate(sorted(set(names)))}
