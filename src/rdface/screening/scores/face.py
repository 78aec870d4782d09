"""Whether there is a face, how sure the detector is, and whether there are several."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rdface.screening.material import Material
from rdface.screening.scorer import SCORERS, Column, Scorer, nan_where


@SCORERS.register("face")
class FaceScorer(Scorer):
    """Confidence of the face detector, also as a share of training faces, and number of faces."""

    columns: ClassVar = (
        Column("face_confidence", "the detector's confidence, 0 to 1; NaN without a face", "high"),
        Column(
            "face_confidence_share",
            "share of the training faces that the detector is no surer of",
            "high",
        ),
        Column("n_faces", "faces found", "", "count"),
    )

    def score(self, material: Material) -> Mapping[str, NDArray[Any]]:
        """See the base. The share is what compares detectors, whose confidences differ."""
        found = material.pool.table.frame
        scores = found["score"].to_numpy(np.float64)
        known = np.sort(material.training.table.frame["score"].dropna().to_numpy(np.float64))
        missing = np.isnan(scores) | (len(known) == 0)
        below = np.searchsorted(known, scores, side="right") / max(len(known), 1)
        return {
            "face_confidence": scores,
            "face_confidence_share": nan_where(below, missing),
            "n_faces": found["n_faces"].to_numpy(np.int64),
        }
