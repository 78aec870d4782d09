"""Small drawings as SVG: whatever comes from data is an attribute, so that no style is inline."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor

from markupsafe import Markup

from rdface.pages.markup import element, percent, together

_STEPS = (0.02, 0.05, 0.1, 0.2, 0.25, 0.5)
_MOST_STEPS = 4


class Scale:
    """An axis from ``low`` to ``high`` with a mark at every ``step``.

    Args:
        values: What has to lie on it; shares or differences of shares.
    """

    def __init__(self, values: Sequence[float]) -> None:
        least, greatest = min(0.0, *values), max(0.0, *values)
        for self.step in _STEPS:
            first, last = floor(least / self.step), ceil(greatest / self.step)
            if last - first <= _MOST_STEPS:
                break
        last = max(last, first + 1)
        self.low, self.high = first * self.step, last * self.step
        self.marks = tuple(number * self.step for number in range(first, last + 1))

    def __call__(self, value: float) -> float:
        """Place of a value, in [0, 1]."""
        return (value - self.low) / (self.high - self.low)


def interval_strip(
    scale: Scale, value: float, low: float, high: float, *, mark: float | None, colour: str = "c1"
) -> Markup:
    """A point with its whisker; beside numbers that say the same, so it is silent.

    Args:
        scale: The axis that it shares with its neighbours.
        value: The estimate.
        low: Lower end of its interval.
        high: Upper end.
        mark: Where a line crosses, such as chance or no difference; None for none.
        colour: Class of its colour.
    """
    ends = {"x1": percent(scale(low)), "x2": percent(scale(high))}
    shapes = [element("line", **ends, y1="50%", y2="50%", class_="whisker")]
    if mark is not None:
        at = percent(scale(mark))
        shapes.insert(0, element("line", x1=at, x2=at, y1="0", y2="100%", class_="zero"))
    shapes.append(element("circle", cx=percent(scale(value)), cy="50%", r="3.5", class_="point"))
    return element("svg", *shapes, class_=f"strip {colour}", aria_hidden="true")


def axis_strip(scale: Scale) -> Markup:
    """The marks of the axis in per cent: its ends, and zero between them."""
    last = len(scale.marks) - 1
    texts = together(
        element(
            "text",
            f"{100 * mark:g}".replace("-", "\u2212"),
            x=percent(scale(mark)),
            y="11",
            text_anchor="start" if place == 0 else "end" if place == last else "middle",
        )
        for place, mark in enumerate(scale.marks)
        if place in (0, last) or abs(mark) < 1e-12
    )
    return element("svg", texts, class_="strip axis-marks", aria_hidden="true")
