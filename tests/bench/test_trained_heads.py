"""Heads trained on a frozen backbone: runs like any other, stopped and resumed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rdface.bench import Spec, run_benchmark
from rdface.bench import training as training_module
from tests.bench.pieces import bits, history

MakeSpec = Callable[..., Spec]

pytestmark = [pytest.mark.weights, pytest.mark.usefixtures("own_cache", "in_process")]


def test_heads_on_a_frozen_backbone(make_training: MakeSpec, tmp_path: Path) -> None:
    """The trainer ``head`` takes any backbone's embeddings, and stands beside learners."""
    spec = make_training(
        backbones=["pixels-test"],
        learners=["knn", "head"],
        recipes={"head": {"epochs": 3, "batch": 4}},
    )
    knn, head = run_benchmark(spec, tmp_path / "runs")
    assert (knn.result.recipe, head.result.recipe is None) == (None, False)
    assert len(history(head)) == 6
    # Validation images choose for both, and join the final fit of neither under `paper`.
    assert knn.predictions.training_count.tolist() == head.predictions.training_count.tolist()


def test_heads_that_were_stopped_go_on_to_the_same_bits(
    make_training: MakeSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sums are rounded otherwise where fewer folds are trained at once: all are trained anew."""
    spec = make_training(
        protocol={"name": "paper", "folds": 5},
        backbones=["pixels-test"],
        learners=["head"],
        recipes={"head": {"epochs": 3, "batch": 4, "learning_rate": 0.1}},
    )
    (whole,) = run_benchmark(spec, tmp_path / "whole")
    kept, given = training_module.write_outcome, []

    def stop(path: Path, *rest: object) -> None:
        kept(path, *rest)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(training_module, "write_outcome", stop)
        run_benchmark(spec, tmp_path / "stopped")
    monkeypatch.setattr(
        training_module, "write_outcome", lambda *each: (given.append(each[0]), kept(*each))
    )
    (resumed,) = run_benchmark(spec, tmp_path / "stopped")
    assert bits(resumed) == bits(whole)
    assert len(given) == 5
