"""All that the runs of a few-shot spec share: cohort, people, faces, backbones, episodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rdface.backbones import Backbone, embed_all, load_backbone
from rdface.bench.backbone_names import renamed, without_paths
from rdface.bench.few_shot.spec import FewShotSpec
from rdface.bench.opened import Opened, check_detector, open_cohort
from rdface.bench.spec import Training
from rdface.bench.trainable import trainable, with_quirks
from rdface.cohort import Cohort
from rdface.engines import Engine, check_private
from rdface.learners.few_shot import Pictures, TrainedMethod
from rdface.protocols.few_shot import EpisodeSource, Manifest, Setting, make_manifest

if TYPE_CHECKING:
    from rdface.backbones.torch_backbone import TorchBackbone


@dataclass(frozen=True, eq=False)
class FewShotStudy(Opened):
    """What a few-shot spec names, opened; make one with :func:`open_few_shot_study`.

    Attributes:
        spec: The spec; its backbones under the names that they have in results.
        backbones: By name.
        shared: Setting to the episodes that all runs share; empty where each draws its own.
    """

    spec: FewShotSpec
    backbones: dict[str, Backbone]
    shared: dict[Setting, Manifest]
    _embedded: dict[str, NDArray[np.float32]] = field(default_factory=dict, init=False, repr=False)

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
        if backbone not in self._embedded:
            self._embedded.clear()
            self._embedded[backbone] = embed_all(
                self.cohort, [self.backbones[backbone]], self.faces, engine=self.engine
            )[0]
        return self._embedded[backbone]

    def network(self, backbone: str, method: TrainedMethod) -> TorchBackbone:
        """The backbone at the size that the method asks for.

        Raises:
            UsageError: It cannot be trained.
        """
        return trainable(self.backbones[backbone], Training(size=method.size))

    def pictures(self, backbone: str, method: TrainedMethod) -> Pictures:
        """What a method trains on."""
        network = self.network(backbone, method)
        return Pictures(self.crops(network.crop), network.trunk, network.normalisation)


def open_few_shot_study(spec: FewShotSpec, engine: Engine | None = None) -> FewShotStudy:
    """Open everything that a spec names, the cheap things first, so that errors come early.

    Args:
        spec: The spec.
        engine: Where faces are found and embedded; this process if None.

    Raises:
        UsageError: An unknown name, a backbone that cannot be trained, or episodes that the
            cohort cannot give.
        CohortError, LeakageError: The cohort is not sound.
        WeightsError: Weights are missing.
        TermsError: Patients would cross a network in the clear.
    """
    check_detector(spec.detector)
    cohort = open_cohort(spec.cohort)
    check_private(engine, simulated=cohort.info.simulated)
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
    study = FewShotStudy(cohort, spec.detector, spec, backbones, manifests, engine=engine)
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
