"""How likely a condition is for a face, by a model of the training images alone.

Linear discriminant analysis with a shrunk covariance and equal priors (Friedman, Regularized
discriminant analysis, JASA 1989) on the embeddings of one backbone, with one temperature (Guo et
al., On calibration of modern neural networks, ICML 2017) so that its probabilities mean something
for faces that it has not seen: it is fitted on training images that were held out in turn, patient
by patient.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rdface.errors import UsageError
from rdface.learners import LEARNERS, Model, Preparation, fit_model
from rdface.metrics.calibrators.temperature import best_sharpness
from rdface.metrics.probabilities import log_softmax

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

PREPARATION = Preparation(centre=True, unit=True)
SHRINKAGE = 0.8
"""Chosen, with the preparation, among twelve pairs on the study population: people who are in no
benchmark (docs/screening.md)."""
PARTS = 5
"""Parts of the training patients, each held out once for the temperature."""


@dataclass(frozen=True, eq=False)
class ConditionModel:
    """Fitted on training images.

    Attributes:
        model: The discriminant.
        sharpness: 1 / temperature.
    """

    model: Model
    sharpness: float

    def log_probabilities(self, x: Floats) -> Floats:
        """``[P, C]`` from embeddings ``[P, D]``.

        NaN for a condition that was not trained, and in every column for a row that misses a
        number: neither is likely or unlikely.
        """
        found = np.full((len(x), self.model.learner.scores(x[:0]).shape[1]), np.nan)
        whole = ~np.isnan(x).any(axis=1)
        if whole.any():
            scores = self.model.scores(x[whole])
            logs = log_softmax(scores, self.sharpness)
            found[whole] = np.where(np.isneginf(scores), np.nan, logs)
        return found


def fit_conditions(x: Floats, y: Rows, patients: NDArray[np.str_], n: int) -> ConditionModel:
    """Fit discriminant and temperature.

    Args:
        x: Training embeddings ``[N, D]``; rows that miss a number are left out.
        y: Their conditions ``[N]``.
        patients: Theirs ``[N]``.
        n: Number of all conditions.

    Raises:
        UsageError: Fewer than two conditions have a face.
    """
    whole = ~np.isnan(x).any(axis=1)
    x, y, patients = x[whole], y[whole], patients[whole]
    if len(np.unique(y)) < 2:
        raise UsageError(
            "A condition is likelier than others only where there are two or more.",
            hint="Leave the scorer `likelihood` out: name the others by --scorer.",
        )
    return ConditionModel(_fitted(x, y, n), _sharpness(x, y, patients, n))


def _fitted(x: Floats, y: Rows, n: int) -> Model:
    parameters = {"shrinkage": SHRINKAGE}
    return fit_model(
        LEARNERS.get("lda"),
        *(x, y),
        n_conditions=n,
        preparation=PREPARATION,
        parameters=parameters,
    )


def _sharpness(x: Floats, y: Rows, patients: NDArray[np.str_], n: int) -> float:
    """From patients held out in turn whose condition the others show; 1 where there are none."""
    part = np.unique(patients, return_inverse=True)[1] % PARTS
    scores, truth = [], []
    for held in range(PARTS):
        inside, outside = part == held, part != held
        usable = inside & np.isin(y, y[outside])
        if usable.any() and len(np.unique(y[outside])) > 1:
            scores.append(_fitted(x[outside], y[outside], n).scores(x[usable]))
            truth.append(y[usable])
    if not scores:
        return 1.0
    return best_sharpness(np.concatenate(scores), np.concatenate(truth))
