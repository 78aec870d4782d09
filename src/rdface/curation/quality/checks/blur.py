"""Blurred faces, and small ones that were enlarged."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rdface.curation.quality.evidence import Evidence
from rdface.curation.quality.finding import Finding, check


@check(
    "blur",
    "Face blurred",
    group="faces",
    about="Energy of the Laplacian of the aligned face by the face's own contrast, logarithm. Film"
    " grain and compression look like detail to it, and may hide a blur.",
    source="Pertuz, Puig and Garcia 2013",
)
def blur(seen: Evidence) -> Iterator[Finding]:
    """Yield faces that are not sharp."""
    limit = seen.thresholds.sharpness
    sharp = seen.looks["sharpness"]
    for row in np.flatnonzero(sharp < limit):
        words = f"The face has little detail: sharpness {sharp[row]:.2f}."
        yield Finding("blur", (seen.ids[row],), float(sharp[row]), limit, words, -sharp[row])
