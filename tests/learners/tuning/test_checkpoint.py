"""Stopped and resumed is to the bit as never stopped."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rdface.learners.tuning import Material, Recipe, TunedScores
from rdface.learners.tuning.checkpoint import Checkpoints, changing, restore
from rdface.protocols import FoldRows

Train = Callable[..., dict[int, TunedScores]]


class Killed(BaseException):
    """As Ctrl-C: not an Exception."""


def killing(epoch: int) -> Callable[[int, dict[str, float]], None]:
    def after_epoch(fold: int, row: dict[str, float]) -> None:
        if (fold, row["epoch"]) == (1, epoch):
            raise Killed

    return after_epoch


def without_seconds(found: TunedScores) -> tuple[Any, ...]:
    history = [{k: v for k, v in row.items() if k != "seconds"} for row in found.history]
    return found.scores.tobytes(), found.last.tobytes(), found.chosen, history


RECIPES = {
    "everything that is drawn or kept": {"augmentation": "standard", "ema": 0.9, "clip": 1.0},
    "adapters": {"trainable": "lora", "accumulate": 2, "budget": "epochs"},
    "last block": {"trainable": "last-1", "layer_decay": 0.5, "augmentation": "flip"},
    "steps": {"budget": "steps", "warm_start": True},
    "patience": {"patience": 1, "label_smoothing": 0.1, "head": "linear"},
}


@pytest.mark.parametrize("settings", RECIPES.values(), ids=RECIPES.keys())
def test_a_killed_training_resumes_to_the_same_bits(
    train: Train, material: Material, rows: FoldRows, tmp_path: Path, settings: dict[str, Any]
) -> None:
    """After every epoch of the second fold; dropout, order, augmentation, moments, average."""
    synthetic = np.arange(48) % 3 == 0
    made = dataclasses.replace(material, synthetic=synthetic)
    recipe = Recipe(epochs=4, batch=8, learning_rate=5e-3, **settings)
    other = FoldRows(rows.train[5:], rows.validation, rows.test)
    folds = {0: other, 1: rows}
    straight = train("fine_tune", made, folds, recipe, tmp_path / "straight")
    folder = tmp_path / "killed"
    for epoch in (1, 2, 3):
        if epoch > len(straight[1].history):
            break
        with pytest.raises(Killed):
            train("fine_tune", made, folds, recipe, folder, after_epoch=killing(epoch))
        assert (folder / "fold-001" / "last.pt").is_file()
        if epoch == 1:
            folds.pop(0)  # done before: its scores were handed over
    resumed = train("fine_tune", made, folds, recipe, folder)
    assert without_seconds(resumed[1]) == without_seconds(straight[1])


def test_only_what_is_missing_is_trained(
    train: Train, material: Material, rows: FoldRows, recipe: Recipe, tmp_path: Path
) -> None:
    """Two epochs are there, one is left; a finished training is only scored."""
    trained: list[float] = []
    for until in (2, 3):
        with pytest.raises(Killed):
            train("fine_tune", material, {1: rows}, recipe, tmp_path, after_epoch=killing(until))
    found = train(
        "fine_tune", material, {1: rows}, recipe, tmp_path,
        after_epoch=lambda fold, row: trained.append(row["epoch"]),
    )  # fmt: skip
    assert trained == []
    assert len(found[1].history) == 3


@pytest.mark.parametrize(
    "change", ["recipe", "labels", "pictures", "rows", "trunk", "synthetic", "normalisation"]
)
def test_a_checkpoint_of_another_training_is_not_used(
    train: Train,
    material: Material,
    rows: FoldRows,
    recipe: Recipe,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    change: str,
) -> None:
    """It is said in the log, and training begins anew: as if it had not been there."""
    with pytest.raises(Killed):
        train("fine_tune", material, {1: rows}, recipe, tmp_path / "a", after_epoch=killing(2))
    labels, images, synthetic = (
        material.labels.copy(), material.images.copy(), material.synthetic.copy()
    )  # fmt: skip
    labels[rows.train[0]] = 3
    images[rows.validation[0], 0, 0, 0] ^= 1
    synthetic[rows.train[0]] = True
    trunk = material.trunk()
    trunk.network[0].bias.data[0] += 1e-6
    replaced: dict[str, Any] = {
        "labels": {"labels": labels},
        "pictures": {"images": images},
        "trunk": {"trunk": lambda: trunk},
        "synthetic": {"synthetic": synthetic},
        "normalisation": {
            "normalisation": dataclasses.replace(material.normalisation, mean=(0.1, 0.2, 0.3))
        },
    }.get(change, {})
    if change == "recipe":
        recipe = recipe.model_copy(update={"dropout": 0.4})
    if change == "rows":
        rows = rows._replace(train=rows.train[::-1].copy())
    made = dataclasses.replace(material, **replaced)
    with caplog.at_level(logging.WARNING):
        found = train("fine_tune", made, {1: rows}, recipe, tmp_path / "a")
    assert "belongs to another training" in caplog.text
    if change == "trunk":  # the first training has changed it
        return
    fresh = train("fine_tune", made, {1: rows}, recipe, tmp_path / "b")
    assert without_seconds(found[1]) == without_seconds(fresh[1])


def test_test_rows_are_no_part_of_the_key(
    train: Train,
    material: Material,
    rows: FoldRows,
    recipe: Recipe,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nothing reads them before the end, not even a hash."""
    with pytest.raises(Killed):
        train("fine_tune", material, {1: rows}, recipe, tmp_path, after_epoch=killing(2))
    images = material.images.copy()
    images[rows.test] = 0
    made = dataclasses.replace(material, images=images)
    trained: list[float] = []
    train(
        "fine_tune", made, {1: rows._replace(test=rows.test[:3])}, recipe, tmp_path,
        after_epoch=lambda fold, row: trained.append(row["epoch"]),
    )  # fmt: skip
    assert trained == [3]
    assert not caplog.records


