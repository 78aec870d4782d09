"""A run over stored embeddings, in the folder and with the files of any gallery run."""

from __future__ import annotations

import time
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from rdface.backbones.stored import EmbeddingTable
from rdface.bench.benchmark import alone_in
from rdface.bench.environment import deciding_versions, environment
from rdface.bench.gallery.measure import chance_in_gallery, measure_gallery
from rdface.bench.gallery.predictions import GalleryPredictions
from rdface.bench.gallery.run_folder import SPLIT_FILE
from rdface.bench.gallery.spec import TASK, MetricSpec
from rdface.bench.gallery.streamed import FIT_IMAGES, StreamedGallery, open_streamed
from rdface.bench.jobs import peak_memory_mb
from rdface.bench.keyed_folder import KeyedFolder
from rdface.bench.result import (
    PREDICTIONS_FILE,
    CohortReference,
    Detection,
    Run,
    RunResult,
    write_result,
)
from rdface.files import write_json, write_text
from rdface.learners.gallery import MetricLearner
from rdface.protocols.gallery import FREQUENT_FROM
from rdface.protocols.gallery.leave_out import NAME
from rdface.versions import package_versions


def evaluate_embeddings(
    table: EmbeddingTable,
    out: Path,
    metrics: tuple[MetricSpec, ...],
    *,
    seed: int = 0,
    patients_per_condition: int | None = None,
    frequent_from: int = FREQUENT_FROM,
    inner_folds: int = 4,
    fit_images: int = FIT_IMAGES,
    fresh: bool = False,
) -> list[Run]:
    """Search patients in everything but their own pictures, with every metric.

    Args:
        table: The embeddings.
        out: Run folders are made below it, one per metric.
        metrics: Which.
        seed: Of all draws.
        patients_per_condition: Probe patients of each condition at most; all if None.
        frequent_from: Patients from which on a condition trains the metric.
        inner_folds: One in so many frequent conditions chooses the metric.
        fit_images: Images that a metric is fitted on at most.
        fresh: Throw away what lies in the run folders.

    Returns:
        The finished runs, in the order of ``metrics``.

    Raises:
        RdfaceError: As :func:`open_streamed`, or a folder that is in use; each says what to do.
    """
    options: dict[str, Any] = {
        "seed": seed,
        "patients_per_condition": patients_per_condition,
        "frequent_from": frequent_from,
        "inner_folds": inner_folds,
        "fit_images": fit_images,
    }
    gallery = open_streamed(table, **options)
    with alone_in(out):
        folders = [StreamedFolder(out, gallery, metric, options) for metric in metrics]
        for folder in folders:
            folder.open(fresh=fresh)
        for folder in folders:
            if not folder.finished:
                folder.work()
    return [Run(folder.path) for folder in folders]


class StreamedFolder(KeyedFolder):
    """The folder of one metric.

    Args:
        out: Folder of the runs.
        gallery: What all of them share.
        metric: Metric learner and options.
        options: Those of the protocol.
    """

    files = (SPLIT_FILE,)
    drawn_first = ""

    def __init__(
        self, out: Path, gallery: StreamedGallery, metric: MetricSpec, options: dict[str, Any]
    ) -> None:
        name = f"{gallery.table.manifest.backbone}__{metric.title}"
        self.path = out / name.replace(":", "-").replace("/", "-")
        self._gallery, self._spec, self._options = gallery, metric, options

    @cached_property
    def _metric(self) -> MetricLearner:
        return self._spec.make()

    @property
    def _recipe(self) -> dict[str, Any]:
        return {"metric": self._spec.name, **self._metric.model_dump(mode="json")}

    @cached_property
    def _about(self) -> dict[str, Any]:
        manifest = self._gallery.table.manifest
        about: dict[str, Any] = {
            "cohort": manifest.cohort_sha256,
            "embeddings": [part.sha256 for part in manifest.parts],
            "split": self._gallery.split_sha256,
            "faces": manifest.faces,
            "backbones": {manifest.backbone: manifest.fingerprint},
            "metric": self._recipe,
            "options": self._options,
            "code": deciding_versions(),
        }
        if self._metric.needs_torch:
            about["torch"] = version("torch")
        return about

    def _prepare(self) -> None:
        """Nothing is drawn."""

    def _describe(self) -> None:
        spec = {"task": TASK, "embeddings": str(self._gallery.table.folder)}
        spec |= self._options | {"metrics": [self._spec.model_dump(mode="json")]}
        if not (self.path / "spec.yaml").is_file():
            write_text(self.path / "spec.yaml", yaml.safe_dump(spec, sort_keys=False))
        if not (self.path / SPLIT_FILE).is_file():
            split = {"protocol": NAME} | self._gallery.split._asdict()
            write_json(self.path / SPLIT_FILE, split)
        if not (self.path / "environment.json").is_file():
            write_json(self.path / "environment.json", environment())

    def work(self) -> None:
        """Search, and write predictions and result."""
        started = time.perf_counter()
        metric = self._gallery.learn(self._metric)
        searched = self._gallery.search(metric)
        seconds = time.perf_counter() - started
        predictions = GalleryPredictions.of(searched, self._gallery.split.frequent)
        predictions.to_parquet(self.path / PREDICTIONS_FILE)
        chosen = ", ".join(
            f"{name} {value}"
            for name, value in metric.chosen.items()
            if not name.startswith("validation")
        )
        write_result(self.path, self._result(predictions, chosen, seconds))

    def _result(self, predictions: GalleryPredictions, chosen: str, seconds: float) -> RunResult:
        manifest, split = self._gallery.table.manifest, self._gallery.split
        return RunResult(
            key=self.key,
            task=TASK,
            name=self.path.parent.name,
            cohort=CohortReference(
                name=manifest.cohort.name,
                version=manifest.cohort.version,
                sha256=manifest.cohort_sha256,
                unknown_patients=manifest.cohort.unknown_patients,
            ),
            protocol={
                "name": NAME,
                **self._options,
                "images": len(self._gallery.table),
                "frequent": len(split.frequent),
                "rare": len(split.rare),
            },
            split_sha256=self._gallery.split_sha256,
            seed=self._gallery.seed,
            backbone=manifest.backbone,
            fingerprints=self._about["backbones"],
            learner=self._spec.title,
            metrics=measure_gallery(predictions),
            chance=chance_in_gallery(predictions),
            train_only_conditions=split.unprobed,
            recipe=self._recipe,
            tolerated_leaks={},
            detection=Detection(detector=manifest.detector, **manifest.statuses),
            chosen={chosen: 1} if chosen else {},
            seconds=seconds,
            peak_memory_mb=peak_memory_mb(),
            versions=package_versions(),
        )
