"""A few-shot spec over a tiny cohort, with a frozen backbone and one that can be trained."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rdface.backbones import BACKBONES
from rdface.bench.few_shot import FewShotSpec
from rdface.cohort import Cohort
from rdface.faces import Crop
from tests.bench.pieces import register


def _tiny(argument: str | None) -> object:
    """Two layers of torch, weights from a seed."""
    import torch

    from rdface.backbones.torch_backbone import TorchBackbone
    from rdface.backbones.trunk import Normalisation

    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = torch.nn.Sequential(
            torch.nn.Conv2d(3, 4, 3, stride=2),
            torch.nn.ReLU(),
            torch.nn.AdaptiveAvgPool2d(1),
            torch.nn.Flatten(),
        )
    return TorchBackbone("tiny-test", network, Crop(16, 16, "box", 0.0), Normalisation())


@pytest.fixture
def make_spec(make_cohort: Callable[..., Cohort]) -> Callable[..., FewShotSpec]:
    """Keyword arguments change it."""
    register()
    if "tiny-test" not in BACKBONES.names():
        BACKBONES.register("tiny-test")(_tiny)

    def make(**changes: object) -> FewShotSpec:
        folder = str(changes.pop("folder", "cohort"))
        cohort = make_cohort(conditions=15, patients=3, images=2, size=16, folder=folder)
        content: dict[str, object] = {
            "version": 1,
            "name": "tiny",
            "task": "few-shot",
            "cohort": str(cohort.root),
            "detector": "whole-test",
            "backbones": ["colour-test", "pixels-test"],
            "methods": ["prototypes", {"name": "simpleshot", "distance": "cosine"}],
            "settings": {"way": [2, 3]},
            "episodes": 6,
            "test_share": 0.3,
            "folds": 3,
        }
        return FewShotSpec.model_validate(content | changes)

    return make
