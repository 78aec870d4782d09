"""The whole of one fold: choose, fit, score; the test rows are out of reach until the last."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.engines.threads import one_blas_thread
from rdface.errors import LeakageError, UsageError
from rdface.learners.ensemble import choose_weights, combine
from rdface.learners.learner import LEARNERS, Labels, Learner
from rdface.learners.model import Model, choose_model, fit_model
from rdface.learners.preparation import Floats
from rdface.protocols.split import FoldRows

Features = Mapping[str, NDArray[np.floating[Any]]]


@dataclass(frozen=True)
class FoldScores:
    """What comes out of a fold.

    Attributes:
        scores: ``float64 [n_test, n_conditions]``, in the order of the fold's test rows.
        parts: Backbone -> the scores of its own model, as if it had been fitted alone; what an
            ensemble is made of.
        chosen: What validation chose: backbone -> {preparation, the learner's parameters,
            validation_mrr}, and for an ensemble ``weights`` -> {backbone: weight}.
        seconds: Backbone -> wall time of choosing and fitting its model.
    """

    scores: Floats
    parts: Mapping[str, Floats]
    chosen: dict[str, dict[str, Any]]
    seconds: Mapping[str, float]


@dataclass(frozen=True)
class FoldModel:
    """All that was fitted in a fold.

    Attributes:
        models: One per backbone.
        weights: One per backbone, in the same order.
        chosen: See :class:`FoldScores`.
        seconds: See :class:`FoldScores`.
    """

    models: Mapping[str, Model]
    weights: tuple[float, ...]
    chosen: dict[str, dict[str, Any]]
    seconds: Mapping[str, float]

    def scores(self, features: Features) -> FoldScores:
        """Score embeddings ``{backbone: [M, D]}`` by each model and by all together."""
        parts = {
            backbone: model.scores(np.asarray(features[backbone], dtype=np.float64))
            for backbone, model in self.models.items()
        }
        several = list(parts.values())
        together = several[0] if len(several) == 1 else combine(several, self.weights)
        return FoldScores(together, parts, self.chosen, self.seconds)


def fit_fold(
    features: Features,
    labels: NDArray[np.integer[Any]],
    rows: FoldRows,
    *,
    learner: str,
    n_conditions: int,
    refit: bool = True,
) -> FoldScores:
    """Choose hyper-parameters on validation, fit anew with them, score the test rows.

    The development rows are cut out before anything else; what is fitted gets no other rows, and
    no label of a test row is read at all. Every test row is scored by itself. BLAS is held to one
    thread, so that the result does not depend on the number of cores.

    Args:
        features: Backbone -> ``[N, D]``, embeddings of the whole cohort. With two or more
            backbones the result is their ensemble, each with its own model.
        labels: ``[N]``, conditions from 0 to ``n_conditions - 1``.
        rows: The fold (:meth:`rdface.protocols.Fold.rows`).
        learner: A name of :data:`LEARNERS`.
        n_conditions: Number of conditions of the cohort.
        refit: Whether the final fit uses the validation rows too (``Split.refit``) or the
            training rows alone.

    Raises:
        UsageError: Unknown learner, or features that are no finite ``[N, D]`` matrix.
        LeakageError: A row stands in two parts of the fold.
    """
    kind = LEARNERS.get(learner)
    _check(features, labels, rows)
    development = np.concatenate([rows.train, rows.validation])
    with one_blas_thread():
        fitted = _fit(
            kind,
            {backbone: x[development] for backbone, x in features.items()},
            np.asarray(labels[development], dtype=np.intp),
            len(rows.train),
            n_conditions=n_conditions,
            refit=refit,
        )
        return fitted.scores({backbone: x[rows.test] for backbone, x in features.items()})


def _fit(
    kind: type[Learner],
    features: Features,
    labels: Labels,
    n_train: int,
    *,
    n_conditions: int,
    refit: bool,
) -> FoldModel:
    """Fit on development rows: the first ``n_train`` train, the others validate."""
    models: dict[str, Model] = {}
    chosen: dict[str, dict[str, Any]] = {}
    seconds: dict[str, float] = {}
    validation_scores = []
    y, y_validation = labels[:n_train], labels[n_train:]
    n_final = len(labels) if refit else n_train
    for backbone, matrix in features.items():
        started = time.perf_counter()
        x = np.asarray(matrix, dtype=np.float64)
        model, criterion = choose_model(
            kind, x[:n_train], y, x[n_train:], y_validation, n_conditions=n_conditions
        )
        preparation = model.preparation.preparation
        chosen[backbone] = {
            "preparation": str(preparation),
            **model.parameters,
            "validation_mrr": criterion if len(y_validation) else None,
        }
        if len(features) > 1 and len(y_validation):
            validation_scores.append(model.scores(x[n_train:]))
        models[backbone] = fit_model(
            kind,
            x[:n_final],
            labels[:n_final],
            n_conditions=n_conditions,
            preparation=preparation,
            parameters=model.parameters,
        )
        seconds[backbone] = time.perf_counter() - started
    weights = (1.0 / len(models),) * len(models)
    if validation_scores:
        weights = choose_weights(validation_scores, y_validation)
    if len(models) > 1:
        chosen["weights"] = dict(zip(models, weights, strict=True))
    return FoldModel(models, weights, chosen, seconds)


def _check(features: Features, labels: NDArray[np.integer[Any]], rows: FoldRows) -> None:
    if not features:
        raise UsageError("A fold cannot be fitted without features.")
    for backbone, x in features.items():
        if x.ndim != 2 or len(x) != len(labels):
            raise UsageError(
                f"The features of backbone {backbone!r} have the shape {list(x.shape)}; expected"
                f" [{len(labels)}, D]."
            )
        if not np.isfinite(x).all():
            bad = int(np.flatnonzero(~np.isfinite(x).all(axis=1))[0])
            raise UsageError(f"The features of backbone {backbone!r} are not finite in row {bad}.")
    used = np.concatenate(rows)
    twice = used[np.flatnonzero(np.bincount(used)[used] > 1)]
    if len(twice):
        raise LeakageError(
            f"Row {int(twice[0])} stands in two parts of the fold.",
            hint="rdface.protocols.check_leakage says which images are concerned.",
        )
