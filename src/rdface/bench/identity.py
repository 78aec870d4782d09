"""All that decides a run's predictions; its hash is the run's key."""

from __future__ import annotations

from typing import Any

from rdface.bench.environment import deciding_versions
from rdface.bench.jobs import ENSEMBLE
from rdface.bench.spec import Training
from rdface.bench.study import Study
from rdface.bench.trainable import trainable
from rdface.learners.tuning import TRAINERS, deciding


def what_decides(
    study: Study, backbone: str, learner: str, training: Training | None
) -> dict[str, Any]:
    """Cohort, split, faces, backbones, learner, code, recipe and quirks, in plain types.

    Args:
        study: What the runs of a spec share.
        backbone: Name, or names joined by ``+``.
        learner: Name.
        training: How it is trained, if it is, with the seed that a quirk drew.
    """
    about: dict[str, Any] = {
        "cohort": study.cohort.sha256,
        "split": study.split.sha256,
        "faces": study.faces.detector,
        "learner": learner,
        "code": deciding_versions(),
    }
    if training is not None and TRAINERS.get(training.trainer).wants == "images":
        # The network itself is trained: which engine runs the frozen one does not matter.
        network = trainable(study.backbones[backbone], training)
        about["backbones"] = {backbone: network.identity}
    else:
        parts = backbone.split(ENSEMBLE)
        about["backbones"] = {name: study.backbones[name].fingerprint for name in parts}
    if training is not None:
        about["trainer"] = deciding(training) | {"device": study.device_type}
    if study.spec.quirks:
        about["quirks"] = list(study.spec.quirks)
    if study.reliability is not None:
        about["reliability"] = study.reliability.deciding()
    return about
