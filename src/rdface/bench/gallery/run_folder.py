"""The folder of one backbone with one metric."""

from __future__ import annotations

import shutil
from collections import Counter
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from rdface.bench.environment import deciding_versions, environment
from rdface.bench.gallery.measure import chance_in_gallery, measure_gallery
from rdface.bench.gallery.predictions import GalleryPredictions
from rdface.bench.gallery.spec import TASK, MetricSpec
from rdface.bench.gallery.study import GalleryStudy
from rdface.bench.jobs import Outcome, peak_memory_mb, read_outcome
from rdface.bench.keyed_folder import PARTS, KeyedFolder
from rdface.bench.predictions import Predictions
from rdface.bench.result import PREDICTIONS_FILE, CohortReference, RunResult, write_result
from rdface.errors import RunError
from rdface.files import write_json, write_text
from rdface.learners.gallery import MetricLearner
from rdface.versions import package_versions

SPLIT_FILE = "gallery.json"


class GalleryFolder(KeyedFolder):
    """The folder of a gallery run.

    Args:
        out: The benchmark's folder.
        study: What all its runs share.
        backbone: Name.
        metric: Metric learner and options.
    """

    files = (SPLIT_FILE,)
    drawn_first = ""

    def __init__(self, out: Path, study: GalleryStudy, backbone: str, metric: MetricSpec) -> None:
        self.path = out / f"{backbone}__{metric.title}".replace(":", "-").replace("/", "-")
        self._study, self.backbone, self._spec = study, backbone, metric

    @cached_property
    def metric(self) -> MetricLearner:
        """The metric learner with its options."""
        return self._spec.make()

    @cached_property
    def _about(self) -> dict[str, Any]:
        study = self._study
        about: dict[str, Any] = {
            "cohort": study.cohort.sha256,
            "split": study.split.sha256,
            "faces": study.faces.detector,
            "backbones": {self.backbone: study.backbones[self.backbone].fingerprint},
            "metric": {"name": self._spec.name, **self.metric.model_dump(mode="json")},
            "code": deciding_versions(),
        }
        if self.metric.needs_torch:
            about["torch"] = version("torch")
        return about

    def _prepare(self) -> None:
        """Nothing is drawn."""

    def _describe(self) -> None:
        spec = self._study.spec.model_dump(mode="json") | {
            "backbones": [self.backbone],
            "metrics": [self._spec.model_dump(mode="json")],
        }
        if not (self.path / "spec.yaml").is_file():
            write_text(self.path / "spec.yaml", yaml.safe_dump(spec, sort_keys=False))
        if not (self.path / SPLIT_FILE).is_file():
            write_json(self.path / SPLIT_FILE, self._study.split.to_dict())
        if not (self.path / "environment.json").is_file():
            write_json(self.path / "environment.json", environment())

    @property
    def parts(self) -> dict[int, Path]:
        """Fold to the file of its outcome."""
        folds = range(len(self._study.split.folds))
        return {fold: self.path / PARTS / f"fold-{fold:03d}.npz" for fold in folds}

    def missing_parts(self) -> dict[int, Path]:
        """Those :attr:`parts` that are not there yet, or cannot be read."""
        return {fold: part for fold, part in self.parts.items() if read_outcome(part) is None}

    def finish(self) -> None:
        """Put the parts together, compute the metrics, write the result, remove the parts.

        Raises:
            RunError: A part is missing.
        """
        outcomes = []
        for part in self.parts.values():
            outcome = read_outcome(part)
            if outcome is None:
                raise RunError(f"{part} is missing or damaged.", hint="Run the command again.")
            outcomes.append(outcome)
        predictions = GalleryPredictions.of(self._searched(outcomes), self._study.split.frequent)
        predictions.to_parquet(self.path / PREDICTIONS_FILE)
        write_result(self.path, self._result(predictions, outcomes))
        shutil.rmtree(self.path / PARTS)

    def _searched(self, outcomes: list[Outcome]) -> Predictions:
        images = self._study.cohort.images.set_index("image_id")
        condition, patient = images["condition"].to_dict(), images["patient_id"].to_dict()
        rows = [
            (image, patient[image], truth, fold.repeat, fold.index, filed[truth])
            for fold in self._study.split.folds
            for filed in [Counter(condition[each] for each in fold.gallery)]
            for image in fold.probes
            for truth in [condition[image]]
        ]
        image_ids, patient_ids, truths, repeats, folds, counts = zip(*rows, strict=True)
        return Predictions(
            image_ids=np.array(image_ids, dtype=object),
            patient_ids=np.array(patient_ids, dtype=object),
            truth=np.array(truths, dtype=object),
            repeat=np.array(repeats, dtype=np.int64),
            fold=np.array(folds, dtype=np.int64),
            training_count=np.array(counts, dtype=np.int64),
            conditions=self._study.cohort.condition_ids,
            scores=np.concatenate([outcome.scores for outcome in outcomes]),
        )

    def _result(self, predictions: GalleryPredictions, outcomes: list[Outcome]) -> RunResult:
        study = self._study
        chosen = Counter(
            ", ".join(f"{name} {value}" for name, value in choices.items())
            for outcome in outcomes
            for choices in outcome.chosen.values()
            if choices
        )
        peaks = [each.peak_memory_mb for each in outcomes] + [peak_memory_mb()]
        return RunResult(
            key=self.key,
            task=TASK,
            name=study.spec.name,
            cohort=CohortReference.of(study.cohort),
            protocol={
                "name": TASK,
                **study.spec.protocol,
                "frequent": len(study.split.frequent),
                "rare": len(study.split.rare),
            },
            split_sha256=study.split.sha256,
            seed=study.split.seed,
            backbone=self.backbone,
            fingerprints=self._about["backbones"],
            learner=self._spec.title,
            metrics=measure_gallery(predictions),
            chance=chance_in_gallery(predictions),
            train_only_conditions=study.split.unprobed,
            recipe={"metric": self._spec.name, **self.metric.model_dump(mode="json")},
            tolerated_leaks={},
            detection=study.detection,
            chosen=dict(sorted(chosen.items())),
            seconds=sum(each.seconds for each in outcomes),
            peak_memory_mb=max((peak for peak in peaks if peak is not None), default=None),
            versions=package_versions(),
        )
