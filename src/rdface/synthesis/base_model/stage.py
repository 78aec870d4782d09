"""One stage of training: steps that depend on their number alone, so that any kill is harmless."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rdface.errors import UsageError
from rdface.learners.tuning.average import moving_average
from rdface.learners.tuning.state_file import State, read_state, write_state
from rdface.progress import bar

if TYPE_CHECKING:
    import torch

_logger = logging.getLogger(__name__)
EVERY = 200
"""Steps between two checkpoints."""

Loss = Callable[[int], "torch.Tensor"]


def train_stage(
    title: str,
    model: torch.nn.Module,
    loss: Loss,
    *,
    steps: int,
    rate: float,
    last_rate: float,
    averaging: float | None,
    path: Path,
    key: str,
) -> torch.nn.Module:
    """Train a model, or go on where a run that was stopped left off.

    Args:
        title: For the progress bar.
        model: Is changed.
        loss: Of a step's number: draws the step's batch and noise from that number.
        steps: In all; a finished stage may be given more.
        rate: Of Adam, after 100 steps of warming up.
        last_rate: Which it falls to along a cosine.
        averaging: Of the moving average of the weights, or None.
        path: The checkpoint.
        key: Names recipe, data and seed.

    Returns:
        The averaged model if there is an average, else ``model``.

    Raises:
        UsageError: The checkpoint has another key.
    """
    import torch

    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=1e-4, fused=True)
    average = moving_average(model, averaging)
    done = _restore(path, key, model, optimiser, average)
    model.train()
    smooth = 0.0
    with bar(title, steps) as advance:
        advance(min(done, steps))
        for step in range(done, steps):
            fall = 0.5 + 0.5 * math.cos(math.pi * step / steps)
            for group in optimiser.param_groups:
                group["lr"] = min(1.0, (step + 1) / 100) * (last_rate + (rate - last_rate) * fall)
            optimiser.zero_grad(set_to_none=True)
            value = loss(step)
            value.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            if average is not None:
                average.update_parameters(model)
            smooth = value.item() if step == done else 0.98 * smooth + 0.02 * value.item()
            advance(1)
            if (step + 1) % EVERY == 0 or step + 1 == steps:
                _logger.info("%s: step %d, loss %.4f", title, step + 1, smooth)
                _save(path, key, step + 1, model, optimiser, average)
    final = model if average is None else average.module
    return final.eval()


def _save(
    path: Path,
    key: str,
    done: int,
    model: torch.nn.Module,
    optimiser: torch.optim.Optimizer,
    average: torch.nn.Module | None,
) -> None:
    state: State = {"key": key, "done": done, "model": model.state_dict()}
    state |= {"optimiser": optimiser.state_dict()}
    state |= {"average": average.state_dict()} if average is not None else {}
    write_state(path, state)


def _restore(
    path: Path,
    key: str,
    model: torch.nn.Module,
    optimiser: torch.optim.Optimizer,
    average: torch.nn.Module | None,
) -> int:
    """Load a checkpoint; how many steps it has behind it, 0 where there is none."""
    state = read_state(path)
    if state is None:
        return 0
    if state["key"] != key:
        raise UsageError(
            f"{path} belongs to another training: other pictures, recipe or seed.",
            hint="Name another folder, or remove this one: hours of work are not written over.",
        )
    model.load_state_dict(state["model"])
    optimiser.load_state_dict(state["optimiser"])
    if average is not None:
        average.load_state_dict(state["average"])
    return int(state["done"])
