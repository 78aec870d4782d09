"""Are probabilities true? Calibrators fitted on the calibration rows of each model alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rdface.bench.reliability.judgement import (
    Calibration,
    CalibratorJudgement,
    Curve,
    DiagramPoint,
    Error,
    metric_of,
)
from rdface.bench.reliability.table import ReliabilityTable
from rdface.errors import RunError
from rdface.metrics import true_ranks
from rdface.metrics.calibration import CalibrationError, classwise_error, top_label_error
from rdface.metrics.calibration_means import (
    brier_score,
    log_loss,
    over_confidence,
    reliability_diagram,
)
from rdface.metrics.calibrators import CALIBRATORS
from rdface.metrics.means import ImageRows
from rdface.metrics.probabilities import FLOOR, top_labels
from rdface.metrics.ranking import Bools, Floats, Ints
from rdface.metrics.selective import Selective, risk_coverage

SHOWN = ("none", "temperature", "dirichlet-diagonal", "dirichlet")
BY_CONFIDENCE = "temperature"
"""Whose probabilities say which images are answered first."""

_CLASSWISE_RESAMPLES = 500


@dataclass(frozen=True, eq=False)
class ClosedRows:
    """Calibration and test rows of the closed world, with numbers for images and patients.

    Attributes:
        scores: ``float64 [M, C]``.
        truth: ``int [M]``.
        model: ``int [M]``, 0 to n_models - 1.
        image: ``int [M]``.
        patient: ``int [M]``.
        calibration: ``bool [M]``; the others are test rows.
        index: ``int [M]``, the rows of the table.
    """

    scores: Floats
    truth: Ints
    model: Ints
    image: Ints
    patient: Ints
    calibration: Bools
    index: Ints

    @property
    def tested(self) -> ImageRows:
        """The test rows."""
        return ImageRows(self.image[~self.calibration], self.patient[~self.calibration])

    @property
    def n_models(self) -> int:
        """How many models there are."""
        return int(self.model.max()) + 1

    def patients_of(self, rows: Bools) -> list[int]:
        """How many patients each model has among ``rows``."""
        return [
            len(np.unique(self.patient[rows & (self.model == model)]))
            for model in range(self.n_models)
        ]


def closed_rows(table: ReliabilityTable) -> ClosedRows:
    """The rows that calibration is judged by.

    Raises:
        RunError: A model has test rows and no calibration rows, or there is no test row.
    """
    calibration, test = table.rows("closed", "calibration"), table.rows("closed", "test")
    index = np.flatnonzero(calibration | test)
    if not test.any():
        raise RunError("The table of reliability has no test row of the closed world.")
    lacking = set(table.model[test].tolist()) - set(table.model[calibration].tolist())
    if lacking:
        raise RunError(
            "The table of reliability has test rows of a model without calibration rows.",
            hint="Take a protocol with an inner split, such as strict.",
        )

    def numbers(values: Sequence[object]) -> Ints:
        ids = np.asarray(values, dtype=str)
        return np.unique(ids, return_inverse=True)[1].reshape(-1).astype(np.int64)

    return ClosedRows(
        table.scores[index].astype(np.float64),
        table.truth_index[index],
        np.unique(table.model[index], return_inverse=True)[1].reshape(-1).astype(np.int64),
        numbers(table.image_ids[index].tolist()),
        numbers(table.patient_ids[index].tolist()),
        calibration[index],
        index,
    )


@dataclass(frozen=True, eq=False)
class Calibrated:
    """Probabilities of all rows, each by the calibrator of its own model.

    Attributes:
        log_probabilities: ``[M, C]``.
        settings: Of each model's calibrator.
    """

    log_probabilities: Floats
    settings: tuple[dict[str, float], ...]


def calibrate(rows: ClosedRows, name: str, fitted_on: Bools | None = None) -> Calibrated:
    """Fit a calibrator per model, and map all of the model's rows.

    Args:
        rows: Of the table.
        name: A name of :data:`rdface.metrics.calibrators.CALIBRATORS`.
        fitted_on: ``bool [M]``, which calibration rows teach it; all by default.
    """
    kind = CALIBRATORS.get(name)
    teaching = rows.calibration if fitted_on is None else fitted_on & rows.calibration
    logs = np.empty_like(rows.scores)
    settings = []
    for model in range(rows.n_models):
        own = rows.model == model
        teach = own & teaching
        calibrator = kind().fit(rows.scores[teach], rows.truth[teach], rows.patient[teach])
        logs[own] = calibrator.log_probabilities(rows.scores[own])
        settings.append(calibrator.settings)
    return Calibrated(logs, tuple(settings))


def judge_calibration(rows: ClosedRows, names: Sequence[str] = SHOWN) -> Calibration:
    """Fit every calibrator and measure it on the test rows."""
    test = ~rows.calibration
    made = {name: calibrate(rows, name) for name in dict.fromkeys([*names, BY_CONFIDENCE])}
    tested = rows.truth[test]
    known = np.isfinite(rows.scores[test]).sum(axis=1)
    n_images = [
        int((rows.calibration & (rows.model == model)).sum()) for model in range(rows.n_models)
    ]
    n_patients = rows.patients_of(rows.calibration)
    met = [
        len(np.unique(rows.truth[rows.calibration & (rows.model == model)]))
        for model in range(rows.n_models)
    ]
    _, first = np.unique(rows.image[test], return_index=True)
    return Calibration(
        n_models=rows.n_models,
        calibration_images=(min(n_images), max(n_images)),
        calibration_patients=(min(n_patients), max(n_patients)),
        never_met=float(rows.scores.shape[1] - np.median(met)),
        tested_per_condition=float(np.median(np.unique(tested[first], return_counts=True)[1])),
        uniform_brier=float(np.mean(1.0 - 1.0 / known)),
        uniform_nll=float(np.mean(np.log(known))),
        calibrators={name: _judge(rows.tested, made[name], tested, test) for name in names},
        selective=_selective(rows.tested, made[BY_CONFIDENCE].log_probabilities[test], tested),
    )


def _judge(
    tested: ImageRows, calibrated: Calibrated, truth: Ints, test: Bools
) -> CalibratorJudgement:
    logs = calibrated.log_probabilities[test]
    own = logs[np.arange(len(truth)), truth]
    strengths = Counter(f"{one['strength']:g}" for one in calibrated.settings if "strength" in one)
    return CalibratorJudgement(
        settings={
            name: f"{np.median([one[name] for one in calibrated.settings]):.4g}"
            for name in calibrated.settings[0]
        },
        chosen=dict(sorted(strengths.items())),
        ece=_error(top_label_error(tested, logs, truth)),
        adaptive_ece=_error(top_label_error(tested, logs, truth, equal_mass=True)),
        classwise_ece=_error(
            classwise_error(tested, logs, truth, n_resamples=_CLASSWISE_RESAMPLES)
        ),
        brier=metric_of(brier_score(tested, logs, truth)),
        nll=metric_of(log_loss(tested, logs, truth)),
        floored=float(np.average(own < np.log(FLOOR), weights=tested.shares())),
        over_confidence=metric_of(over_confidence(tested, logs, truth)),
        diagram=tuple(
            DiagramPoint(
                confidence=point.confidence,
                accuracy=metric_of(point.accuracy),
                null_low=point.null_low,
                null_high=point.null_high,
            )
            for point in reliability_diagram(tested, logs, truth)
        ),
    )


def _error(error: CalibrationError) -> Error:
    return Error(
        found=metric_of(error.estimate),
        null_mean=error.null_mean,
        null_high=error.null_high,
        p_value=error.p_value,
    )


def _selective(tested: ImageRows, logs: Floats, truth: Ints) -> dict[str, Curve]:
    """Top-1 by the probability of the first answer, top-5 by the sum of the first five."""
    ranks = true_ranks(logs, truth)
    five = min(5, logs.shape[1])
    first_five = np.sort(np.exp(logs), axis=1)[:, -five:].sum(axis=1)
    sure = {1: top_labels(logs, truth).confidence, 5: first_five}
    return {
        str(k): _curve(risk_coverage(tested, confidence, (ranks > k).astype(np.float64)))
        for k, confidence in sure.items()
    }


def _curve(found: Selective) -> Curve:
    return Curve(
        shares=found.shares,
        risks=tuple(metric_of(risk) for risk in found.risks),
        aurc=metric_of(found.aurc),
        excess=metric_of(found.excess),
        random=found.random,
    )
