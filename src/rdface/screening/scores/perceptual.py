"""Our own perceptual distance to the real training images of the condition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from numpy.typing import NDArray

from rdface.screening.material import Material
from rdface.screening.perceptual.lite0 import PerceptualLite0
from rdface.screening.perceptual.to_training import mean_distances
from rdface.screening.scorer import SCORERS, Column, Scorer


@SCORERS.register("perceptual")
class PerceptualScorer(Scorer):
    """Mean distance in features of EfficientNet-Lite0 (not LPIPS; needs torch)."""

    columns: ClassVar = (
        Column(
            "perceptual_efficientnet_lite0",
            "mean distance from the condition's training images, own formula",
            "low",
            "number",
            "perceptual_efficientnet_lite0",
        ),
    )

    def __init__(self) -> None:
        self._space = PerceptualLite0()  # says what is missing before any work is done

    def score(self, material: Material) -> Mapping[str, NDArray[Any]]:
        """See the base."""
        return {"perceptual_efficientnet_lite0": mean_distances(material, self._space)}
