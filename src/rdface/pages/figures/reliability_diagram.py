"""Accuracy against confidence, with what perfect calibration would show."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from rdface.bench.reliability.judgement import DiagramPoint
from rdface.pages.figures.frame import Tick, frame
from rdface.pages.figures.palette import BLUE, GREY
from rdface.pages.markup import element, percent, together
from rdface.pages.wording import interval, points

_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)


def reliability_diagram(bins: Sequence[DiagramPoint], *, label: str) -> Markup:
    """Points with whiskers over the bars of a perfectly calibrated model, and the diagonal.

    Args:
        bins: The least sure first.
        label: What the chart shows, for those who hear the page.
    """
    highest = max(max(one.confidence, one.accuracy.high, one.null_high) for one in bins)
    step = next((s for s in _STEPS if highest <= 5 * s), 0.2)
    top = min(1.0, step * max(1, -(-highest // step)))
    count = round(top / step)
    ticks = [Tick(number / count, f"{100 * step * number:.0f}") for number in range(count + 1)]

    def x(value: float) -> str:
        return percent(min(value / top, 1.0))

    def y(value: float) -> str:
        return percent(1 - min(value / top, 1.0))

    def upright(at: float, low: float, high: float, colour: str, width: str) -> Markup:
        return element(
            "line",
            x1=x(at),
            x2=x(at),
            y1=y(low),
            y2=y(high),
            stroke=colour,
            stroke_width=width,
            stroke_opacity="0.3" if colour == GREY else "0.7",
        )

    diagonal = element(
        "line", x1="0", x2="100%", y1="100%", y2="0", stroke=GREY, stroke_dasharray="4 4"
    )
    bars = together(
        upright(one.confidence, one.null_low, one.null_high, GREY, "11") for one in bins
    )
    whiskers = together(
        upright(one.confidence, one.accuracy.low, one.accuracy.high, BLUE, "2") for one in bins
    )
    dots = together(
        element(
            "circle",
            element(
                "title",
                f"confidence {points(one.confidence)} %, accuracy {points(one.accuracy.value)} %"
                f" ({interval(one.accuracy.low, one.accuracy.high)})",
            ),
            cx=x(one.confidence),
            cy=y(one.accuracy.value),
            r="4.5",
            fill=BLUE,
        )
        for one in bins
    )
    return frame(
        bars,
        diagonal,
        whiskers,
        dots,
        label=label,
        x_ticks=ticks,
        y_ticks=ticks,
        x_title="Confidence in the first answer, %",
        y_title="First answers that are right, %",
        height=280,
    )
