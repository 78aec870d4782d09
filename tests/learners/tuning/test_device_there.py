"""What the workers of an engine compute on is asked of a worker that has a GPU to itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
import torch

from rdface.engines import Needs
from rdface.engines.inline import Inline
from rdface.learners.tuning import device_there
from rdface.learners.tuning.device import choose_device
from rdface.learners.tuning.device_there import device_type_there


class Asked(Inline):
    """Another machine, as far as it says; keeps what its tasks need."""

    local = False

    def __init__(self) -> None:
        super().__init__()
        self.needs: list[Needs] = []

    def run(
        self,
        work: Callable[..., Any],
        tasks: Iterable[Any],
        given: object,
        *,
        needs: Needs = Needs(),  # noqa: B008 - frozen
    ) -> Iterator[tuple[int, Any]]:
        self.needs.append(needs)
        return super().run(work, tasks, given, needs=needs)


def test_a_worker_says_what_it_would_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_there, "choose_device", lambda name: torch.device("cuda", 1))
    engine = Asked()
    assert device_type_there(engine) == "cuda"
    assert [needs.gpu for needs in engine.needs] == [True]


@pytest.mark.parametrize("engine", [None, Inline()])
def test_this_machine_need_not_be_asked(engine: Inline | None) -> None:
    assert device_type_there(engine) == choose_device().type
