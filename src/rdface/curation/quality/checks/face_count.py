"""No face, or more than one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rdface.curation.quality.evidence import Evidence
from rdface.curation.quality.finding import Finding, check

_SOURCE = "Wu et al. 2023 (YuNet), or the detector that was chosen"


@check(
    "no-face",
    "No face found",
    group="faces",
    about="The detector found nothing, with a border around the picture neither. Very large, small,"
    " turned or covered faces are missed.",
    source=_SOURCE,
)
def no_face(seen: Evidence) -> Iterator[Finding]:
    """Yield pictures without a face."""
    for row in np.flatnonzero(~seen.has_face):
        yield Finding("no-face", (seen.ids[row],), 0.0, 1.0, "No face was found.", 1.0)


@check(
    "several-faces",
    "Several faces",
    group="faces",
    about="More than one face was found. The largest, weighted by its score, stands for the"
    " patient everywhere in rdface.",
    source=_SOURCE,
)
def several_faces(seen: Evidence) -> Iterator[Finding]:
    """Yield pictures with several faces."""
    counts = seen.faces.frame["n_faces"].to_numpy(int)
    for row in np.flatnonzero(counts > 1):
        count = int(counts[row])
        words = f"{count} faces were found; the largest stands for the patient."
        yield Finding("several-faces", (seen.ids[row],), count, 1.0, words, count)
