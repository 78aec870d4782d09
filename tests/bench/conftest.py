"""A backbone and a detector of a few lines, so that benches run without weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rdface.bench import Spec
from rdface.bench import benchmark as benchmark_module
from rdface.cohort import Cohort
from rdface.engines.inline import Inline
from tests.bench.pieces import register, save_tiny_network


@pytest.fixture
def make_spec(make_cohort: Callable[..., Cohort]) -> Callable[..., Spec]:
    """A spec over a tiny cohort with tiny pieces; keyword arguments change it."""
    register()

    def make(**changes: object) -> Spec:
        folder = str(changes.pop("folder", "cohort"))
        cohort = make_cohort(conditions=4, patients=4, images=1, size=16, folder=folder)
        content: dict[str, object] = {
            "version": 1,
            "name": "tiny",
            "cohort": str(cohort.root),
            "detector": "whole-test",
            "protocol": {"name": "strict", "seed": 0, "repeats": 2, "folds": 2},
            "backbones": ["colour-test", "pixels-test", "colour-test+pixels-test"],
            "learners": ["prototype", "knn"],
        }
        return Spec.model_validate(content | changes)

    return make


@pytest.fixture
def tiny_network(tmp_path: Path) -> str:
    """A real architecture of timm, 0.5 M parameters, with random weights on disk."""
    return save_tiny_network(tmp_path / "weights")


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do jobs here, without worker processes, where those are not what is tested."""
    monkeypatch.setattr(benchmark_module, "Local", Inline)


@pytest.fixture
def make_training(
    make_spec: Callable[..., Spec], make_cohort: Callable[..., Cohort], tiny_network: str
) -> Callable[..., Spec]:
    """A spec that trains that network for two epochs at 64 pixels."""
    cohort = make_cohort(conditions=3, patients=4, images=2, size=32, folder="faces")

    def make(**changes: object) -> Spec:
        content: dict[str, object] = {
            "cohort": str(cohort.root),
            "protocol": {"name": "paper", "folds": 2},
            "backbones": [tiny_network],
            "learners": ["fine_tune"],
            "recipes": {"fine_tune": {"epochs": 2, "batch": 4, "size": 64}},
        }
        return make_spec(**(content | changes))

    return make
