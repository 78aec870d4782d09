"""Faces with too few pixels."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rdface.curation.quality.evidence import Evidence
from rdface.curation.quality.finding import Finding, check


@check(
    "small-face",
    "Face too small",
    group="faces",
    about="Distance of the eyes in pixels. The crop that SFace was trained on has them 35 pixels"
    " apart: a smaller face is enlarged, and the pixels between are made up.",
    source="ISO/IEC 19794-5:2011 (asks for 90 pixels of a passport photograph)",
)
def small_face(seen: Evidence) -> Iterator[Finding]:
    """Yield faces whose eyes are too near to each other in pixels."""
    limit = seen.thresholds.eyes
    eyes = seen.looks["eyes"]
    for row in np.flatnonzero(eyes < limit):
        words = f"The eyes are {eyes[row]:.0f} pixels apart."
        yield Finding("small-face", (seen.ids[row],), float(eyes[row]), limit, words, -eyes[row])
