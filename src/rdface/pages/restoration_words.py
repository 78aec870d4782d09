"""What the study of restoration found, in sentences that follow from its numbers."""

from __future__ import annotations

import math

from rdface.bench.restoration.agreement import Range
from rdface.bench.restoration.damage import DAMAGES, NONE
from rdface.bench.restoration.plan import BICUBIC, LANCZOS
from rdface.bench.restoration.summary import Cell, Found, Recognised
from rdface.pages.wording import count, listed


def number(value: float, digits: int = 2) -> str:
    """``0.93``; a dash where there is none."""
    return "–" if not math.isfinite(value) else f"{value:.{digits}f}".replace("-", "\u2212")


def signed(value: float, digits: int = 2) -> str:
    """``+0.04``."""
    return "–" if not math.isfinite(value) else f"{value:+.{digits}f}".replace("-", "\u2212")


def range_words(range_: Range, digits: int = 2) -> str:
    """``0.88 to 0.97``."""
    return f"{number(range_.low, digits)} to {number(range_.high, digits)}"


def signed_range(range_: Range, digits: int = 2) -> str:
    """``−0.06 to +0.02``."""
    return f"{signed(range_.low, digits)} to {signed(range_.high, digits)}"


def points_of(value: float) -> str:
    """A share in per cent."""
    return f"{100 * value:.0f}"


def in_short(found: Found) -> list[tuple[str, str]]:
    """Pairs of a heading and a sentence."""
    said = []
    arms = dict.fromkeys(c.arm for c in found.cells if c.arm not in (BICUBIC, LANCZOS))
    for arm in arms:
        own = [c for c in found.cells if c.arm == arm and c.slope_against is not None]
        if own:
            said.append((f"{arm} against bicubic", _drawn(own)))
        large = next((c for c in found.cells if c.arm == arm and c.damage == NONE), None)
        if large is not None:
            said.append((f"{arm} on pictures that nothing was done to", _untouched(large)))
    for arm in arms:
        lines = [r for r in found.recognised if r.arm == arm and r.against is not None]
        if lines:
            said.append((f"Recognition with {arm}", _recognition(lines)))
    lost = sum(cell.no_face for cell in found.cells)
    tried = sum(cell.asked for cell in found.cells)
    said.append(("Faces not found", f"{lost} of {count(tried, 'restored picture')}."))
    return said


def _drawn(cells: list[Cell]) -> str:
    """Does it draw faces to the norm, more than the damage itself?"""
    below = [c for c in cells if c.slope_against is not None and c.slope_against.high < 0]
    above = [c for c in cells if c.slope_against is not None and c.slope_against.low > 0]
    parts = [
        f"the slope of z is lower in {len(below)} of {len(cells)} damages"
        + (f" ({_where(below)})" if below else ""),
        f"higher in {len(above)}" + (f" ({_where(above)})" if above else ""),
        f"not told apart in {len(cells) - len(below) - len(above)}",
    ]
    signs = [c for c in cells if c.kept_against is not None]
    less = sum(c.kept_against.high < 0 for c in signs if c.kept_against is not None)
    more = sum(c.kept_against.low > 0 for c in signs if c.kept_against is not None)
    return (
        f"{listed(parts)}. Of the conditions' signs less is left in {less}, more in {more} of them."
    )


def _where(cells: list[Cell]) -> str:
    return "; ".join(
        f"{DAMAGES[c.damage].words}: {signed_range(c.slope_against)}"
        for c in cells
        if c.slope_against is not None
    )


def _untouched(cell: Cell) -> str:
    return (
        f"{count(cell.n, 'child', 'children')}: measures move by {number(cell.rms.value)} SD (root "
        f"mean square; {range_words(cell.rms)}), slope {number(cell.slope.value)} "
        f"({range_words(cell.slope)})."
    )


def _recognition(lines: list[Recognised]) -> str:
    worse = [r for r in lines if r.against is not None and r.against.high < 0]
    better = [r for r in lines if r.against is not None and r.against.low > 0]
    told = [
        f"{DAMAGES[r.damage].words}, {r.backbone}: {signed_range(r.against, 3)}"
        for r in (*worse, *better)
        if r.against is not None
    ]
    shown = f" ({'; '.join(told)})" if told else ""
    return (
        f"against bicubic the mean reciprocal rank is worse in {len(worse)}, better in "
        f"{len(better)} of {len(lines)} comparisons{shown}; one in forty would be so by chance on "
        "either side."
    )
