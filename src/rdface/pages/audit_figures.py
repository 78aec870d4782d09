"""Figures of an audit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from rdface.pages.audit_words import written
from rdface.pages.figures.frame import Tick
from rdface.pages.figures.interval import Point, Row, intervals
from rdface.pages.figures.palette import BLUE, GREY, INKS, Ink
from rdface.pages.figures.share_curves import ShareCurve, share_curves
from rdface.screening.audit import Audit
from rdface.screening.audit.schema import Number

_CURVES = (
    ("synthetic", "generated faces", INKS[1]),
    ("mixtures", "mixtures of two training faces", INKS[2]),
    ("held-out", "held-out real faces", INKS[0]),
    ("training", "training faces to other patients", Ink(GREY, "2 2")),
)


def closeness_curves(closeness: Mapping[str, NDArray[Any]], record: Audit) -> Markup:
    """Share of faces at or below each closeness, of generated and of three kinds of real ones."""
    x = np.linspace(0, 1, 201)
    curves = [
        ShareCurve(
            f"{name}, n = {len(closeness[key])}",
            (closeness[key][:, None] <= x[None, :]).mean(axis=0),
            None,
            None,
            ink,
        )
        for key, name, ink in _CURVES
        if len(closeness[key])
    ]
    if not curves:
        return Markup()
    middle = {key: f"{np.median(values):.2f}" for key, values in closeness.items() if len(values)}
    return share_curves(
        curves,
        x,
        label="Share of faces at or below each closeness; medians: "
        + "; ".join(f"{name} {value}" for name, value in middle.items()),
        x_title="Closeness × 100: 0 the very same face, 100 as near to a second patient",
        y_title="Faces at or below, %",
    )


def share_intervals(record: Audit, backbone: str) -> Markup:
    """Precision, recall, density and coverage, real against real as rings."""
    lines = [x for x in record.realism if x.backbone == backbone and x.metric in _SHARES]
    ends = [v for x in lines for n in (x.number, x.floor) for v in (n.value, n.high) if v]
    top = float(0.25 * np.ceil(max(1.0, min(2.0, max(ends, default=1.0))) / 0.25))
    return intervals(
        [
            Row(
                line.metric,
                [
                    _point(line.floor, GREY, 0, top, hollow=True),
                    _point(line.number, BLUE, 0, top),
                ],
                note=f"against {line.reference} faces",
            )
            for line in lines
        ],
        label="; ".join(
            f"{line.metric} against {line.reference} faces {written(line.number, 2)}, real"
            f" {written(line.floor, 2)}"
            for line in lines
        ),
        ticks=_ticks(0, top, 0.25),
        title="Share (density: mean number of balls, by k)",
    )


_SHARES = ("precision", "recall", "density", "coverage")


def profile_intervals(record: Audit) -> Markup:
    """Correlation of profiles with the own condition; rings: with other conditions."""
    lines = [x for x in record.fidelity if x.measure == "correlation"]
    if not lines:
        return Markup()
    low = min([0.0, *(x.own.low for x in lines if x.own.low is not None)])
    low = -0.25 * np.ceil(-low / 0.25)
    return intervals(
        [
            Row(
                f"{line.faces} faces",
                [
                    _point(Number(value=line.other), GREY, low, 1, hollow=True),
                    _point(line.own, BLUE, low, 1),
                ],
                note=f"to {line.against} faces, {line.n_conditions} conditions",
            )
            for line in lines
        ],
        label="; ".join(
            f"{line.faces} to {line.against}: {written(line.own, 2)}" for line in lines
        ),
        ticks=_ticks(low, 1, 0.25),
        title="Mean correlation of profiles",
        zero=(0 - low) / (1 - low),
    )


def _point(number: Number, colour: str, low: float, high: float, *, hollow: bool = False) -> Point:
    value, lowest, highest = (
        None if v is None else (v - low) / (high - low)
        for v in (number.value, number.low, number.high)
    )
    return Point(value, lowest, highest, colour, hollow=hollow, title=written(number, 3))


def _ticks(low: float, high: float, step: float) -> list[Tick]:
    values = np.arange(low, high + 1e-9, step)
    return [
        Tick(float((v - low) / (high - low)), f"{v:.2f}".replace("-", "\u2212")) for v in values
    ]
