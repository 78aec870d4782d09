"""LPIPS to the real training images of the condition, as RDFace screens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from numpy.typing import NDArray

from rdface.screening.material import Material
from rdface.screening.perceptual.lpips_alexnet import LpipsAlexNet
from rdface.screening.perceptual.to_training import mean_distances
from rdface.screening.scorer import SCORERS, Column, Scorer


@SCORERS.register("lpips")
class LpipsScorer(Scorer):
    """LPIPS on AlexNet at 256 pixels (needs torch, lpips and AlexNet's weights)."""

    columns: ClassVar = (
        Column(
            "lpips",
            "mean LPIPS from the condition's training images",
            "low",
            "number",
            "lpips",
        ),
    )

    def __init__(self) -> None:
        self._space = LpipsAlexNet()  # says what is missing before any work is done

    def score(self, material: Material) -> Mapping[str, NDArray[Any]]:
        """See the base."""
        return {"lpips": mean_distances(material, self._space)}
