"""The folder of one backbone with one few-shot method in one setting."""

from __future__ import annotations

import secrets
import shutil
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

import rdface.protocols.few_shot
from rdface.bench.environment import deciding_versions, environment
from rdface.bench.few_shot.answers import (
    chance_of,
    measure_episodes,
    predictions_of,
    self_supported,
)
from rdface.bench.few_shot.spec import MethodSpec
from rdface.bench.few_shot.study import FewShotStudy
from rdface.bench.jobs import Outcome, peak_memory_mb, read_outcome
from rdface.bench.keyed_folder import PARTS, KeyedFolder
from rdface.bench.predictions import Predictions
from rdface.bench.result import PREDICTIONS_FILE, CohortReference, RunResult, write_result
from rdface.errors import RunError
from rdface.files import code_of, write_json, write_text
from rdface.learners.few_shot import FewShotMethod, TrainedMethod
from rdface.protocols.few_shot import Manifest, Setting
from rdface.versions import package_versions

EPISODES_FILE = "episodes.json"
HISTORY_FILE = "history.csv"
_DRAW_FILE = "draw.txt"


class FewShotFolder(KeyedFolder):
    """The folder of a few-shot run.

    Args:
        out: The benchmark's folder.
        study: What all its runs share.
        backbone: Name.
        method: Method and options.
        setting: How large episodes are.
    """

    files = (_DRAW_FILE, EPISODES_FILE, HISTORY_FILE)
    drawn_first = _DRAW_FILE

    def __init__(
        self, out: Path, study: FewShotStudy, backbone: str, method: MethodSpec, setting: Setting
    ) -> None:
        name = f"{backbone}__{method.title}__{str(setting).replace(' ', '-')}"
        self.path = out / name.replace(":", "-").replace("/", "-")
        self._study, self.backbone, self._spec, self.setting = study, backbone, method, setting

    @cached_property
    def method(self) -> FewShotMethod:
        """The method with its options."""
        return self._spec.make()

    @cached_property
    def manifest(self) -> Manifest:
        """The episodes; under ``episodes-per-fold`` those that the folder's own word gives."""
        if "episodes-per-fold" not in self._study.spec.quirks:
            return self._study.manifest(self.setting)
        return self._study.manifest(self.setting, self.drawn())

    @property
    def folds(self) -> range:
        """Folds to compute: one where neither the method nor its episodes differ between them."""
        several = self.method.per_fold or bool(self.manifest.draw)
        return range(len(self.manifest.folds) if several else 1)

    @property
    def wrong_axes(self) -> bool:
        """Whether a Swin is pooled as in the paper."""
        return "swin-wrong-axes" in self._study.spec.quirks

    def checkpoints(self, fold: int) -> Path:
        """Where the training of a fold keeps what it has learnt so far."""
        return self.path / PARTS / f"checkpoints-{fold:03d}"

    @cached_property
    def _about(self) -> dict[str, Any]:
        study, method = self._study, self.method
        about: dict[str, Any] = {
            "cohort": study.cohort.sha256,
            "episodes": self.manifest.sha256,
            "faces": study.faces.detector,
            "backbones": {self.backbone: study.backbones[self.backbone].fingerprint},
            "method": {"name": self._spec.name, **method.model_dump(mode="json")},
            "quirks": list(study.spec.quirks),
            "code": deciding_versions() | code_of(rdface.protocols.few_shot),
        }
        if isinstance(method, TrainedMethod):
            from rdface.learners.tuning.device import choose_device

            # The network itself is trained: which engine runs the frozen one does not matter.
            about["backbones"] = {self.backbone: study.network(self.backbone, method).identity}
            about["training"] = {
                "torch": version("torch"),
                "device": choose_device().type,
            }
        return about

    def _prepare(self) -> None:
        if "episodes-per-fold" in self._study.spec.quirks:
            write_text(self.path / _DRAW_FILE, f"{secrets.token_hex(16)}\n")

    def _describe(self) -> None:
        spec = self._study.spec.model_dump(mode="json") | {
            "backbones": [self.backbone],
            "methods": [self._spec.model_dump(mode="json")],
            "settings": {name: [size] for name, size in self.setting.to_dict().items()},
        }
        if not (self.path / "spec.yaml").is_file():
            write_text(self.path / "spec.yaml", yaml.safe_dump(spec, sort_keys=False))
        if not (self.path / EPISODES_FILE).is_file():
            write_json(self.path / EPISODES_FILE, self.manifest.to_dict())
        if not (self.path / "environment.json").is_file():
            write_json(self.path / "environment.json", environment())

    def missing_parts(self) -> dict[int, Path]:
        """Fold to the file of its outcome, for every fold that has no readable one yet."""
        parts = {fold: self._part(fold) for fold in self.folds}
        return {fold: part for fold, part in parts.items() if read_outcome(part) is None}

    def finish(self) -> None:
        """Put the parts together, compute the metrics, write the result, remove the parts.

        Raises:
            RunError: A part is missing.
        """
        outcomes = []
        for fold in self.folds:
            outcome = read_outcome(self._part(fold))
            if outcome is None:
                raise RunError(
                    f"{self._part(fold)} is missing or damaged.", hint="Run the command again."
                )
            outcomes.append(outcome)
        predictions = predictions_of(
            self.manifest, self._study.cohort, [outcome.scores for outcome in outcomes]
        )
        history = [
            {"fold": fold, **row} for fold, each in enumerate(outcomes) for row in each.history
        ]
        if history:
            text = pd.DataFrame(history).to_csv(index=False, lineterminator="\n")
            write_text(self.path / HISTORY_FILE, text)
        predictions.to_parquet(self.path / PREDICTIONS_FILE)
        write_result(self.path, self._result(predictions, outcomes))
        shutil.rmtree(self.path / PARTS)

    def _part(self, fold: int) -> Path:
        return self.path / PARTS / f"fold-{fold:03d}.npz"

    def _result(self, predictions: Predictions, outcomes: list[Outcome]) -> RunResult:
        study, manifest = self._study, self.manifest
        chosen = [f"epoch {row['epoch']}" for each in outcomes for row in each.chosen.values()]
        peaks = [each.peak_memory_mb for each in outcomes] + [peak_memory_mb()]
        support = self_supported(manifest, study.cohort, self.folds)
        return RunResult(
            key=self.key,
            task=study.spec.task,
            name=study.spec.name,
            cohort=CohortReference.of(study.cohort),
            protocol={
                "name": study.spec.task,
                **self.setting.to_dict(),
                "episodes": study.spec.episodes,
                "test_share": study.spec.test_share,
                "folds": len(self.folds),
                "divide_by": "image" if manifest.by_image else "patient",
            },
            split_sha256=manifest.sha256,
            seed=manifest.seed,
            backbone=self.backbone,
            fingerprints=self._about["backbones"],
            learner=self._spec.title,
            metrics=measure_episodes(predictions, manifest, study.cohort),
            chance=chance_of(self.setting),
            train_only_conditions=tuple(sorted(manifest.development + manifest.left_out)),
            quirks=study.spec.quirks,
            recipe={"method": self._spec.name, **self.method.model_dump(mode="json")},
            tolerated_leaks={"shared patient": support} if support else {},
            detection=study.detection,
            chosen={name: chosen.count(name) for name in sorted(set(chosen))},
            seconds=sum(each.seconds for each in outcomes),
            peak_memory_mb=max((peak for peak in peaks if peak is not None), default=None),
            versions=package_versions(),
        )
