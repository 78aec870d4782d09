"""Supervised contrastive learning on frozen embeddings (extra ``torch``).

Khosla et al., "Supervised contrastive learning", NeurIPS 2020: their loss L_out, equation 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import numpy as np
from pydantic import Field

from rdface.learners.gallery.descent import descend
from rdface.learners.gallery.metric import METRICS, MetricLearner, Projection, TrainingCases

if TYPE_CHECKING:
    import torch

    from rdface.learners.gallery.descent import Loss


@METRICS.register("supcon")
class SupCon(MetricLearner):
    """Patients of one condition are drawn together, all others pushed apart.

    Two pictures of one child are no pair, neither together nor apart: they are alike for reasons
    that are not the condition. Pictures are not augmented, for embeddings are frozen; the pairs
    are the patients.

    Attributes:
        temperature: Candidates; the paper's is 0.1.
        epochs: Candidates; one training serves all.
        learning_rate: Of AdamW.
        weight_decay: Draws the map back to the centred cosine.
        seed: Of the order of batches.
    """

    needs_torch: ClassVar[bool] = True

    temperature: tuple[Annotated[float, Field(gt=0)], ...] = Field(
        default=(0.1, 0.05, 0.2), min_length=1
    )
    epochs: tuple[Annotated[int, Field(ge=1, le=10_000)], ...] = Field(
        default=(2, 5, 10, 20, 40), min_length=1
    )
    learning_rate: float = Field(default=1e-3, gt=0)
    weight_decay: float = Field(default=1e-2, ge=0)
    seed: int = Field(default=0, ge=0)

    def candidates(self) -> list[dict[str, Any]]:
        """All pairs."""
        return [
            {"temperature": temperature, "epochs": epochs}
            for temperature, epochs in product(self.temperature, self.epochs)
        ]

    def learn(self, cases: TrainingCases, points: Sequence[Mapping[str, Any]]) -> list[Projection]:
        """Train once a temperature."""
        made: dict[tuple[float, int], Projection] = {}
        for temperature in dict.fromkeys(point["temperature"] for point in points):
            epochs = [point["epochs"] for point in points if point["temperature"] == temperature]
            trained = descend(
                cases,
                partial(_make_loss, cases, temperature),
                epochs=epochs,
                learning_rate=self.learning_rate,
                weight_decay=self.weight_decay,
                seed=self.seed,
            )
            made |= {(temperature, epoch): found for epoch, found in trained.items()}
        return [made[point["temperature"], point["epochs"]] for point in points]


def _make_loss(
    cases: TrainingCases, temperature: float, _: torch.Tensor
) -> tuple[Loss, list[torch.nn.Parameter]]:
    """There is nothing to learn but the map."""
    import torch

    condition = torch.from_numpy(np.unique(cases.y, return_inverse=True)[1].astype(np.int64))
    patient = torch.from_numpy(np.unique(cases.patients, return_inverse=True)[1].astype(np.int64))

    def loss(batch: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        return contrast(batch, condition[rows], patient[rows], temperature)

    return loss, []


def contrast(
    z: torch.Tensor, condition: torch.Tensor, patient: torch.Tensor, temperature: float
) -> torch.Tensor:
    """L_out of unit vectors ``[n, D]``; anchors without another patient are left out."""
    import torch

    other = patient[:, None] != patient[None, :]
    positive = (condition[:, None] == condition[None, :]) & other
    logits = (z @ z.T / temperature).masked_fill(~other, -torch.inf)
    anchors = positive.any(dim=1)
    if not anchors.any():
        return (z * 0.0).sum()
    log_shares = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    chosen = torch.where(positive, log_shares, 0.0).sum(dim=1)
    return -(chosen[anchors] / positive.sum(dim=1)[anchors]).mean()
