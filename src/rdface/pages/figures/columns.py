"""Columns: how many patients, images or conditions have each value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from markupsafe import Markup

from rdface.pages.figures.frame import Tick, count_ticks, frame
from rdface.pages.figures.palette import BLUE
from rdface.pages.markup import element, percent, together


def columns(
    counts: Mapping[int, int], *, label: str, x_title: str, y_title: str, height: int = 170
) -> Markup:
    """One labelled column per whole number from the smallest to the largest key."""
    keys = range(min(counts), max(counts) + 1)
    values = [counts.get(key, 0) for key in keys]
    ticks = [Tick((index + 0.5) / len(keys), str(key)) for index, key in enumerate(keys)]
    return _draw(values, ticks, label, x_title, y_title, height, gap=0.22, written=True)


def age_histogram(ages: Sequence[float], *, label: str, height: int = 170) -> Markup:
    """Images per year of age.

    Args:
        ages: Years.
        label: What the chart shows.
        height: CSS pixels.
    """
    years = np.floor(np.asarray(ages)).astype(int)
    last = max(int(years.max()), 1)
    values = np.bincount(years, minlength=last + 1).tolist()
    step = 5 if last <= 30 else 20
    ticks = [Tick(year / (last + 1), str(year)) for year in range(0, last + 2, step)]
    return _draw(values, ticks, label, "Age, years", "Images", height, gap=0.08, written=False)


def _draw(
    values: Sequence[int],
    x_ticks: Sequence[Tick],
    label: str,
    x_title: str,
    y_title: str,
    height: int,
    *,
    gap: float,
    written: bool,
) -> Markup:
    y_ticks, end = count_ticks(max(values))
    wide = 1 / len(values)

    def column(index: int, value: int) -> Markup:
        left, tall = (index + gap / 2) * wide, value / end
        bar = element(
            "rect",
            x=percent(left),
            y=percent(1 - tall),
            width=percent(wide * (1 - gap)),
            height=percent(tall),
            fill=BLUE,
        )
        if not written or not value:
            return bar
        middle = percent((index + 0.5) * wide)
        return bar + element(
            "text", str(value), x=middle, y=percent(1 - tall), dy=-4, class_="count"
        )

    drawing = together(column(index, value) for index, value in enumerate(values))
    return frame(
        drawing,
        label=label,
        x_ticks=x_ticks,
        y_ticks=y_ticks,
        x_title=x_title,
        y_title=y_title,
        height=height,
    )
