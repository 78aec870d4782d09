"""Text, dates and watermarks: on the face, or elsewhere in the picture."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rdface.curation.quality.evidence import Evidence
from rdface.curation.quality.finding import Finding, check

_ABOUT = (
    "A network that finds lines of text; none that reads them is asked, and no word is kept. Faint"
    " watermarks, single signs and logos without letters are missed."
)
_SOURCE = "Liao et al. 2020 (differentiable binarization); Li et al. 2022 (PP-OCR)"


@check("text-on-face", "Text or watermark on the face", group="text", about=_ABOUT, source=_SOURCE)
def text_on_face(seen: Evidence) -> Iterator[Finding]:
    """Yield pictures with a line of text that reaches into the face's box."""
    found, limit = seen.looks["text on face"], seen.thresholds.text
    for row in np.flatnonzero(np.nan_to_num(found) >= limit):
        words = "A line of text, or what looks like one, lies on the face."
        score = float(found[row])
        yield Finding("text-on-face", (seen.ids[row],), score, limit, words, score)


@check("text-beside", "Text beside the face", group="text", about=_ABOUT, source=_SOURCE)
def text_beside(seen: Evidence) -> Iterator[Finding]:
    """Yield pictures with a line of text elsewhere: a name, a date, a number of a record."""
    found, limit = np.nan_to_num(seen.looks["text"]), seen.thresholds.text
    on_face = np.nan_to_num(seen.looks["text on face"]) >= limit
    for row in np.flatnonzero((found >= limit) & ~on_face):
        words = (
            "A line of text, or what looks like one, stands in the picture; it may name someone."
        )
        score = float(found[row])
        yield Finding("text-beside", (seen.ids[row],), score, limit, words, score)
