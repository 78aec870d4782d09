"""All that the runs of a few-shot spec share: cohort, people, faces, backbones, episodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rdface.backbones import Backbone, embed_all, load_backbone
from rdface.bench.backbone_names import renamed, without_paths
from rdface.bench.few_shot.spec import FewShotSpec
from rdface.bench.result import Detection
from rdface.bench.spec import Training
from rdface.bench.trainable import trainable, with_quirks
from rdface.cohort import Cohort, load_cohort
from rdface.errors import UsageError
from rdface.faces import Crop, FaceTable, load_detector, locate_faces
from rdface.faces.cut import cut_all
from rdface.learners.few_shot import Pictures, TrainedMethod
from rdface.protocols.few_shot import EpisodeSource, Manifest, Setting, make_manifest
from rdface.weights import where

if TYPE_CHECKING:
    from rdface.backbones.torch_backbone import TorchBackbone


@dataclass(frozen=True, eq=False)
class FewShotStudy:
    """What a few-shot spec names, opened; make one with :func:`open_few_shot_study`.

    Attributes:
        spec: The spec; its backbones under the names that they have in results.
        cohort: Its cohort.
        backbones: By name.
        shared: Setting to the episodes that all runs share; empty where each draws its own.
    """

    spec: FewShotSpec
    cohort: Cohort
    backbones: dict[str, Backbone]
    shared: dict[Setting, Manifest]
    _kept: dict[str, tuple[object, NDArray[np.generic]]] = field(default_factory=dict)

    @cached_property
    def faces(self) -> FaceTable:
        """The faces of all images."""
        return locate_faces(self.cohort, self.spec.detector)

    @cached_property
    def detection(self) -> Detection:
        """How many images had one face, several or none."""
        counts = self.faces.counts()
        return Detection(
            detector=self.spec.detector,
            **{status: counts[status] for status in ("one", "several", "none")},
        )

    def manifest(self, setting: Setting, draw: str = "") -> Manifest:
        """The episodes of a setting: those that are shared, or those of a run's own word."""
        return (
            self.shared[setting] if not draw else _manifest(self.spec, self.cohort, setting, draw)
        )

    def source(self, manifest: Manifest) -> EpisodeSource:
        """Training and validation episodes beside a manifest's test episodes."""
        return EpisodeSource.of(manifest, self.cohort.images)

    def embeddings(self, backbone: str) -> NDArray[np.float32]:
        """``float32 [N, D]`` of the whole cohort; those asked for last are kept."""
        kept = self._kept.get("embeddings")
        if kept is None or kept[0] != backbone:
            found = embed_all(self.cohort, [self.backbones[backbone]], self.faces)[0]
            kept = self._kept["embeddings"] = (backbone, found)
        return np.asarray(kept[1], dtype=np.float32)

    def network(self, backbone: str, method: TrainedMethod) -> TorchBackbone:
        """The backbone at the size that the method asks for.

        Raises:
            UsageError: It cannot be trained.
        """
        return trainable(self.backbones[backbone], Training(size=method.size))

    def pictures(self, backbone: str, method: TrainedMethod) -> Pictures:
        """What a method trains on; the crops that were asked for last are kept in memory."""
        network = self.network(backbone, method)
        return Pictures(self._crops(network.crop), network.trunk, network.normalisation)

    def _crops(self, crop: Crop) -> NDArray[np.uint8]:
        kept = self._kept.get("crops")
        if kept is None or kept[0] != crop:
            kept = self._kept["crops"] = (crop, cut_all(self.cohort, self.faces, crop))
        return np.asarray(kept[1], dtype=np.uint8)


def open_few_shot_study(spec: FewShotSpec) -> FewShotStudy:
    """Open everything that a spec names, the cheap things first, so that errors come early.

    Raises:
        UsageError: An unknown name, a backbone that cannot be trained, or episodes that the
            cohort cannot give.
        CohortError, LeakageError: The cohort is not sound.
        WeightsError: Weights are missing.
    """
    load_detector(spec.detector)
    where("mesh468")  # every face's points come from it
    cohort = load_cohort(spec.cohort)
    if cohort.info.evaluation_only:
        raise UsageError(
            f"The cohort {cohort.info.name} is for evaluation only; a benchmark would train on it.",
            hint="Train on another cohort, such as sim103.",
        )
    manifests = {setting: _manifest(spec, cohort, setting, "") for setting in spec.settings.all}
    methods = [each.make() for each in spec.methods]
    trained = [method for method in methods if isinstance(method, TrainedMethod)]
    for manifest in manifests.values() if trained else ():
        source = EpisodeSource.of(manifest, cohort.images)
        for fold in range(spec.folds):
            source.training(fold, 1, 1)
            source.validation(fold, 1)
    backbones = {name: with_quirks(load_backbone(name), spec.quirks) for name in spec.backbones}
    names = without_paths(backbones)
    backbones = {names[name]: backbone for name, backbone in backbones.items()}
    spec = spec.model_copy(update={"backbones": renamed(spec.backbones, names)})
    study = FewShotStudy(spec, cohort, backbones, manifests)
    for name in spec.backbones:
        for method in trained:
            study.network(name, method)
    return study


def _manifest(spec: FewShotSpec, cohort: Cohort, setting: Setting, draw: str) -> Manifest:
    return make_manifest(
        cohort.images,
        setting,
        seed=spec.seed,
        cohort_sha256=cohort.sha256,
        test_share=spec.test_share,
        folds=spec.folds,
        episodes=spec.episodes,
        by_image="episodes-by-image" in spec.quirks,
        draw=draw,
    )
