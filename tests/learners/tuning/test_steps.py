"""Single steps of a fine-tuning: what moves, how far, and what is averaged."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rdface.backbones.trunk import Trunk
from rdface.learners.tuning import Material, Recipe
from rdface.learners.tuning.fold_training import FoldTraining
from rdface.protocols import FoldRows
from tests.learners.tuning.fold import opened, state

MakeTrunk = Callable[..., Trunk]


def test_two_batches_of_eight_accumulated_are_one_of_sixteen(
    material: Material, rows: FoldRows, trunk: MakeTrunk, tmp_path: Path
) -> None:
    """Without BatchNorm, with a last group that is short: 16 and 9 images."""
    states = []
    for settings in ({"batch": 16}, {"batch": 8, "accumulate": 2}):
        made = dataclasses.replace(material, trunk=lambda: trunk(norm=False))
        recipe = Recipe(epochs=2, head="linear", learning_rate=1e-2, **settings)
        training = opened(made, rows, recipe, tmp_path / str(settings["batch"]))
        _same_weights(training, 1)
        losses = [row["loss"] for row in training.epochs()]
        states.append((state(training), losses))
    (one, first), (two, second) = states
    assert first == pytest.approx(second, rel=1e-5)
    for name, values in one.items():
        np.testing.assert_allclose(values, two[name], atol=1e-5, err_msg=name)


def _same_weights(training: FoldTraining, seed: int) -> None:
    """The head was drawn from a generator that nobody seeded."""
    import torch

    torch.manual_seed(seed)
    torch.nn.init.normal_(training._model.head.classify.weight, std=0.1)
    torch.nn.init.zeros_(training._model.head.classify.bias)


def test_the_rate_of_each_block_follows_the_schedule(
    material: Material, rows: FoldRows, tmp_path: Path
) -> None:
    """Layer-wise decay scales the whole cosine; the head has the rate that the history tells."""
    recipe = Recipe(epochs=3, batch=8, layer_decay=0.1)
    training = opened(material, rows, recipe, tmp_path)
    for row in training.epochs():
        rates = sorted(group["lr"] for group in training._optimiser.param_groups)
        assert rates == pytest.approx([0.1 * row["learning_rate"], row["learning_rate"]])
    assert training.history[0]["learning_rate"] == 1e-4
    assert all(group["weight_decay"] == 1e-4 for group in training._optimiser.param_groups)


def test_the_average_is_what_is_tested(material: Material, rows: FoldRows, tmp_path: Path) -> None:
    """After two steps it is d w1 + (1 - d) w2, statistics of BatchNorm included."""
    recipe = Recipe(epochs=2, batch=25, ema=0.75)
    training = opened(material, rows, recipe, tmp_path)
    epochs = training.epochs()
    next(epochs)
    first = state(training)
    next(epochs)
    second = state(training)
    for name, value in training._average.module.state_dict().items():
        if "num_batches" not in name:
            wanted = 0.75 * first[name] + 0.25 * second[name]
            np.testing.assert_allclose(value.numpy(), wanted, atol=1e-6, err_msg=name)
    with_average = training.scores(rows.test)
    training._average = None
    assert not np.array_equal(with_average, training.scores(rows.test))


def test_clipping_bounds_the_step(
    material: Material, rows: FoldRows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The norm of all gradients together when the optimiser sees them."""
    recipe = Recipe(epochs=1, batch=8, clip=0.01)
    training = opened(material, rows, recipe, tmp_path)
    norms = []
    step = training._optimiser.step

    def watched(*args: object, **options: object) -> object:
        norms.append(sum(float(w.grad.square().sum()) for w in training._model.parameters()) ** 0.5)
        return step(*args, **options)

    monkeypatch.setattr(training._optimiser, "step", watched)
    list(training.epochs())
    assert len(norms) == 3
    assert all(norm <= 0.0101 for norm in norms)
