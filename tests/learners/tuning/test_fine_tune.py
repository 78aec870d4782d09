"""Training whole networks: what is trained, what is chosen, what is reported."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rdface.backbones.trunk import IMAGENET, Trunk
from rdface.errors import RdfaceError, UsageError
from rdface.learners.tuning import Material, Recipe, TunedScores
from rdface.learners.tuning.device import reproducible
from rdface.protocols import FoldRows
from tests.learners.tuning.fold import opened, state

Train = Callable[..., dict[int, TunedScores]]
MakeTrunk = Callable[..., Trunk]


def test_a_separable_set_is_learned(train: Train, material: Material, rows: FoldRows) -> None:
    """Four colours; loss falls, test images are recognised, all is reported."""
    recipe = Recipe(epochs=12, batch=8, learning_rate=1e-2, dropout=0.2)
    found = train("fine_tune", material, {2: rows}, recipe)[2]
    assert found.scores.shape == found.last.shape == (12, 4)
    assert found.scores.dtype == np.float32
    assert (found.scores.argmax(axis=1) == material.labels[rows.test]).mean() > 0.9
    np.testing.assert_allclose(np.exp(found.scores).sum(axis=1), 1, rtol=1e-5)
    assert found.history[-1]["loss"] < 0.5 * found.history[0]["loss"]
    assert [row["epoch"] for row in found.history] == list(range(1, 13))
    assert set(found.history[0]) == {
        "epoch", "loss", "validation_top1", "learning_rate", "seconds"
    }  # fmt: skip
    best = max(row["validation_top1"] for row in found.history)
    assert found.chosen["validation_top1"] == best
    assert found.chosen["epochs"] == 12


def test_the_scores_are_those_of_the_chosen_epoch(
    train: Train, material: Material, rows: FoldRows, recipe: Recipe, tmp_path: Path
) -> None:
    """A training that ends right after the chosen epoch of another has its scores as the last.

    Validation labels are set to what the second epoch says, so that it is the best.
    """
    recipe = recipe.model_copy(update={"epochs": 4})
    at: list[np.ndarray] = []
    with reproducible(_cpu(), recipe.seed):
        training = opened(material, rows, recipe, tmp_path / "watched")
        for _ in training.epochs():
            at.append(training.scores(rows.validation))
    labels = material.labels.copy()
    labels[rows.validation] = at[1].argmax(axis=1)
    chosen = dataclasses.replace(material, labels=labels)
    found = train("fine_tune", chosen, {0: rows}, recipe)[0]
    epoch = found.chosen["epoch"]
    assert found.history[1]["validation_top1"] == 1.0
    assert epoch == max(n for n in range(1, 5) if found.history[n - 1]["validation_top1"] == 1.0)
    with reproducible(_cpu(), recipe.seed):
        training = opened(chosen, rows, recipe, tmp_path / "again")
        for row in training.epochs():
            if row["epoch"] == epoch:
                break
        assert np.array_equal(training.scores(rows.test), found.scores)
    last = train(
        "fine_tune", chosen, {0: rows}, recipe.model_copy(update={"checkpoint": "last"}),
        tmp_path / "last",
    )[0]  # fmt: skip
    assert np.array_equal(last.scores, found.last)
    assert last.chosen["epoch"] == 4


def _cpu():  # noqa: ANN202
    import torch

    return torch.device("cpu")


def test_same_input_same_bits_in_any_company(
    train: Train, material: Material, rows: FoldRows, recipe: Recipe, tmp_path: Path
) -> None:
    """A fold does not depend on those before it, nor on the caller's random numbers."""
    import torch

    other = FoldRows(rows.train[::-1][:20], rows.validation, rows.test)
    one = train("fine_tune", material, {0: other, 3: rows}, recipe, tmp_path / "one")
    torch.manual_seed(99)
    before = torch.get_rng_state()
    two = train("fine_tune", material, {3: rows}, recipe, tmp_path / "two")
    assert torch.equal(before, torch.get_rng_state())
    assert not torch.are_deterministic_algorithms_enabled()
    assert np.array_equal(one[3].scores, two[3].scores)
    assert not np.array_equal(one[0].scores, one[3].scores)
    third = train("fine_tune", material, {4: rows}, recipe, tmp_path / "three")
    assert not np.array_equal(third[4].scores, two[3].scores)  # folds count on from the seed


