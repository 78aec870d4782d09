"""Additive angular margin on frozen embeddings (extra ``torch``).

Deng, Guo, Xue, Zafeiriou, "ArcFace: additive angular margin loss for deep face recognition", CVPR
2019.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import product
from math import cos, pi, sin
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from rdface.learners.gallery.descent import descend
from rdface.learners.gallery.metric import METRICS, MetricLearner, Projection, TrainingCases

if TYPE_CHECKING:
    import torch

    from rdface.learners.gallery.descent import Loss


@METRICS.register("arcface")
class ArcFace(MetricLearner):
    """Cross-entropy over s cos(angle to the condition's weight), the true angle made m wider.

    The weights of the conditions begin at their means and are thrown away after the training.

    Attributes:
        margin: m, radians; candidates. The paper's 0.5 was for 85,000 people and millions of
            pictures.
        epochs: Candidates; one training serves all.
        scale: s. The paper's 64 is for as many classes; sqrt(2) ln(C - 1) (Zhang et al.,
            "AdaCos", CVPR 2019) is 6 for the some 56 conditions here, and 16 leaves the margin
            room.
        learning_rate: Of AdamW.
        weight_decay: Draws the map back to the centred cosine.
        seed: Of the order of batches.
    """

    needs_torch: ClassVar[bool] = True

    margin: tuple[Annotated[float, Field(ge=0, lt=1.5)], ...] = Field(
        default=(0.1, 0.3, 0.5), min_length=1
    )
    epochs: tuple[Annotated[int, Field(ge=1, le=10_000)], ...] = Field(
        default=(2, 5, 10, 20, 40), min_length=1
    )
    scale: float = Field(default=16.0, gt=0)
    learning_rate: float = Field(default=1e-3, gt=0)
    weight_decay: float = Field(default=1e-2, ge=0)
    seed: int = Field(default=0, ge=0)

    def candidates(self) -> list[dict[str, Any]]:
        """All pairs."""
        return [
            {"margin": margin, "epochs": epochs}
            for margin, epochs in product(self.margin, self.epochs)
        ]

    def learn(self, cases: TrainingCases, points: Sequence[Mapping[str, Any]]) -> list[Projection]:
        """Train once a margin."""
        made: dict[tuple[float, int], Projection] = {}
        for margin in dict.fromkeys(point["margin"] for point in points):
            epochs = [point["epochs"] for point in points if point["margin"] == margin]
            trained = descend(
                cases,
                partial(self._loss, cases, margin),
                epochs=epochs,
                learning_rate=self.learning_rate,
                weight_decay=self.weight_decay,
                seed=self.seed,
            )
            made |= {(margin, epoch): projection for epoch, projection in trained.items()}
        return [made[point["margin"], point["epochs"]] for point in points]

    def _loss(
        self, cases: TrainingCases, margin: float, z: torch.Tensor
    ) -> tuple[Loss, list[torch.nn.Parameter]]:
        import torch
        from torch.nn import functional

        present, place = np.unique(cases.y, return_inverse=True)
        target = torch.from_numpy(place.astype(np.int64))
        sums = torch.zeros(len(present), z.shape[1]).index_add(0, target, z)
        weights = torch.nn.Parameter(functional.normalize(sums, dim=1))

        def loss(batch: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
            cosines = batch @ functional.normalize(weights, dim=1).T
            truth = target[rows]
            own = cosines.gather(1, truth[:, None])
            widened = widen(own, margin)
            logits = self.scale * cosines.scatter(1, truth[:, None], widened)
            return functional.cross_entropy(logits, truth)

        return loss, [weights]


def widen(cosine: torch.Tensor, margin: float) -> torch.Tensor:
    """cos(angle + m); beyond pi, where the cosine would rise again, cos(angle) - m sin m."""
    import torch

    # Clamped: the slope of the sine is infinite where the angle is 0 or pi.
    sine = torch.sqrt((1.0 - cosine**2).clamp(min=1e-6))
    wide = cosine * cos(margin) - sine * sin(margin)
    return torch.where(cosine > cos(pi - margin), wide, cosine - margin * sin(margin))
