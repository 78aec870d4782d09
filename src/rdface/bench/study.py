"""All that the runs of one spec share: cohort, split, faces, backbones."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rdface.backbones import Backbone, embed_all, load_backbone
from rdface.bench.backbone_names import renamed, without_paths
from rdface.bench.opened import Opened, check_detector, open_cohort
from rdface.bench.reliability.plan import ReliabilityPlan, plan_reliability, refuse_trainer
from rdface.bench.spec import Spec, Training
from rdface.bench.trainable import check_trainable, trainable, with_quirks
from rdface.engines import Engine, check_private
from rdface.errors import UsageError
from rdface.learners.tuning import TRAINERS, Material
from rdface.learners.tuning.device import VARIABLE, choose_device
from rdface.learners.tuning.device_there import device_type_there
from rdface.protocols import PROTOCOLS, FoldRows, Leak, Split, check_leakage


@dataclass(frozen=True, eq=False)
class Study(Opened):
    """What a spec names, opened and checked; make one with :func:`open_study`.

    Attributes:
        spec: The spec; its backbones under the names that they have in results.
        split: The folds, past the guards.
        leaks: What the guards found and the protocol tolerates (``strict``: never anything).
        backbones: Single backbones by name.
        reliability: Further models to judge reliability by, where the spec asks for it.
    """

    spec: Spec
    split: Split
    leaks: tuple[Leak, ...]
    backbones: dict[str, Backbone]
    _embedded: dict[str, NDArray[np.float32]] = field(default_factory=dict, init=False, repr=False)
    reliability: ReliabilityPlan | None = None

    @cached_property
    def labels(self) -> NDArray[np.intp]:
        """``int [N]``: condition of each image."""
        column = {condition: index for index, condition in enumerate(self.cohort.condition_ids)}
        return np.array([column[name] for name in self.cohort.images["condition"]], dtype=np.intp)

    @cached_property
    def device_type(self) -> str:
        """What trainers compute on, as torch calls it; it is part of what a run is.

        The variable ``RDFACE_DEVICE`` of this machine decides, wherever they run.
        """
        if os.environ.get(VARIABLE):
            return choose_device().type
        return device_type_there(self.engine)

    def material(self, backbone: str, training: Training) -> Material:
        """What a trainer trains on: embeddings of the frozen backbone, or crops and the network."""
        material = Material(
            labels=self.labels,
            synthetic=(self.cohort.images["synthetic_of"] != "").to_numpy(bool),
            n_conditions=len(self.cohort.condition_ids),
        )
        if TRAINERS.get(training.trainer).wants == "embeddings":
            return replace(material, embeddings=self.embed([backbone])[backbone])
        network = trainable(self.backbones[backbone], training)
        return replace(
            material,
            images=self.crops(network.crop),
            trunk=network.trunk,
            normalisation=network.normalisation,
        )

    @cached_property
    def fold_rows(self) -> tuple[FoldRows, ...]:
        """The folds as row numbers."""
        return tuple(fold.rows(self.cohort.image_ids) for fold in self.split.folds)

    def embed(self, names: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """Embeddings ``[N, D]`` of the cohort by backbone; each picture is opened once."""
        names = list(names)
        missing = [name for name in names if name not in self._embedded]
        if missing:
            wanted = [self.backbones[name] for name in missing]
            made = embed_all(self.cohort, wanted, self.faces, engine=self.engine)
            self._embedded.update(zip(missing, made, strict=True))
        return {name: self._embedded[name] for name in names}


def open_study(
    spec: Spec, loaded: dict[str, Backbone] | None = None, engine: Engine | None = None
) -> Study:
    """Open everything that a spec names, the cheap things first, so that errors come early.

    Args:
        spec: The spec.
        loaded: Backbones by the name that the spec has for them; what is missing is loaded and
            put there, so that the studies of one spec share gigabytes of weights.
        engine: Where faces are found and embedded; this process if None.

    Raises:
        UsageError: An unknown name, or an option that the protocol does not have.
        CohortError: The cohort is not sound.
        WeightsError: Weights are missing.
        LeakageError: The split leaks.
        TermsError: Patients would cross a network in the clear.
    """
    trainings = [spec.training(learner) for learner in spec.learners]
    protocol = PROTOCOLS.get(spec.protocol.name)
    check_detector(spec.detector)
    loaded = {} if loaded is None else loaded
    for name in spec.single_backbones:
        if name not in loaded:
            loaded[name] = load_backbone(name)
    backbones = {name: with_quirks(loaded[name], spec.quirks) for name in spec.single_backbones}
    names = without_paths(backbones)
    backbones = {names[name]: backbone for name, backbone in backbones.items()}
    spec = spec.model_copy(update={"backbones": renamed(spec.backbones, names)})
    for training in filter(None, trainings):
        check_trainable(spec, backbones, training)
        refuse_trainer(spec.reliability, training.trainer)
    cohort = open_cohort(spec.cohort)
    options = spec.protocol_options | {"cohort_sha256": cohort.sha256}
    known = set(inspect.signature(protocol).parameters) - {"images"}
    if not set(options) <= known:
        raise UsageError(
            f"Protocol {spec.protocol.name!r} has no option {min(set(options) - known)!r}.",
            hint=f"Known: {', '.join(sorted(known - {'cohort_sha256'}))}.",
        )
    split = protocol(cohort.images, **options)
    leaks = check_leakage(split, cohort.images)
    reliability = plan_reliability(spec.reliability, split, cohort, spec.detector)
    check_private(engine, simulated=cohort.info.simulated)
    return Study(
        cohort, spec.detector, spec, split, tuple(leaks), backbones, reliability, engine=engine
    )
