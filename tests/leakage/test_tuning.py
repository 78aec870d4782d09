"""Canary for training networks and heads: the test rows move nothing.

As in ``test_test_rows_move_nothing``: all test pictures but one are changed wildly, and all test
labels; the score of that one must not move by a bit. Leaky twins show that the canary can sing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from rdface.backbones.trunk import IMAGENET, Trunk
from rdface.learners.tuning import (
    TRAINERS,
    Material,
    Recipe,
    TunedScores,
    fold_training,
    frozen_fold,
)
from rdface.learners.tuning.pictures import Pictures
from rdface.protocols import FoldRows

K = 5
ROWS = FoldRows(np.arange(40), np.arange(40, 60), np.arange(60, 100))
CHANCE = 0.45
"""Upper bound for "at chance": 40 test rows at 1 in 5 exceed it once in 10^4."""

RECIPES = {
    "paper": {},
    "varied": {"augmentation": "standard", "ema": 0.8, "patience": 3},
    "warm": {"warm_start": True, "head": "linear"},
    "lora": {"trainable": "lora"},
    "epochs": {"budget": "epochs", "accumulate": 2, "clip": 1.0},
}
IMAGE_ONLY = ("augmentation", "trainable")


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def tiny_trunk() -> Trunk:
    """One convolution with BatchNorm; always the same weights."""
    import torch
    from torch import nn

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        network = nn.Sequential(
            nn.Conv2d(3, 24, 3, 2), nn.BatchNorm2d(24), nn.ReLU(), nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        )  # fmt: skip
    return Trunk(network, 24, "pooled", (("0", "1"),), ("0",))


@pytest.fixture
def material(rng: np.random.Generator) -> Material:
    """Weakly informative pictures and embeddings of five conditions."""
    labels = np.tile(np.arange(K), 20)
    colours = rng.integers(0, 60, (K, 1, 1, 3))
    images = colours[labels] + rng.integers(0, 190, (100, 12, 12, 3))
    embeddings = rng.normal(size=(K, 30))[labels] + 1.5 * rng.normal(size=(100, 30))
    return Material(
        labels=labels,
        synthetic=np.arange(100) % 4 == 0,
        n_conditions=K,
        embeddings=embeddings.astype(np.float32),
        images=images.astype(np.uint8),
        trunk=tiny_trunk,
        normalisation=IMAGENET,
    )


Fit = Callable[[Material, FoldRows], TunedScores]


def fitting(trainer: str, folder: Path, **settings: object) -> Fit:
    """Train one fold."""
    if trainer == "head":
        settings = {k: v for k, v in settings.items() if k not in IMAGE_ONLY}
    recipe = Recipe(**{"epochs": 4, "batch": 8, "learning_rate": 1e-2, **settings})

    def fit(material: Material, rows: FoldRows) -> TunedScores:
        found: dict[int, TunedScores] = {}
        TRAINERS.get(trainer)().train(
            material, {0: rows}, recipe, folder=folder, done=found.__setitem__
        )
        return found[0]

    return fit


def moves(fit: Fit, material: Material, rows: FoldRows = ROWS) -> bool:
    """Whether a test row's scores depend on the other test rows or on any test label."""
    before = fit(material, rows)
    rng = np.random.default_rng(1)
    others = rows.test[1:]
    images, embeddings = material.images.copy(), material.embeddings.copy()
    images[others] = rng.integers(0, 256, images[others].shape)
    embeddings[others] = 50 * rng.normal(size=embeddings[others].shape) ** 3
    labels = material.labels.copy()
    labels[rows.test] = (labels[rows.test] + 3) % K
    for changed in (
        dataclasses.replace(material, images=images, embeddings=embeddings),
        dataclasses.replace(material, labels=labels),
    ):
        after = fit(changed, rows)
        if not (
            np.array_equal(before.scores[0], after.scores[0])
            and np.array_equal(before.last[0], after.last[0])
            and before.chosen == after.chosen
        ):
            return True
    return False


@pytest.mark.parametrize("trainer", ["fine_tune", "head"])
@pytest.mark.parametrize("settings", RECIPES.values(), ids=RECIPES.keys())
def test_no_trainer_looks_at_the_test_rows(
    material: Material, tmp_path: Path, trainer: str, settings: dict[str, object]
) -> None:
    """To the bit: weights, statistics, choice of the epoch, early stop."""
    assert not moves(fitting(trainer, tmp_path, **settings), material)


@pytest.mark.parametrize("trainer", ["fine_tune", "head"])
def test_test_labels_that_are_no_labels_change_nothing(
    material: Material, tmp_path: Path, trainer: str
) -> None:
    """They would be an error wherever they were used."""
    fit = fitting(trainer, tmp_path)
    labels = material.labels.copy()
    labels[ROWS.test] = -999
    hidden = dataclasses.replace(material, labels=labels)
    assert np.array_equal(fit(material, ROWS).scores, fit(hidden, ROWS).scores)


