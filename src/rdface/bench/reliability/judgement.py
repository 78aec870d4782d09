"""``reliability.json``: calibration and conformal sets of a run, as the page shows them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pydantic
from pydantic import BaseModel, ConfigDict

from rdface.bench.result import Metric
from rdface.errors import RunError
from rdface.files import write_json

if TYPE_CHECKING:
    from rdface.metrics import Estimate

JUDGEMENT_FILE = "reliability.json"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Error(_Frozen):
    """A calibration error beside its null; see :class:`rdface.metrics.calibration`.

    Attributes:
        found: The error.
        null_mean: Mean error of a perfectly calibrated model with the same probabilities.
        null_high: Its 95 % point.
        p_value: Share of its cohorts with as large an error.
    """

    found: Metric
    null_mean: float
    null_high: float
    p_value: float


class DiagramPoint(_Frozen):
    """A bin of the reliability diagram; see :class:`rdface.metrics.calibration_means`."""

    confidence: float
    accuracy: Metric
    null_low: float
    null_high: float


class CalibratorJudgement(_Frozen):
    """What one calibrator came to.

    Attributes:
        settings: Setting to its median over the models; ``inf`` as text.
        chosen: Regularisation strength to the number of models that chose it, where there is one.
        ece: Top-label error, bins of equal width.
        adaptive_ece: The same with bins of equal mass.
        classwise_ece: Mean over conditions of the error of each one's probability.
        brier: Brier score, 0 to 2.
        nll: Log loss, nats.
        floored: Share of test rows whose truth got less than the floor of the log loss.
        over_confidence: Mean confidence minus accuracy.
        diagram: Bins of equal mass, the least sure first.
    """

    settings: dict[str, str]
    chosen: dict[str, int] = {}
    ece: Error
    adaptive_ece: Error
    classwise_ece: Error
    brier: Metric
    nll: Metric
    floored: float
    over_confidence: Metric
    diagram: tuple[DiagramPoint, ...]


class Curve(_Frozen):
    """Risk against the share of images answered; see :class:`rdface.metrics.selective`."""

    shares: tuple[float, ...]
    risks: tuple[Metric, ...]
    aurc: Metric
    excess: Metric
    random: float


class Calibration(_Frozen):
    """All about probabilities.

    Attributes:
        n_models: Models, one a repeat and fold.
        calibration_images: Fewest and most calibration images of a model.
        calibration_patients: Fewest and most calibration patients of a model.
        never_met: Median number of conditions without a calibration image.
        tested_per_condition: Median number of test images of a tested condition.
        uniform_brier: Brier score of equal probabilities for all conditions.
        uniform_nll: Their log loss.
        calibrators: By name.
        selective: ``1`` and ``5``: curves of top-1 and top-5 risk, by temperature-scaled
            probability.
    """

    n_models: int
    calibration_images: tuple[int, int]
    calibration_patients: tuple[int, int]
    never_met: float
    tested_per_condition: float
    uniform_brier: float
    uniform_nll: float
    calibrators: dict[str, CalibratorJudgement]
    selective: dict[str, Curve]


class GroupSets(_Frozen):
    """Sets of a group of test images.

    Attributes:
        grouping: ``all``, ``training images``, ``patients of the condition``, ``sex`` ...
        group: Its label.
        coverage: Share of patients whose set holds the truth.
        size: Mean number of conditions on the list.
        median_size: Median over images; None with fewer than 20 patients, as are the next two.
        empty: Share of lists without a condition.
        full: Share of lists of all conditions.
    """

    grouping: str
    group: str
    coverage: Metric
    size: Metric
    median_size: float | None
    empty: float | None
    full: float | None


class SetsOfMethod(_Frozen):
    """Sets of one method at one level.

    Attributes:
        method: Nonconformity score: ``lac``, ``aps``, ``raps``.
        taxonomy: Whose calibration rows share a threshold: ``all``, ``frequency`` (patients of
            the condition in the cohort) or ``condition``.
        level: 1 - alpha, what is promised.
        single: Share of lists of one condition; None with fewer than 20 patients.
        groups: The first is all images.
        models_inside: Models whose coverage lies where 95 % of calibrations of their size would;
            None where the law is not known.
        spread: Lower and upper end of that range for the model with the median number of
            patients; None likewise.
    """

    method: str
    taxonomy: str
    level: float
    single: float | None
    groups: tuple[GroupSets, ...]
    models_inside: int | None = None
    spread: tuple[float, float] | None = None


class Conformal(_Frozen):
    """All about prediction sets.

    Attributes:
        n_models: Models, one a repeat and fold.
        n_conditions: Number of conditions that a list can hold.
        temperature_patients: Fewest and most patients that the temperature is fitted on.
        threshold_patients: Fewest and most patients that give a threshold.
        frequency_patients: Group of conditions -> fewest and most patients that give its threshold.
        enough: Level -> most conditions of any model that have enough calibration patients for a
            threshold of their own.
        sets: Every method, taxonomy and level.
    """

    n_models: int
    n_conditions: int
    temperature_patients: tuple[int, int]
    threshold_patients: tuple[int, int]
    frequency_patients: dict[str, tuple[int, int]]
    enough: dict[str, int]
    sets: tuple[SetsOfMethod, ...]

    def find(self, method: str, taxonomy: str, level: float) -> SetsOfMethod | None:
        """Sets of a method, or None."""
        wanted = (method, taxonomy, level)
        return next(
            (one for one in self.sets if (one.method, one.taxonomy, one.level) == wanted), None
        )


class Judgement(_Frozen):
    """What ``reliability.json`` holds."""

    calibration: Calibration
    conformal: Conformal

    def heads(self) -> dict[str, dict[str, Metric]]:
        """Section of ``result.json`` to name to number: ``ece@temperature``, ``coverage@lac/0.9``.

        A calibration error says nothing without its null, which stands beside it in this file.
        """
        calibration: dict[str, Metric] = {}
        for name, one in self.calibration.calibrators.items():
            calibration |= {
                f"ece@{name}": one.ece.found,
                f"adaptive_ece@{name}": one.adaptive_ece.found,
                f"classwise_ece@{name}": one.classwise_ece.found,
                f"brier@{name}": one.brier,
                f"nll@{name}": one.nll,
                f"over_confidence@{name}": one.over_confidence,
            }
        for k, curve in self.calibration.selective.items():
            calibration |= {f"aurc_top{k}": curve.aurc, f"excess_aurc_top{k}": curve.excess}
        conformal: dict[str, Metric] = {}
        for sets in self.conformal.sets:
            by = "" if sets.taxonomy == "all" else f"-by-{sets.taxonomy}"
            name = f"{sets.method}{by}/{sets.level:g}"
            whole = sets.groups[0]
            conformal |= {f"coverage@{name}": whole.coverage, f"size@{name}": whole.size}
        return {"calibration": calibration, "conformal": conformal}

    def write(self, folder: Path) -> None:
        """Write it into a run folder, atomically."""
        write_json(folder / JUDGEMENT_FILE, self.model_dump(mode="json"))

    @classmethod
    def read(cls, folder: Path) -> Judgement | None:
        """That of a run folder; None where none was made.

        Raises:
            RunError: The file does not keep the schema.
        """
        path = folder / JUDGEMENT_FILE
        if not path.is_file():
            return None
        try:
            return cls.model_validate_json(path.read_bytes())
        except pydantic.ValidationError as error:
            raise RunError(
                f"{path} cannot be read: {error.errors()[0]['msg']}.",
                hint="Run its spec again; it mends the run.",
            ) from error


def metric_of(estimate: Estimate | None) -> Metric:
    """As the result keeps it.

    Raises:
        ValueError: There is no estimate.
    """
    if estimate is None:
        raise ValueError("nothing to estimate from")
    return Metric(**estimate.to_dict())
