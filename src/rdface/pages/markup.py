"""Build HTML and SVG elements from Python, everything escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

Value = str | float | int


def number(value: float) -> str:
    """A coordinate, to two decimals at most, the same on every machine."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def percent(value: float) -> str:
    """A coordinate in per cent of the drawing's width or height; ``value`` lies in [0, 1]."""
    return f"{number(100 * value)}%"


def element(tag: str, *children: str, **attributes: Value) -> Markup:
    """One element.

    Args:
        tag: Its name.
        *children: Text, which is escaped, or ``Markup``, which is not.
        **attributes: ``stroke_width`` becomes ``stroke-width``, ``class_`` becomes ``class``,
            ``viewBox`` stays as it is; floats are rounded.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="'
        f'{escape(number(value) if isinstance(value, float) else value)}"'
        for name, value in attributes.items()
    )
    inside = Markup("").join(children)
    return Markup(f"<{tag}{written}>{inside}</{tag}>")  # noqa: S704 - every part is escaped


def together(parts: Iterable[str]) -> Markup:
    """Elements one after the other."""
    return Markup("").join(parts)


def breakable(name: str) -> Markup:
    """A name that may be broken after ``+``, ``_``, ``:`` and ``/``, and nowhere else."""
    return Markup("").join(
        escape(part) + Markup("<wbr>") if part in "+_:/" else escape(part)
        for part in re.split(r"([+_:/])", name)
        if part
    )
