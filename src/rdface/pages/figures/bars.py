"""Horizontal bars for named groups: sex, ancestry, countries."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup

from rdface.pages.markup import element, percent, together


def bars(
    counts: Mapping[str, int], *, total: int | None = None, unknown: str = "not known"
) -> Markup:
    """A list of bars, in the mapping's order, with counts and shares.

    Args:
        counts: Group to number; the group ``""`` is shown as ``unknown``.
        total: What the shares refer to; by default the sum of the counts.
        unknown: Its name.
    """
    whole, highest = total or sum(counts.values()), max(counts.values())

    def row(name: str, value: int) -> Markup:
        fill = element("span", class_="fill", style=f"width:{percent(value / highest)}")
        return element(
            "li",
            element("span", name or unknown, class_="name"),
            element("span", fill, class_="track", aria_hidden="true"),
            element("span", f"{value}", class_="value"),
            element("span", f"{100 * value / whole:.0f}\u202f%", class_="share"),
        )

    return element(
        "ul", together(row(name, value) for name, value in counts.items()), class_="bars"
    )
