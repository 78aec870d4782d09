"""A stage of training goes on after any kill as if nothing had been."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from rdface.errors import UsageError
from rdface.synthesis.base_model import stage
from rdface.synthesis.base_model.stage import train_stage

if TYPE_CHECKING:
    import torch


class _KilledError(Exception):
    pass


def _train(path: Path, *, steps: int, die_at: int | None = None, key: str = "a") -> torch.nn.Linear:
    import torch

    torch.manual_seed(0)
    model = torch.nn.Linear(3, 1)

    def loss(step: int) -> torch.Tensor:
        if step == die_at:
            raise _KilledError
        x = torch.from_numpy(np.random.default_rng(step).standard_normal((8, 3), np.float32))
        return ((model(x) - x.sum(1, keepdim=True)) ** 2).mean()

    trained = train_stage(
        "Training a line",
        model,
        loss,
        steps=steps,
        rate=0.05,
        last_rate=0.01,
        averaging=0.9,
        path=path,
        key=key,
    )
    assert isinstance(trained, torch.nn.Linear)
    return trained


def test_a_killed_stage_ends_with_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Weights, optimiser and average are all kept: the averaged weights agree to the bit."""
    import torch

    monkeypatch.setattr(stage, "EVERY", 7)
    whole = _train(tmp_path / "whole.pt", steps=40)
    with pytest.raises(_KilledError):
        _train(tmp_path / "killed.pt", steps=40, die_at=25)
    again = _train(tmp_path / "killed.pt", steps=40)
    assert torch.equal(whole.weight, again.weight) and torch.equal(whole.bias, again.bias)


def test_a_stage_learns_and_a_finished_one_is_not_trained_again(tmp_path: Path) -> None:
    done = _train(tmp_path / "a.pt", steps=300)
    np.testing.assert_allclose(done.weight.detach().numpy(), 1, atol=0.05)
    again = _train(tmp_path / "a.pt", steps=300, die_at=0)  # would die if it trained
    np.testing.assert_array_equal(done.weight.detach(), again.weight.detach())


def test_a_checkpoint_of_another_recipe_is_not_written_over(tmp_path: Path) -> None:
    """Hours of training are lost by no typing error."""
    _train(tmp_path / "a.pt", steps=5)
    before = (tmp_path / "a.pt").read_bytes()
    with pytest.raises(UsageError, match="another training"):
        _train(tmp_path / "a.pt", steps=5, key="b")
    assert (tmp_path / "a.pt").read_bytes() == before


def test_a_damaged_checkpoint_costs_the_training_and_not_the_command(tmp_path: Path) -> None:
    whole = _train(tmp_path / "a.pt", steps=5)
    (tmp_path / "a.pt").write_bytes(b"cut short")
    again = _train(tmp_path / "a.pt", steps=5)
    np.testing.assert_array_equal(whole.weight.detach(), again.weight.detach())
