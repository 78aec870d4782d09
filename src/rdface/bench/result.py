"""``result.json``: one schema for the outcome of every task."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pydantic
from pydantic import BaseModel, ConfigDict

from rdface.bench.predictions import Predictions
from rdface.bench.reliability.table import RELIABILITY_FILE, ReliabilityTable
from rdface.errors import RunError, first_fault
from rdface.files import write_json

if TYPE_CHECKING:
    from rdface.cohort import Cohort

RESULT_FILE = "result.json"
PREDICTIONS_FILE = "predictions.parquet"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Metric(_Frozen):
    """A number with its 95 % interval.

    Attributes:
        value: Point estimate.
        low: Lower end.
        high: Upper end.
        n: Images that it rests on.
        n_patients: Patients that it rests on: the number that makes the interval wide or narrow.
        higher_is_better: Whether more is better.
        method: How the interval was made; see :class:`rdface.metrics.Estimate`.
    """

    value: float
    low: float
    high: float
    n: int
    n_patients: int
    higher_is_better: bool
    method: str


class Spread(_Frozen):
    """Mean and SD (of a sample, n - 1) of one number over the folds of a run.

    Attributes:
        mean: Mean.
        sd: Standard deviation; 0 of one fold.
        folds: Number of folds.
    """

    mean: float
    sd: float
    folds: int


class CohortReference(_Frozen):
    """Which cohort was used.

    Attributes:
        name: Its name.
        version: Its version.
        sha256: Its hash.
        unknown_patients: What counts as a patient where patients are not known; then no protocol
            can keep two pictures of one child apart. Empty where they are known.
    """

    name: str
    version: str
    sha256: str
    unknown_patients: str = ""

    @classmethod
    def of(cls, cohort: Cohort) -> CohortReference:
        """That of a cohort."""
        info = cohort.info
        return cls(
            name=info.name,
            version=info.version,
            sha256=cohort.sha256,
            unknown_patients=info.unknown_patients,
        )

    def sizes(self, metric: Metric) -> str:
        """What a number rests on, in words."""
        if self.unknown_patients:
            return f"{metric.n} images, patients not known"
        return f"{metric.n} images of {metric.n_patients} patients"


class Detection(_Frozen):
    """How many images had one face, several faces, or none."""

    detector: str
    one: int
    several: int
    none: int


class RunResult(_Frozen):
    """What a run found, and with what.

    Attributes:
        schema_version: Version of this schema.
        key: Hash of all that decides the predictions; a run folder belongs to one key.
        task: What was asked, e.g. ``closed-set recognition``.
        name: Name of the spec.
        cohort: Which cohort.
        protocol: Name and options.
        split_sha256: Hash of all folds.
        seed: Seed of the protocol.
        backbone: Name, or names joined by ``+`` for an ensemble.
        fingerprints: Backbone to the hash of its weights and settings.
        learner: Name.
        metrics: By name.
        chance: The same metrics of a random ranking.
        train_only_conditions: Conditions that were never tested; they can be mistaken for others.
        quirks: Flaws of the paper that it has on purpose, by name.
        recipe: How it was trained, where it was.
        fold_spread: Metric to its mean and SD over the folds, where a quirk asks for that reading
            (F6): it is no interval.
        tolerated_leaks: Kind of leak that the protocol allows to the number of patients, pictures
            or conditions concerned; empty if strict.
        detection: What the face detector found.
        chosen: Hyper-parameters to the number of folds that chose them.
        reliability: What is judged (``open_set``, ``calibration`` ...) to name to number, where
            the spec asked for it.
        controls: The cohort of unaffected children behind it, if there is one.
        seconds: Wall time of all its jobs, embeddings apart.
        peak_memory_mb: Largest resident memory of a process that worked on it, MB; None where the
            system does not say.
        versions: Package to version.
    """

    schema_version: Literal[1] = 1
    key: str
    task: str
    name: str
    cohort: CohortReference
    protocol: dict[str, Any]
    split_sha256: str
    seed: int
    backbone: str
    fingerprints: dict[str, str]
    learner: str
    metrics: dict[str, Metric]
    chance: dict[str, float]
    train_only_conditions: tuple[str, ...]
    quirks: tuple[str, ...] = ()
    recipe: dict[str, Any] | None = None
    fold_spread: dict[str, Spread] | None = None
    tolerated_leaks: dict[str, int]
    detection: Detection
    chosen: dict[str, int]
    reliability: dict[str, dict[str, Metric]] = {}
    controls: CohortReference | None = None
    seconds: float
    peak_memory_mb: float | None
    versions: dict[str, str]


class Run:
    """A finished run folder.

    Args:
        folder: Where ``result.json`` and ``predictions.parquet`` lie.

    Raises:
        RunError: It is no finished run, or its result does not keep the schema.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        path = folder / RESULT_FILE
        if path.is_file() and not (folder / PREDICTIONS_FILE).is_file():
            raise RunError(
                f"{folder} has a result but no {PREDICTIONS_FILE}, from which it was computed.",
                hint="Run its spec again; it mends the run.",
            )
        try:
            self.result = RunResult.model_validate_json(path.read_bytes())
        except FileNotFoundError as error:
            raise RunError(
                f"{folder} is no finished run: {RESULT_FILE} is not there.",
                hint=_runs_below(folder) or "Run its spec again; it goes on where it stopped.",
            ) from error
        except OSError as error:
            raise RunError(f"{path} cannot be read: {error.strerror}.") from error
        except pydantic.ValidationError as error:
            raise RunError(
                f"{path} is no result of this version of rdface: {first_fault(error)}.",
                hint="Run its spec again, into another folder or with --fresh.",
            ) from error

    @cached_property
    def predictions(self) -> Predictions:
        """The table of scores; read at first use."""
        return Predictions.from_parquet(self.folder / PREDICTIONS_FILE)

    @cached_property
    def reliability(self) -> ReliabilityTable | None:
        """The table that reliability is judged by, read at first use; None if not asked for."""
        if not self.result.reliability:
            return None
        return ReliabilityTable.from_parquet(self.folder / RELIABILITY_FILE)

    def __repr__(self) -> str:
        return f"Run({str(self.folder)!r})"


def _runs_below(folder: Path) -> str:
    """Which runs could have been meant where the folder of a spec was given."""
    names = sorted(path.parent.name for path in folder.glob(f"*/{RESULT_FILE}"))
    return f"Give one of the runs in it: {', '.join(names)}." if names else ""


def write_result(folder: Path, result: RunResult) -> None:
    """Write ``result.json``; it comes last, so that its presence says "finished"."""
    write_json(folder / RESULT_FILE, result.model_dump(mode="json"))


def read_runs(folder: Path) -> list[Run]:
    """All finished runs below ``folder``, sorted by path.

    Raises:
        RunError: There is none, or one is damaged.
    """
    found = run_folders(folder)
    if not found:
        raise RunError(
            f"There is no finished run below {folder}.",
            hint="Make one: rdface bench specs/demo.yaml",
        )
    return [Run(path) for path in found]


def run_folders(folder: Path) -> list[Path]:
    """Folders below ``folder`` that say they are finished runs, sorted by path."""
    # Folders with a leading dot are what a killed process left half written.
    return sorted(
        path.parent
        for path in folder.rglob(RESULT_FILE)
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