def test_nothing_is_left_behind(
    train: Train, material: Material, rows: FoldRows, recipe: Recipe, tmp_path: Path
) -> None:
    """Checkpoints go when the result is in safety, and not before."""
    folder = tmp_path / "run"

    def unsafe(fold: int, scores: TunedScores) -> None:
        assert (folder / "fold-000" / "last.pt").is_file()
        raise OSError("disk full")

    from rdface.learners.tuning import TRAINERS

    with pytest.raises(OSError, match="disk full"):
        TRAINERS.get("fine_tune")().train(material, {0: rows}, recipe, folder=folder, done=unsafe)
    assert (folder / "fold-000" / "last.pt").is_file()
    train("fine_tune", material, {0: rows}, recipe, folder)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("trainer", ["fine_tune", "head"])
def test_conditions_without_training_images_have_no_score(
    train: Train, material: Material, rows: FoldRows, trainer: str
) -> None:
    """Minus infinity, as of every learner."""
    seen = rows.train[material.labels[rows.train] != 2]
    recipe = Recipe(epochs=1, batch=8)
    found = train(trainer, material, {0: rows._replace(train=seen)}, recipe)[0]
    for scores in (found.scores, found.last):
        assert np.isneginf(scores[:, 2]).all()
        assert np.isfinite(np.delete(scores, 2, axis=1)).all()


@pytest.mark.parametrize("trainer", ["fine_tune", "head"])
def test_without_validation_the_last_epoch_is_taken(
    train: Train, material: Material, rows: FoldRows, trainer: str
) -> None:
    """And patience has nothing to wait for; no NaN goes into the history."""
    recipe = Recipe(epochs=3, batch=8, patience=1)
    found = train(trainer, material, {0: rows._replace(validation=rows.validation[:0])}, recipe)[0]
    assert found.chosen == {"epoch": 3, "epochs": 3, "validation_top1": None}
    assert np.array_equal(found.scores, found.last)
    assert "validation_top1" not in found.history[0]


@pytest.mark.parametrize("trainer", ["fine_tune", "head"])
def test_early_stopping(train: Train, material: Material, rows: FoldRows, trainer: str) -> None:
    """Labels of validation that nothing can reach: top-1 stays 0 and patience runs out."""
    labels = material.labels.copy()
    labels[rows.validation] = 3
    seen = rows.train[labels[rows.train] != 3]
    found = train(
        trainer,
        dataclasses.replace(material, labels=labels),
        {0: rows._replace(train=seen)},
        Recipe(epochs=9, batch=8, patience=2),
    )[0]
    assert found.chosen == {"epoch": 3, "epochs": 3, "validation_top1": 0.0}


@pytest.mark.parametrize("trainable", ["last-1", "lora"])
def test_a_part_of_the_network_is_trained_and_the_rest_stays_to_the_bit(
    material: Material, rows: FoldRows, tmp_path: Path, trainable: str
) -> None:
    """BatchNorm's statistics included; the head always moves."""
    recipe = Recipe(epochs=1, batch=8, trainable=trainable, learning_rate=1e-2, lora_rank=2)
    training = opened(material, rows, recipe, tmp_path)
    before = state(training)
    list(training.epochs())
    after = state(training)
    moved = {name for name in before if not np.array_equal(before[name], after[name])}
    body = {name for name in moved if name.startswith("trunk.")}
    assert "head.classify.weight" in moved and "head.gate.squeeze.weight" in moved
    if trainable == "lora":
        assert body == {name for name in before if "lora_" in name} != set()
    else:
        assert body == {name for name in before if name.startswith(("trunk.3.", "trunk.4."))}


