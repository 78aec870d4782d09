"""A whole benchmark is the same to the bit on a cluster, one machine of which is killed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree

import pytest

from rdface.bench import Run, Spec, run_benchmark
from rdface.cohort import Cohort
from rdface.engines import Engine
from rdface.engines.inline import Inline
from tests.bench.pieces import bits, history, save_tiny_network
from tests.engines.conftest import Killing, TwoMachines

pytestmark = [pytest.mark.slow, pytest.mark.weights]


def test_learners_heads_and_networks(
    machines: TwoMachines,
    make_cohort: Callable[..., Cohort],
    own_cache: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Faces and embeddings, too; the machine is killed over the folds of a network."""
    cohort = make_cohort(conditions=3, patients=4, images=2, size=32)
    recipe = {"epochs": 2, "batch": 4}

    def spec(backbone: str, recipes: dict[str, object], *learners: str) -> Spec:
        content = {
            "version": 1,
            "name": min(recipes),
            "cohort": str(cohort.root),
            "protocol": {"name": "paper", "folds": 4},
            "backbones": [backbone],
            "learners": [*learners, *recipes],
            "recipes": recipes,
        }
        return Spec.model_validate(content)

    network = save_tiny_network(tmp_path / "weights")
    specs = (
        spec(network, {"fine_tune": recipe | {"size": 64}}),
        spec("sface", {"head": recipe}, "knn"),
    )

    def run(name: str, engine: Engine) -> list[Run]:
        for folder in own_cache.iterdir():
            if not folder.is_symlink():
                rmtree(folder)  # what the other one found
        return [
            run
            for spec in specs
            for run in run_benchmark(spec, tmp_path / name / spec.name, engine=engine)
        ]

    here = run("here", Inline())
    with caplog.at_level(logging.INFO, "rdface"):
        there = run("there", Killing(machines, "training_there"))
    assert len(machines.machines) == 1, "killed over a fold, or before it had begun with one"
    machines.add()
    assert "epoch 2 of 2" in caplog.text, "what a worker logs comes home"
    assert [bits(run) for run in there] == [bits(run) for run in here]
    columns = ["fold", "epoch", "loss", "validation_top1"]
    for one, other in zip(here, there, strict=True):
        if one.result.recipe is None:
            continue
        assert history(one)[columns].equals(history(other)[columns])
