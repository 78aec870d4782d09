"""A run's folder: which jobs are done, which are missing, and the result when none is."""

from __future__ import annotations

import dataclasses
import secrets
import shutil
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from rdface.bench.environment import environment
from rdface.bench.identity import what_decides
from rdface.bench.jobs import Outcome, peak_memory_mb, read_outcome
from rdface.bench.keyed_folder import PARTS, KeyedFolder
from rdface.bench.measure import chance_level, measure, spread_over_folds
from rdface.bench.predictions import Predictions
from rdface.bench.reliability.judge import judge
from rdface.bench.reliability.judgement import JUDGEMENT_FILE
from rdface.bench.reliability.measure import measure_reliability
from rdface.bench.reliability.table import RELIABILITY_FILE
from rdface.bench.result import (
    PREDICTIONS_FILE,
    CohortReference,
    Metric,
    RunResult,
    write_result,
)
from rdface.bench.spec import Training
from rdface.bench.study import Study
from rdface.errors import RunError
from rdface.files import write_json, write_text
from rdface.protocols import Fold, distinct
from rdface.versions import package_versions

LAST_EPOCH_FILE = "predictions-last-epoch.parquet"
HISTORY_FILE = "history.csv"
_SEED_FILE = "seed.txt"


class RunFolder(KeyedFolder):
    """The folder of one backbone with one learner.

    Args:
        out: The benchmark's folder.
        study: What all its runs share.
        backbone: Name, or names joined by ``+``.
        learner: Name.
    """

    files = (
        _SEED_FILE,
        HISTORY_FILE,
        LAST_EPOCH_FILE,
        RELIABILITY_FILE,
        JUDGEMENT_FILE,
        "splits.json",
    )
    drawn_first = _SEED_FILE

    def __init__(self, out: Path, study: Study, backbone: str, learner: str) -> None:
        self.path = out / f"{backbone.replace(':', '-').replace('/', '-')}__{learner}"
        self._study = study
        self.backbone = backbone
        self.learner = learner

    @cached_property
    def training(self) -> Training | None:
        """How it is trained; None where the learner is fitted on embeddings by itself.

        Under the quirk ``unseeded`` the seed was drawn when the folder was made, and lies in it.
        """
        training = self._study.spec.training(self.learner)
        if training is None or "unseeded" not in self._study.spec.quirks:
            return training
        seed = int(self.drawn())
        return training.model_copy(update={"seed": seed})

    @property
    def checkpoints(self) -> Path:
        """Where a training keeps what it has learnt so far."""
        return self.path / PARTS / "checkpoints"

    @cached_property
    def _about(self) -> dict[str, Any]:
        return what_decides(self._study, self.backbone, self.learner, self.training)

    def _prepare(self) -> None:
        if "unseeded" in self._study.spec.quirks:
            write_text(self.path / _SEED_FILE, f"{secrets.randbits(32)}\n")

    def _describe(self) -> None:
        """Write what says how the run is made, unless it is there."""
        study = self._study
        spec = study.spec.model_dump(mode="json", exclude_defaults=True) | {
            "backbones": [self.backbone],
            "learners": [self.learner],
        }
        if self.learner in study.spec.recipes:
            spec["recipes"] = {self.learner: spec["recipes"][self.learner]}
        else:
            spec.pop("recipes", None)
        if not (self.path / "spec.yaml").is_file():
            write_text(self.path / "spec.yaml", yaml.safe_dump(spec, sort_keys=False))
        if not (self.path / "splits.json").is_file():
            write_json(self.path / "splits.json", study.split.to_dict())
        if not (self.path / "environment.json").is_file():
            write_json(self.path / "environment.json", environment())

    @property
    def parts(self) -> dict[int, Path]:
        """Fold to the file of its outcome."""
        return {fold: self._part(fold) for fold in range(len(self._study.split.folds))}

    def missing_parts(self) -> dict[int, Path]:
        """Those :attr:`parts` that are not there yet, or cannot be read."""
        return {fold: part for fold, part in self.parts.items() if read_outcome(part) is None}

    @property
    def finished(self) -> bool:
        """Whether the result is there, with the tables it was computed from."""
        judged = all((self.path / name).is_file() for name in (RELIABILITY_FILE, JUDGEMENT_FILE))
        return super().finished and (judged or self._study.reliability is None)

    @property
    def reliability_parts(self) -> dict[int, Path]:
        """World to the file of its outcome; none where the spec asks for no reliability."""
        plan = self._study.reliability
        worlds = range(len(plan.worlds)) if plan is not None else ()
        return {world: self.path / PARTS / f"world-{world:03d}.npz" for world in worlds}

    def missing_reliability(self) -> dict[int, Path]:
        """Those :attr:`reliability_parts` that are not there yet, or cannot be read."""
        parts = self.reliability_parts
        return {world: part for world, part in parts.items() if read_outcome(part) is None}

    def finish(self) -> None:
        """Put the parts together, compute the metrics, write the result, remove the parts.

        Raises:
            RunError: A part is missing.
        """
        outcomes = _read(self.parts)
        judged = _read(self.reliability_parts)
        plan = self._study.reliability
        table = None if plan is None else plan.table(judged)
        predictions = self._predictions(outcomes)
        last = self._of_last_epoch(predictions, outcomes)
        self._write_history(outcomes)
        predictions.to_parquet(self.path / PREDICTIONS_FILE)
        reliability: dict[str, dict[str, Metric]] = {}
        if table is not None:
            table.to_parquet(self.path / RELIABILITY_FILE)
            judgement = judge(table, self._study.cohort.images)
            judgement.write(self.path)
            reliability = measure_reliability(table, judgement)
        write_result(self.path, self._result(predictions, last, reliability, outcomes, judged))
        shutil.rmtree(self.path / PARTS)

    def _of_last_epoch(
        self, predictions: Predictions, outcomes: list[Outcome]
    ) -> Predictions | None:
        """The table of the last epoch, written where a quirk takes numbers from it (F5)."""
        scores = [outcome.last for outcome in outcomes if outcome.last is not None]
        if "last-epoch-topk" not in self._study.spec.quirks or len(scores) < len(outcomes):
            return None
        last = dataclasses.replace(predictions, scores=np.concatenate(scores))
        last.to_parquet(self.path / LAST_EPOCH_FILE)
        return last

    def _write_history(self, outcomes: list[Outcome]) -> None:
        """One row per fold and epoch, where there were epochs."""
        rows = [
            {"fold": fold, **row}
            for fold, outcome in enumerate(outcomes)
            for row in outcome.history
        ]
        if rows:
            text = pd.DataFrame(rows).to_csv(index=False, lineterminator="\n")
            write_text(self.path / HISTORY_FILE, text)

    def _part(self, fold: int) -> Path:
        return self.path / PARTS / f"fold-{fold:03d}.npz"

    def _predictions(self, outcomes: list[Outcome]) -> Predictions:
        split, images = self._study.split, self._study.cohort.images.set_index("image_id")
        condition, patient = images["condition"].to_dict(), images["patient_id"].to_dict()
        rows = [
            (image_id, patient[image_id], truth, fold.repeat, fold.index, trained[truth])
            for fold in split.folds
            for trained in [Counter(condition[image_id] for image_id in self._fitted(fold))]
            for image_id in fold.test
            for truth in [condition[image_id]]
        ]
        image_ids, patient_ids, truths, repeats, indices, counts = zip(*rows, strict=True)
        return Predictions(
            image_ids=np.array(image_ids, dtype=object),
            patient_ids=np.array(patient_ids, dtype=object),
            truth=np.array(truths, dtype=object),
            repeat=np.array(repeats, dtype=np.int64),
            fold=np.array(indices, dtype=np.int64),
            training_count=np.array(counts, dtype=np.int64),
            conditions=self._study.cohort.condition_ids,
            scores=np.concatenate([outcome.scores for outcome in outcomes]),
        )

    def _fitted(self, fold: Fold) -> tuple[str, ...]:
        """What the model of a fold learns from; a trainer never refits with validation images."""
        return self._study.split.fitted(fold) if self.training is None else fold.train

    def _result(
        self,
        predictions: Predictions,
        last: Predictions | None,
        reliability: dict[str, dict[str, Metric]],
        outcomes: list[Outcome],
        judged: list[Outcome],
    ) -> RunResult:
        study = self._study
        quirks = study.spec.quirks
        chosen = Counter(name for outcome in outcomes for name in _chosen_names(outcome))
        peaks = [outcome.peak_memory_mb for outcome in (*outcomes, *judged)] + [peak_memory_mb()]
        return RunResult(
            key=self.key,
            task=study.spec.task,
            name=study.spec.name,
            cohort=CohortReference.of(study.cohort),
            protocol={"name": study.spec.protocol.name, **study.spec.protocol_options},
            split_sha256=study.split.sha256,
            seed=study.split.seed,
            backbone=self.backbone,
            fingerprints=self._about["backbones"],
            learner=self.learner,
            metrics=measure(predictions, last),
            chance=chance_level(predictions),
            train_only_conditions=study.split.train_only,
            quirks=quirks,
            recipe=None if self.training is None else self.training.model_dump(mode="json"),
            fold_spread=spread_over_folds(predictions, last) if "sd-over-folds" in quirks else None,
            tolerated_leaks={str(kind): n for kind, n in distinct(study.leaks).items()},
            detection=study.detection,
            chosen=dict(sorted(chosen.items())),
            reliability=reliability,
            controls=None if study.reliability is None else study.reliability.controls_reference,
            seconds=sum(outcome.seconds for outcome in (*outcomes, *judged)),
            peak_memory_mb=max((peak for peak in peaks if peak is not None), default=None),
            versions=package_versions(),
        )


def _read(parts: dict[int, Path]) -> list[Outcome]:
    """All outcomes, in order."""
    outcomes = []
    for part in parts.values():
        outcome = read_outcome(part)
        if outcome is None:
            raise RunError(f"{part} is missing or damaged.", hint="Run the command again.")
        outcomes.append(outcome)
    return outcomes


def _chosen_names(outcome: Outcome) -> list[str]:
    """What validation chose in one fold, a line per backbone, without its validation score."""
    return [
        f"{backbone}: "
        + ", ".join(
            f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
            for name, value in choices.items()
            if not name.startswith("validation")
        )
        for backbone, choices in outcome.chosen.items()
    ]
