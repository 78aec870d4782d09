"""Probability of the condition under a backbone that no later benchmark uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rdface.backbones import load_backbone
from rdface.screening.likelihood import fit_conditions
from rdface.screening.material import Material
from rdface.screening.options import ScreenOptions
from rdface.screening.ranks import own_ranks, own_values
from rdface.screening.scorer import HELD_OUT, SCORERS, Column, Scorer


@SCORERS.register("likelihood")
class LikelihoodScorer(Scorer):
    """Probability of the condition under a held-out backbone, by discriminant analysis."""

    columns: ClassVar = (
        Column(
            "condition_probability",
            "probability of the condition, equal priors, held-out backbone",
            "high",
            "number",
            HELD_OUT,
        ),
        Column(
            "condition_probability_rank",
            "rank of the condition by that probability, 1 is best",
            "low",
            "number",
            HELD_OUT,
        ),
    )

    def check(self, options: ScreenOptions) -> None:
        """The backbone is there."""
        load_backbone(options.held_out)

    def score(self, material: Material) -> Mapping[str, NDArray[Any]]:
        """See the base; the backbone is ``held_out``."""
        backbone, training = material.options.held_out, material.training
        patients = training.cohort.images["patient_id"].to_numpy(str)
        fitted = fit_conditions(
            training.embed(backbone), training.labels, patients, material.n_conditions
        )
        logs = fitted.log_probabilities(material.pool.embed(backbone))
        labels = material.pool.labels
        return {
            "condition_probability": np.exp(own_values(logs, labels)),
            "condition_probability_rank": own_ranks(logs, labels),
        }