@pytest.mark.parametrize("damage", ["cut", "empty", "best gone"])
def test_a_damaged_checkpoint_is_not_used(
    train: Train,
    material: Material,
    rows: FoldRows,
    recipe: Recipe,
    tmp_path: Path,
    damage: str,
) -> None:
    """Training begins anew and gives what it gives."""
    straight = train("fine_tune", material, {1: rows}, recipe, tmp_path / "straight")
    with pytest.raises(Killed):
        train("fine_tune", material, {1: rows}, recipe, tmp_path / "a", after_epoch=killing(2))
    path = tmp_path / "a" / "fold-001" / "last.pt"
    if damage == "best gone":
        (best,) = path.parent.glob("best-*.pt")
        best.unlink()
    else:
        path.write_bytes(path.read_bytes()[:1000] if damage == "cut" else b"")
    found = train("fine_tune", material, {1: rows}, recipe, tmp_path / "a")
    assert without_seconds(found[1]) == without_seconds(straight[1])


def test_what_a_kill_left_half_written_is_removed(tmp_path: Path) -> None:
    """Files of a gigabyte would pile up."""
    left = tmp_path / ".last.pt.abc"
    left.mkdir()
    (left / "last.pt").write_bytes(b"half")
    assert Checkpoints(tmp_path, "key").load() is None
    assert not left.exists()


def test_what_is_frozen_is_not_written() -> None:
    """A network of gigabytes with small adapters has small checkpoints."""
    import torch
    from torch import nn

    model = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3))
    model[0].requires_grad_(False)
    assert set(changing(model)) == {
        "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked"
    }  # fmt: skip
    kept = {name: value.clone() for name, value in changing(model).items()}
    nn.init.constant_(model[1].weight, 7)
    restore(model, kept)
    assert torch.equal(model[1].weight, torch.ones(3))
    with pytest.raises(ValueError, match="does not fit"):
        restore(model, {"1.weight": torch.ones(3)})


def test_a_checkpoint_is_no_pickle_that_could_run_code(tmp_path: Path) -> None:
    """A file with anything but tensors and plain values is not opened."""
    import torch

    checkpoints = Checkpoints(tmp_path, "key")
    torch.save({"key": "key", "best_epoch": 1, "trap": Path("x")}, tmp_path / "last.pt")
    assert checkpoints.load() is None


def test_adapters_on_attention_resume_to_the_same_bits(
    train: Train, material: Material, rows: FoldRows, tmp_path: Path
) -> None:
    """Peft swaps the weights of ``MultiheadAttention`` (CLIP's) in and out in every pass."""
    import torch
    from torch import nn

    from rdface.backbones.trunk import Trunk

    class Attention(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stem = nn.Conv2d(3, 16, 8, 8)
            self.attention = nn.MultiheadAttention(16, 2, batch_first=True)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            tokens = self.stem(x).flatten(2).transpose(1, 2)
            return self.attention(tokens, tokens, tokens, need_weights=False)[0].mean(dim=1)

    def trunk() -> Trunk:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(1)
            network = Attention()
        return Trunk(network, 16, "pooled", (("stem",), ("attention",)), ("attention",))

    made = dataclasses.replace(material, trunk=trunk)
    recipe = Recipe(epochs=3, batch=8, learning_rate=1e-2, trainable="lora", ema=0.8)
    straight = train("fine_tune", made, {1: rows}, recipe, tmp_path / "straight")
    for epoch in (1, 2):
        with pytest.raises(Killed):
            train("fine_tune", made, {1: rows}, recipe, tmp_path / "a", after_epoch=killing(epoch))
    resumed = train("fine_tune", made, {1: rows}, recipe, tmp_path / "a")
    assert without_seconds(resumed[1]) == without_seconds(straight[1])
    still = recipe.model_copy(update={"learning_rate": 1e-12, "min_learning_rate": 0.0})
    unmoved = train("fine_tune", made, {1: rows}, still, tmp_path / "still")
    assert not np.array_equal(unmoved[1].scores, straight[1].scores)
