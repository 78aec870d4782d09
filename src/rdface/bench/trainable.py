"""Which backbones can be trained, and what quirks and recipes change in them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rdface.backbones import Backbone
from rdface.bench.jobs import ENSEMBLE
from rdface.errors import UsageError
from rdface.faces import Crop
from rdface.learners.tuning import TRAINERS
from rdface.learners.tuning.portion import choose_portion

if TYPE_CHECKING:
    from rdface.backbones.torch_backbone import TorchBackbone
    from rdface.bench.spec import Spec, Training

PAPER_CROP = Crop(224, 224, "picture")


def with_quirks(backbone: Backbone, quirks: Sequence[str]) -> Backbone:
    """The backbone as the paper fed it (F4), where the spec asks for that.

    Raises:
        UsageError: Its engine has crop and normalisation built in.
    """
    if not {"imagenet-norm-for-all", "stretched-picture"} & set(quirks):
        return backbone
    from rdface.backbones.trunk import IMAGENET

    return _torch(backbone, "takes no quirk of crop or normalisation").changed(
        crop=PAPER_CROP if "stretched-picture" in quirks else None,
        normalisation=IMAGENET if "imagenet-norm-for-all" in quirks else None,
    )


def trainable(backbone: Backbone, training: Training) -> TorchBackbone:
    """The backbone at the recipe's size."""
    network = _torch(backbone, "cannot be trained")
    if training.size is None:
        return network
    crop = dataclasses.replace(network.crop, width=training.size, height=training.size)
    return network.changed(crop=crop)


def check_trainable(spec: Spec, backbones: Mapping[str, Backbone], training: Training) -> None:
    """Refuse, before any work, what a trainer cannot do.

    Raises:
        UsageError: An ensemble, a backbone that is no torch network, or a recipe that the trainer
            cannot follow here.
    """
    TRAINERS.get(training.trainer).check(training)
    for name in spec.backbones:
        if ENSEMBLE in name:
            raise UsageError(
                f"The trainer {training.trainer!r} trains one backbone, not the ensemble {name!r}.",
                hint="Give ensembles a spec of their own, with learners on embeddings.",
            )
        if TRAINERS.get(training.trainer).wants == "images":
            network = trainable(backbones[name], training)
            if training.trainable != "all":  # are there so many blocks, and places for adapters?
                choose_portion(network.trunk(), training)


def _torch(backbone: Backbone, fault: str) -> TorchBackbone:
    from rdface.backbones.torch_backbone import TorchBackbone

    if not isinstance(backbone, TorchBackbone):
        raise UsageError(
            f"The backbone {backbone.name!r} {fault}: it does not run on torch.",
            hint="`rdface pieces` lists those that do; for `facenet` it is `facenet-torch`.",
        )
    return backbone
