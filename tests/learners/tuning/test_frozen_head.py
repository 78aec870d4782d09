"""Heads of all folds at once: each as if it were alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from rdface.errors import RdfaceError, UsageError
from rdface.learners.tuning import Material, Recipe, TunedScores
from rdface.learners.tuning.head import make_head
from rdface.learners.tuning.order import batches
from rdface.learners.tuning.scoring import learning_rate, log_probabilities
from rdface.protocols import FoldRows

Train = Callable[..., dict[int, TunedScores]]
Matrix = np.ndarray


@pytest.fixture
def folds() -> dict[int, FoldRows]:
    """Of different sizes: 4, 3 and 2 batches of 8; one begins with a gap in the numbers."""
    return {
        number: FoldRows(np.arange(start, 36), np.arange(start), np.arange(36, 48))
        for number, start in ((0, 4), (2, 12), (5, 20))
    }


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"dropout": 0.0},
        {"head": "linear"},
        {"accumulate": 2, "clip": 0.5, "label_smoothing": 0.1},
        {"ema": 0.8, "patience": 2},
        {"warm_start": True},
        {"budget": "epochs"},
    ],
    ids=str,
)
def test_together_is_one_after_the_other(
    train: Train, material: Material, folds: dict[int, FoldRows], settings: dict[str, object]
) -> None:
    """No crosstalk: the same but for rounding, dropout masks and early stops included."""
    made = dataclasses.replace(material, synthetic=np.arange(48) % 5 == 0)
    recipe = Recipe(epochs=6, batch=8, learning_rate=5e-3, **settings)
    together = train("head", made, folds, recipe)
    assert list(together) == list(folds)
    for number, rows in folds.items():
        (alone,) = train("head", made, {number: rows}, recipe).values()
        found = together[number]
        np.testing.assert_allclose(found.scores, alone.scores, atol=2e-4)
        np.testing.assert_allclose(found.last, alone.last, atol=2e-4)
        assert found.chosen == alone.chosen
        for one, two in zip(found.history, alone.history, strict=True):
            assert one["loss"] == pytest.approx(two["loss"], abs=1e-4)


def test_a_fold_is_an_ordinary_training_of_an_ordinary_module(
    train: Train, material: Material, folds: dict[int, FoldRows]
) -> None:
    """Written out with torch's own BatchNorm, AdamW and cross-entropy; dropout 0."""
    import torch

    recipe = Recipe(epochs=5, batch=8, learning_rate=5e-3, dropout=0.0)
    found = train("head", material, folds, recipe)
    x, y = torch.from_numpy(material.embeddings), torch.from_numpy(material.labels)
    for number, rows in folds.items():
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(42 + number)
            head = make_head("pooled", (40,), 4, 0.0)
        rng = np.random.default_rng(42 + number)
        optimiser = torch.optim.AdamW(head.parameters(), lr=1.0, weight_decay=1e-4)
        best, reached = None, -1.0
        for epoch in range(5):
            for group in optimiser.param_groups:
                group["lr"] = learning_rate(epoch, epochs=5, highest=5e-3, lowest=1e-6)
            head.train()
            for part in batches(rng.permutation(rows.train), 8):
                loss = torch.nn.functional.cross_entropy(head(x[part]), y[part])
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
            head.eval()
            with torch.no_grad():
                top1 = float(
                    (head(x[rows.validation]).argmax(1) == y[rows.validation]).float().mean()
                )
                if top1 >= reached:
                    reached, best = top1, log_probabilities(head(x[rows.test]), np.arange(4))
        np.testing.assert_allclose(found[number].scores, best, atol=1e-3)
        assert found[number].chosen["validation_top1"] == pytest.approx(reached)


def test_the_bits_depend_on_neither_threads_nor_callers(
    train: Train, material: Material, folds: dict[int, FoldRows], recipe: Recipe
) -> None:
    """Torch is held to one thread; the caller's setting comes back."""
    import torch

    recipe = recipe.model_copy(update={"augmentation": "none"})
    one = train("head", material, folds, recipe)
    torch.set_num_threads(2)
    torch.manual_seed(7)
    two = train("head", material, folds, recipe)
    assert torch.get_num_threads() == 2
    for number in folds:
        assert np.array_equal(one[number].scores, two[number].scores)


def test_clusters_are_learned_and_reported(
    train: Train, material: Material, rows: FoldRows
) -> None:
    """The same rows of history as fine-tuning gives."""
    recipe = Recipe(epochs=20, batch=8, learning_rate=5e-3)
    found = train("head", material, {0: rows}, recipe)[0]
    assert (found.scores.argmax(axis=1) == material.labels[rows.test]).mean() > 0.8
    assert set(found.history[0]) == {
        "epoch", "loss", "validation_top1", "learning_rate", "seconds"
    }  # fmt: skip
    assert found.seconds > 0


@pytest.mark.parametrize(
    "settings",
    [{"augmentation": "flip"}, {"trainable": "last-2"}, {"layer_decay": 0.5}, {"size": 64}],
    ids=str,
)
def test_what_needs_pictures_is_refused(
    train: Train, material: Material, rows: FoldRows, settings: dict[str, object]
) -> None:
    """Rather than passed over in silence."""
    (name,) = settings
    with pytest.raises(UsageError, match=f"cannot follow `{name}`"):
        train("head", material, {0: rows}, Recipe(**settings))


def test_embeddings_that_cannot_be_trained_on(
    train: Train, material: Material, rows: FoldRows
) -> None:
    """None, of another length, or not finite; and no folds are no error."""
    assert train("head", material, {}, Recipe()) == {}
    x, wild = material.embeddings, Recipe(head="linear", learning_rate=1e25)
    for wrong, error, match in (
        (None, ValueError, "wants embeddings"),
        (x[:9], UsageError, r"shape \[9, 40\]"),
        (np.where(np.arange(48)[:, None] == 7, np.nan, x), UsageError, "not finite in row 7"),
        (x * 1e20, RdfaceError, "no finite number any more"),
    ):
        with pytest.raises(error, match=match):
            train("head", dataclasses.replace(material, embeddings=wrong), {0: rows}, wild)