@pytest.mark.parametrize("trainer", ["fine_tune", "head"])
def test_a_mark_on_test_rows_helps_nobody(
    material: Material, tmp_path: Path, rng: np.random.Generator, trainer: str
) -> None:
    """Pure noise, but every test row says its condition; the twin that trains on some reads it."""
    images = rng.integers(0, 100, material.images.shape).astype(np.uint8)
    colours = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0], [255, 255, 255]])
    images[ROWS.test] = colours[material.labels[ROWS.test], None, None]
    embeddings = rng.normal(size=material.embeddings.shape).astype(np.float32)
    embeddings[ROWS.test, : 5 * K] = 9 * np.tile(np.eye(K), 5)[material.labels[ROWS.test]]
    marked = dataclasses.replace(material, images=images, embeddings=embeddings)

    def reached(rows: FoldRows) -> float:
        fit = fitting(trainer, tmp_path, dropout=0.1, epochs=30, checkpoint="last")
        scores = fit(marked, rows).scores
        return float((scores.argmax(axis=1) == material.labels[rows.test]).mean())

    leaky = FoldRows(np.concatenate([ROWS.train, ROWS.test[:20]]), ROWS.validation, ROWS.test[20:])
    assert reached(ROWS) < CHANCE
    assert reached(leaky) > 0.7


def test_test_pictures_are_touched_after_the_last_epoch_only(
    material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every request for pictures, in order; the trunk's probe and the key included."""
    asked: list[np.ndarray] = []
    raw = Pictures.raw
    monkeypatch.setattr(
        Pictures, "raw", lambda self, rows: (asked.append(rows), raw(self, rows))[1]
    )
    at_the_end: list[int] = []
    recipe = Recipe(epochs=3, batch=8, warm_start=True)
    TRAINERS.get("fine_tune")(after_epoch=lambda fold, row: at_the_end.append(len(asked))).train(
        material, {0: ROWS}, recipe, folder=tmp_path, done=lambda fold, found: None
    )
    before = np.concatenate(asked[: at_the_end[-1]])
    after = np.concatenate(asked[at_the_end[-1] :])
    assert not np.isin(before, ROWS.test).any()
    assert set(before) == {*ROWS.train, *ROWS.validation}
    assert set(after) == set(ROWS.test)


@pytest.mark.parametrize("trainer", ["fine_tune", "head"])
def test_a_warm_start_sees_training_rows_only(
    material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trainer: str
) -> None:
    """As many features as training rows, with their labels; validation does not move them."""
    seen: list[tuple[np.ndarray, np.ndarray]] = []
    module = fold_training if trainer == "fine_tune" else frozen_fold
    real = module.warm_start

    def watched(head, features, labels) -> None:  # noqa: ANN001
        seen.append((features.numpy().copy(), labels.copy()))
        real(head, features, labels)

    monkeypatch.setattr(module, "warm_start", watched)
    fit = fitting(trainer, tmp_path, warm_start=True)
    fit(material, ROWS)
    images, embeddings, labels = (
        x.copy() for x in (material.images, material.embeddings, material.labels)
    )
    images[40:], embeddings[40:], labels[40:] = 7, 7.0, 0
    fit(dataclasses.replace(material, images=images, embeddings=embeddings, labels=labels), ROWS)
    (one, labels_one), (two, labels_two) = seen
    assert len(one) == len(ROWS.train)
    assert np.array_equal(one, two)
    assert np.array_equal(labels_one, labels_two)
    assert np.array_equal(labels_one, material.labels[ROWS.train])


# --- Positive controls. -----------------------------------------------------------------------


@pytest.mark.parametrize("trainer", ["fine_tune", "head"])
def test_control_training_on_test_rows_is_caught(
    material: Material, tmp_path: Path, trainer: str
) -> None:
    """All rows train."""
    fit = fitting(trainer, tmp_path)

    def leaky(material: Material, rows: FoldRows) -> TunedScores:
        return fit(material, rows._replace(train=np.concatenate([rows.train, rows.test])))

    assert moves(leaky, material)


@pytest.mark.parametrize("trainer", ["fine_tune", "head"])
def test_control_an_epoch_chosen_on_test_rows_is_caught(
    material: Material, tmp_path: Path, trainer: str
) -> None:
    """F5 and F9 in small: validation is the test set."""
    fit = fitting(trainer, tmp_path)

    def leaky(material: Material, rows: FoldRows) -> TunedScores:
        return fit(material, rows._replace(validation=rows.test))

    assert moves(leaky, material)


def test_control_a_network_left_in_training_mode_is_caught(
    material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Test pictures normalised by the statistics of their batch."""
    import torch

    fit = fitting("fine_tune", tmp_path, dropout=0.0)
    monkeypatch.setattr(torch.nn.Module, "eval", lambda self: self.train())
    assert moves(fit, material)
