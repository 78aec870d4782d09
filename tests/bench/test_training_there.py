"""Trainings as tasks of an engine whose workers see no file of ours."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rdface.bench import Spec, run_benchmark
from rdface.bench.training_there import Task
from rdface.engines import Engine, Here, Needs
from rdface.engines.inline import Inline
from tests.bench.pieces import bits

MakeSpec = Callable[..., Spec]

pytestmark = pytest.mark.weights


class Away:
    """This process, as if it were another machine's; it keeps what it was asked for."""

    local, private = False, True

    def __init__(self) -> None:
        self.asked: list[tuple[Task, Needs]] = []

    def run(
        self,
        work: Callable[..., Any],
        tasks: Iterable[Any],
        given: Any,  # noqa: ANN401
        *,
        needs: Needs = Needs(),  # noqa: B008 - frozen
    ) -> Iterator[tuple[int, Any]]:
        for number, task in enumerate(tasks):
            if isinstance(task, Task):
                self.asked.append((task, needs))
            sent = pickle.loads(pickle.dumps((given, task)))  # noqa: S301 - ours
            yield number, work(*sent, Here(local=False))


def _bits(spec: Spec, out: Path, engine: Engine) -> list[object]:
    return [bits(run) for run in run_benchmark(spec, out, engine=engine)]


def test_heads_are_a_task_a_run(make_training: MakeSpec, own_cache: Path, tmp_path: Path) -> None:
    """With all folds, in one round, with one thread: the bits are those of this process."""
    recipe = {"trainer": "head", "epochs": 2, "batch": 4}
    spec = make_training(
        backbones=["pixels-test", "colour-test"],
        learners=["slow", "fast"],
        recipes={"slow": recipe, "fast": recipe | {"learning_rate": 0.1}},
    )
    away = Away()
    assert _bits(spec, tmp_path / "there", away) == _bits(spec, tmp_path / "here", Inline())
    assert len({(task.backbone, task.learner) for task, _ in away.asked}) == len(away.asked) == 4
    assert {tuple(task.parts) for task, _ in away.asked} == {(0, 1)}
    assert {needs for _, needs in away.asked} == {Needs(threads=1)}


@pytest.mark.slow
def test_networks_are_a_task_a_fold(
    make_training: MakeSpec, own_cache: Path, tmp_path: Path
) -> None:
    """What a quirk changed travels; no checkpoint is left on the other machine, and none here."""
    spec = make_training(quirks=["stretched-picture"], recipes={"fine_tune": {"epochs": 1}})
    away = Away()
    assert _bits(spec, tmp_path / "there", away) == _bits(spec, tmp_path / "here", Inline())
    assert [tuple(task.parts) for task, _ in away.asked] == [(0,), (1,)]
    assert len({task.folder for task, _ in away.asked}) == 2
    assert not list((own_cache / "away").iterdir())
    assert not list(tmp_path.rglob("*.pt"))


def test_the_device_of_a_run_is_a_workers(
    make_training: MakeSpec, own_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked for with a GPU; and the variable of the command's machine has the last word."""
    from rdface.bench import study as study_module

    monkeypatch.setattr(study_module, "device_type_there", lambda engine: "cuda")
    spec = make_training(backbones=["pixels-test"], learners=["head"], recipes={})
    opened = study_module.open_study(spec, engine=Away())
    assert opened.device_type == "cuda"
    monkeypatch.setenv("RDFACE_DEVICE", "cpu")
    assert study_module.open_study(spec, engine=Away()).device_type == "cpu"
