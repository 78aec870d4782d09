"""Heads that are turned away, nod, or are tilted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rdface.curation.quality.evidence import Evidence
from rdface.curation.quality.finding import Finding, check


@check(
    "turned",
    "Head turned",
    group="faces",
    about="Yaw and pitch of the head as far as the 468 points know, and the tilt of the line"
    " between the eyes. A tilt alone does no harm: crops are turned upright.",
    source="Kartynnik et al. 2019 (points); rdface.faces.pose (angles)",
)
def turned(seen: Evidence) -> Iterator[Finding]:
    """Yield heads that are turned too far in any way; the worst angle is named."""
    names = ("yaw", "pitch", "roll")
    limits = np.array([getattr(seen.thresholds, name) for name in names])
    angles = np.stack([seen.looks[name] for name in names], axis=1)
    beyond = np.nan_to_num(np.abs(angles) / limits)
    for row in np.flatnonzero((beyond > 1).any(axis=1)):
        worst = int(beyond[row].argmax())
        told = ", ".join(f"{n} {a:+.0f}°" for n, a in zip(names, angles[row], strict=True))
        score, limit = float(abs(angles[row, worst])), float(limits[worst])
        words = f"The head is turned: {told}."
        yield Finding("turned", (seen.ids[row],), score, limit, words, float(beyond[row, worst]))
