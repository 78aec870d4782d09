"""Risk against the share of images answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from rdface.bench.reliability.judgement import Curve
from rdface.pages.figures.curve_line import curve_line
from rdface.pages.figures.frame import frame, percent_ticks, stretched
from rdface.pages.figures.palette import GREY, Ink
from rdface.pages.figures.topk_curves import legend
from rdface.pages.markup import element, number


class NamedCurve(NamedTuple):
    """A curve, its name and how it is drawn."""

    name: str
    curve: Curve
    ink: Ink


def risk_curves(curves: Sequence[NamedCurve], *, label: str) -> Markup:
    """Curves with bands of uncertainty; dotted, what withholding by lot would give.

    Args:
        curves: Drawn in this order.
        label: What the chart shows, for those who hear the page.
    """
    drawn = Markup()
    for one in curves:
        drawn += _band(one) + _lot(one)
    for one in curves:
        risks = [risk.value for risk in one.curve.risks]
        drawn += curve_line(_points(one.curve.shares, risks), one.ink)
    plot = frame(
        stretched(drawn),
        label=label,
        x_ticks=percent_ticks(),
        y_ticks=percent_ticks(),
        x_title="Share of images that are answered, the surest first, %",
        y_title="Wrong among the answered, %",
        height=280,
    )
    entries = [(one.name, one.ink) for one in curves]
    return plot + legend([*entries, ("withheld by lot", Ink(GREY, "1 4"))])


def _lot(one: NamedCurve) -> Markup:
    ends = (one.curve.shares[0], 1.0)
    return curve_line(_points(ends, (one.curve.random, one.curve.random)), Ink(GREY, "1 4"))


def _band(one: NamedCurve) -> Markup:
    lows = [risk.low for risk in one.curve.risks]
    highs = [risk.high for risk in one.curve.risks]
    outline = _points(one.curve.shares, highs) + " "
    outline += _points(one.curve.shares[::-1], lows[::-1])
    return element("polygon", points=outline, fill=one.ink.colour, class_="band")


def _points(x: Sequence[float], y: Sequence[float]) -> str:
    return " ".join(f"{number(100 * a)},{number(100 - 100 * b)}" for a, b in zip(x, y, strict=True))
