"""Does it help to have seen more patients? Accuracy by the number of training images."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup

from rdface.pages.evidence import Evidence, metric
from rdface.pages.figures.frame import percent_ticks
from rdface.pages.figures.interval import Row, intervals
from rdface.pages.sections.leaderboard import chance_points, topk_points

_KEY = re.compile(r"^top1_micro(@(\d+)(-\d+|\+)?)$")


@dataclass(frozen=True)
class Band:
    """One band of training counts.

    Attributes:
        title: ``3–4 training images``.
        n: Test images with a row in it.
        n_patients: Their patients.
        figure: Best run of each backbone, and chance.
    """

    title: str
    n: int
    n_patients: int
    figure: Markup


def draw_bands(evidence: Evidence) -> tuple[Band, ...]:
    """A panel per band that the best run's metrics have, fewest images first."""
    found = [match for name in evidence.best.result.metrics if (match := _KEY.match(name))]
    return tuple(
        _band(evidence, match[1], match[2] + (match[3] or ""))
        for match in sorted(found, key=lambda match: int(match[2]))
    )


def _band(evidence: Evidence, suffix: str, counts: str) -> Band:
    size = evidence.best.result.metrics[f"top1_micro{suffix}"]
    images = "image" if counts == "1" else "images"
    title = f"{counts.replace('-', '–').replace('+', ' or more')} training {images}"
    rows = [
        Row(run.result.backbone, topk_points(run, suffix), note=run.result.learner)
        for run in evidence.best_per_backbone
        if metric(run, f"top1_micro{suffix}") is not None
    ]
    rows.append(Row("chance", chance_points(evidence.best.result.chance, suffix)))
    figure = intervals(
        rows,
        label=f"Top-k accuracy with {title} of the true condition, best run of each backbone",
        ticks=percent_ticks(),
        title="Test images, %",
    )
    return Band(title, size.n, size.n_patients, figure)