def test_a_warm_start_is_better_than_chance_before_any_step(
    material: Material, rows: FoldRows, tmp_path: Path
) -> None:
    """With the colours of training images alone."""
    for head in ("linear", "paper"):
        recipe = Recipe(batch=8, warm_start=True, head=head)
        training = opened(material, rows, recipe, tmp_path)
        top1 = (training.scores(rows.test).argmax(axis=1) == material.labels[rows.test]).mean()
        assert top1 > 0.7


def test_a_map_is_flattened_to_the_size_that_it_has(
    train: Train, material: Material, rows: FoldRows, trunk: MakeTrunk
) -> None:
    """VGGFace's head, whose size is found by a probe."""
    made = dataclasses.replace(material, trunk=lambda: trunk(pooled=False))
    for head in ("paper", "linear"):
        found = train("fine_tune", made, {0: rows}, Recipe(epochs=1, batch=8, head=head))
        assert np.isfinite(found[0].scores).all()


def test_a_network_of_timm_trains(train: Train, material: Material, rows: FoldRows) -> None:
    """A real architecture: depthwise convolutions, BatchNorm, channels_last."""
    import timm

    def trunk() -> Trunk:
        network = timm.create_model("mobilenetv3_small_050", pretrained=False, num_classes=0)
        blocks = [("conv_stem", "bn1"), *((f"blocks.{n}",) for n in range(len(network.blocks)))]
        return Trunk(network, 1024, "pooled", (*blocks, ("conv_head",)), ("conv_head",))

    images = np.repeat(np.repeat(material.images, 2, axis=1), 2, axis=2)
    made = dataclasses.replace(material, images=images, trunk=trunk, normalisation=IMAGENET)
    for trainable in ("all", "last-2", "lora"):
        recipe = Recipe(epochs=1, batch=8, trainable=trainable)
        assert np.isfinite(train("fine_tune", made, {0: rows}, recipe)[0].scores).all()


@pytest.mark.parametrize("half", ["bfloat16", "float16"])
def test_mixed_precision_learns(
    train: Train,
    material: Material,
    rows: FoldRows,
    monkeypatch: pytest.MonkeyPatch,
    half: str,
) -> None:
    """There is no GPU here: autocast on the CPU goes the same way, the scaler of float16 too."""
    import torch

    from rdface.learners.tuning import fold_training

    kind = getattr(torch, half)
    seen = []

    def autocast(device: torch.device, half: torch.dtype) -> torch.autocast:
        seen.append(half)
        return torch.autocast("cpu", dtype=kind)

    monkeypatch.setattr(fold_training, "half_type", lambda device, precision: kind)
    monkeypatch.setattr(fold_training, "mixed_precision", autocast)
    recipe = Recipe(epochs=10, batch=8, learning_rate=1e-2, dropout=0.2, clip=1.0)
    found = train("fine_tune", material, {0: rows}, recipe)[0]
    assert seen
    assert found.scores.dtype == np.float32
    assert (found.scores.argmax(axis=1) == material.labels[rows.test]).mean() > 0.7


def test_a_diverging_training_says_so(train: Train, material: Material, rows: FoldRows) -> None:
    """In words, with what to try."""
    broken = dataclasses.replace(
        material, normalisation=dataclasses.replace(IMAGENET, std=(1e-45, 1.0, 1.0))
    )
    with pytest.raises(RdfaceError, match="loss became nan in epoch 1") as caught:
        train("fine_tune", broken, {0: rows}, Recipe(epochs=2, batch=8))
    assert "learning_rate" in str(caught.value.hint)


def test_what_cannot_be_trained_is_refused(
    train: Train, material: Material, rows: FoldRows
) -> None:
    """Too many blocks; material of the other trainer."""
    with pytest.raises(UsageError, match="last-5"):
        train("fine_tune", material, {0: rows}, Recipe(trainable="last-5"))
    with pytest.raises(ValueError, match="wants images"):
        train("fine_tune", dataclasses.replace(material, images=None), {0: rows}, Recipe())
