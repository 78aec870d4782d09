"""A caterpillar plot: many intervals side by side, each with the truth that it should hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from rdface.pages.figures.frame import frame, percent_ticks
from rdface.pages.markup import element, percent, together


class Leg(NamedTuple):
    """One interval; all are shares.

    Attributes:
        value: The estimate.
        low: Lower end.
        high: Upper end.
        truth: What it should hold.
    """

    value: float
    low: float
    high: float
    truth: float

    @property
    def holds(self) -> bool:
        """Whether the truth lies inside."""
        return self.low <= self.truth <= self.high


def caterpillar(
    legs: Sequence[Leg], *, top: int, label: str, colour: str, missed: str, x_title: str
) -> Markup:
    """Intervals from left to right, those that miss in another colour, the truth as a short bar.

    Args:
        legs: In the order in which they stand.
        top: End of the axis, per cent.
        label: What the chart shows, for those who hear the page.
        colour: Of intervals that hold the truth.
        missed: Of those that do not.
        x_title: What stands side by side.
    """
    wide = 1 / max(len(legs), 1)

    def leg(index: int, one: Leg) -> Markup:
        ink = colour if one.holds else missed
        x = percent((index + 0.5) * wide)
        y = [percent(1 - min(max(100 * v / top, 0.0), 1.0)) for v in one]
        left, right = percent((index + 0.12) * wide), percent((index + 0.88) * wide)
        return together(
            [
                element("line", x1=x, x2=x, y1=y[1], y2=y[2], stroke=ink, class_="whisker"),
                element("circle", cx=x, cy=y[0], r="2.6", fill=ink),
                element("line", x1=left, x2=right, y1=y[3], y2=y[3], class_="truth"),
            ]
        )

    step = 10 if top <= 60 else 20
    return frame(
        together(leg(index, one) for index, one in enumerate(legs)),
        label=label,
        x_ticks=[],
        y_ticks=percent_ticks(step, top),
        x_title=x_title,
        y_title="Top-1 accuracy, %",
        height=230,
    )
