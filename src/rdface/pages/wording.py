"""Numbers and lists as the report writes them."""

from __future__ import annotations

import math
from collections.abc import Sequence


def points(value: float) -> str:
    """A share in per cent without the sign: ``23.8``."""
    return f"{100 * value:.1f}"


def signed_points(value: float) -> str:
    """A difference of shares in percentage points, with a sign: ``+4.2``."""
    text = f"{100 * value:+.1f}"
    return "0.0" if text in {"+0.0", "-0.0"} else text.replace("-", "\u2212")


def interval(low: float | None, high: float | None) -> str:
    """The ends of an interval of shares: ``20.1–27.5``; empty where there is none."""
    return "" if low is None or high is None else f"{points(low)}–{points(high)}"


def signed_interval(low: float, high: float) -> str:
    """The ends of an interval of differences: ``+1.1 to +7.3``."""
    return f"{signed_points(low)} to {signed_points(high)}"


def p_value(value: float) -> str:
    """A p value as journals print it."""
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def count(n: int, one: str, many: str | None = None) -> str:
    """``1 image``, ``2,345 images``."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def listed(names: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def thousands(value: float, digits: int = 0) -> str:
    """``12,345.6``."""
    return f"{value:,.{digits}f}"


def person(sex: str, years: float) -> str:
    """Who is on a picture: ``4 years, girl``, ``18 months``, ``41 years, female``.

    Args:
        sex: ``female``, ``male`` or "" (not known).
        years: At the picture; NaN if not known.
    """
    if math.isnan(years):
        return sex
    age = count(int(years), "year") if years >= 2 else count(int(years * 12), "month")
    who = {"female": "girl", "male": "boy"}.get(sex, "") if years < 18 else sex
    return ", ".join(filter(None, [age, who]))


def picture_mark(*, simulated: bool, synthetic: bool) -> str:
    """What is written on a picture: ``simulated``, ``synthetic`` (generated) or ``photograph``."""
    return "simulated" if simulated else "synthetic" if synthetic else "photograph"
