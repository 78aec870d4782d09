"""Something over the face: a bar, dark glasses, a mask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.curation.quality.evidence import Evidence
from rdface.curation.quality.face_regions import COLUMNS
from rdface.curation.quality.finding import Finding, check

FEWEST: Final = 50
"""Faces of a cohort from which its own spread is known."""
_USED: Final = np.array([not name.startswith("forehead") for name in COLUMNS])
"""Hair falls over foreheads."""


@check(
    "occlusion",
    "Face covered",
    group="faces",
    about="Colour and texture of eight parts of the face against the face's own, by a Mahalanobis"
    " distance from the cohort's other faces; or a mesh that is not sure to see a face. A hand of"
    " the child's own colour is mostly missed; odd light, dark glasses and hair are found as well.",
    source="Ledoit and Wolf 2004 (covariance); Kartynnik et al. 2019 (mesh)",
)
def occlusion(seen: Evidence) -> Iterator[Finding]:
    """Yield faces one of whose parts looks unlike those of the others."""
    sure = seen.looks["mesh"]
    low = np.nan_to_num(sure, nan=1.0) < seen.thresholds.mesh
    known = np.isfinite(seen.looks.regions).all(axis=1)
    away = np.zeros(len(sure))
    worst = np.zeros(len(sure), int)
    if known.sum() >= FEWEST:
        away[known], worst[known] = distances(seen.looks.regions[known][:, _USED])
    else:
        seen.notes.append(
            f"Covered faces were looked for by the mesh alone: parts of faces are compared from"
            f" {FEWEST} faces on, and there are {int(known.sum())}."
        )
    limit = seen.thresholds.occlusion
    names = np.array(COLUMNS, object)[_USED]
    for row in np.flatnonzero((away > limit) | low):
        if away[row] > limit:
            part = str(names[worst[row]]).partition(":")[0]
            words = f"The face looks unlike the others here; most of all: {part}."
            yield Finding(
                "occlusion", (seen.ids[row],), float(away[row]), limit, words, float(away[row])
            )
        else:
            words = "The mesh is not sure that it sees a whole face."
            score, least = float(sure[row]), seen.thresholds.mesh
            yield Finding("occlusion", (seen.ids[row],), score, least, words, limit + 1 - score)


def distances(rows: NDArray[np.floating]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Distance of each row from the middle of all, and its most unusual column.

    Medians and median deviations scale the columns, and rows are clipped before the covariance is
    taken, so that the covered faces themselves hardly move it.

    Args:
        rows: ``[N, K]``, N at least :data:`FEWEST`.
    """
    from sklearn.covariance import LedoitWolf

    middle = np.median(rows, axis=0)
    spread = 1.4826 * np.median(np.abs(rows - middle), axis=0)
    scaled = (rows - middle) / np.maximum(spread, 1e-6)
    fitted = LedoitWolf().fit(np.clip(scaled, -4, 4))
    away = np.sqrt(np.maximum(fitted.mahalanobis(np.clip(scaled, -30, 30)), 0))
    return np.asarray(away, np.float64), np.abs(scaled).argmax(axis=1)
