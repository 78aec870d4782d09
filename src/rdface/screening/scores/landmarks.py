"""Cosine and distance of the five-point descriptor to the condition's mean, as RDFace screens.

RDFace, arXiv 2604.03454, 2026. Its descriptor loses how broad a face is (F11, ``scale: apart``)
and its means are of all real images (F3, ``means: all``); neither is done here unless asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from numpy.typing import NDArray

from rdface.faces.descriptor import condition_means, cosines_to_means, distances_to_means
from rdface.screening.material import Material
from rdface.screening.ranks import own_ranks, own_values
from rdface.screening.scorer import LANDMARK_SPACE, SCORERS, Column, Scorer


@SCORERS.register("landmarks")
class LandmarkScorer(Scorer):
    """The paper's five-point descriptor: cosine, Euclidean distance, ranks of the condition."""

    columns: ClassVar = (
        Column(
            "landmark_cosine",
            "cosine to the condition's mean descriptor",
            "high",
            "number",
            LANDMARK_SPACE,
        ),
        Column(
            "landmark_cosine_rank",
            "rank of the condition by cosine, 1 is best",
            "low",
            "number",
            LANDMARK_SPACE,
        ),
        Column(
            "landmark_euclidean",
            "Euclidean distance from the condition's mean descriptor",
            "low",
            "number",
            LANDMARK_SPACE,
        ),
        Column(
            "landmark_euclidean_rank",
            "rank of the condition by that distance, 1 is best",
            "low",
            "number",
            LANDMARK_SPACE,
        ),
    )

    def score(self, material: Material) -> Mapping[str, NDArray[Any]]:
        """See the base; every image against every condition at once."""
        scale, averaged = material.options.scale, material.averaged
        means = condition_means(averaged.describe(scale), averaged.labels, material.n_conditions)
        x, labels = material.pool.describe(scale), material.pool.labels
        cosines, distances = cosines_to_means(x, means), distances_to_means(x, means)
        return {
            "landmark_cosine": own_values(cosines, labels),
            "landmark_cosine_rank": own_ranks(cosines, labels),
            "landmark_euclidean": own_values(distances, labels),
            "landmark_euclidean_rank": own_ranks(-distances, labels),
        }
