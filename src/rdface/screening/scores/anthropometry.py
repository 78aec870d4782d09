"""Distance from the condition's mean in the measures of a ruler, in SD of faces.

The measures are those of :mod:`rdface.faces.anthropometry`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rdface.faces.descriptor import condition_means, distances_to_means
from rdface.screening.material import Material
from rdface.screening.ranks import own_ranks, own_values
from rdface.screening.scorer import SCORERS, Column, Scorer

Floats = NDArray[np.float64]
SPACE = "anthropometry"


@SCORERS.register("anthropometry")
class AnthropometryScorer(Scorer):
    """Root mean square z-difference of 36 facial measures from the condition's mean."""

    columns: ClassVar = (
        Column(
            "anthropometric",
            "RMS over measures of (image - condition's mean) / SD",
            "low",
            "number",
            SPACE,
        ),
        Column(
            "anthropometric_rank",
            "rank of the condition by that distance, 1 is best",
            "low",
            "number",
            SPACE,
        ),
    )

    def score(self, material: Material) -> Mapping[str, NDArray[Any]]:
        """See the base. The SD is the controls' where there are any, else the training images'."""
        known = material.training.embed("anthropometry")
        people = known if material.controls is None else material.controls.embed("anthropometry")
        factor = inverse_spread(people)
        means = condition_means(known, material.training.labels, material.n_conditions) * factor
        x = material.pool.embed("anthropometry") * factor
        n_measures = np.count_nonzero(factor)
        distances = distances_to_means(x, means) / np.sqrt(n_measures or np.nan)
        labels = material.pool.labels
        return {
            "anthropometric": own_values(distances, labels),
            "anthropometric_rank": own_ranks(-distances, labels),
        }


def inverse_spread(measures: Floats) -> Floats:
    """1 / SD of each measure over whole rows ``[N, M]``; 0 for one that does not vary."""
    whole = measures[~np.isnan(measures).any(axis=1)]
    spread = whole.std(axis=0, ddof=1) if len(whole) > 1 else np.zeros(measures.shape[1])
    varies = spread > 1e-12
    return np.where(varies, 1 / np.where(varies, spread, 1.0), 0.0)
