"""Which epoch, and when to stop."""

from __future__ import annotations

import pytest

from rdface.learners.tuning import Recipe
from rdface.learners.tuning.choice import about_choice, chosen_epoch, enough


def history(*top1: float | None) -> list[dict[str, float]]:
    return [
        {"epoch": float(n)} | ({} if t is None else {"validation_top1": t})
        for n, t in enumerate(top1, 1)
    ]


@pytest.mark.parametrize(
    ("reached", "epoch"),
    [
        ((0.1, 0.3, 0.2), 2),
        ((0.1, 0.3, 0.3, 0.2), 3),  # the paper: the latest at a tie
        ((0.0, 0.0, 0.0), 3),
        ((None, None), 2),  # nothing to choose by
        ((), 0),
    ],
)
def test_the_latest_of_the_best(reached: tuple[float | None, ...], epoch: int) -> None:
    """And the last epoch where the recipe or the fold wants it so."""
    assert chosen_epoch(history(*reached), Recipe()) == epoch
    assert chosen_epoch(history(*reached), Recipe(checkpoint="last")) == len(reached)


def test_patience_counts_epochs_without_a_better_one() -> None:
    """A tie is no better one, though it is the one that is tested."""
    recipe = Recipe(epochs=10, patience=2)
    assert not enough(history(0.3), recipe)
    assert not enough(history(0.3, 0.3), recipe)
    assert enough(history(0.3, 0.3, 0.3), recipe)
    assert not enough(history(0.3, 0.3, 0.4), recipe)
    assert enough(history(*[0.1] * 3), recipe.model_copy(update={"checkpoint": "last"}))


def test_without_patience_or_validation_all_epochs_are_trained() -> None:
    """And no more."""
    assert not enough(history(*[0.1] * 9), Recipe(epochs=10))
    assert enough(history(*[0.1] * 10), Recipe(epochs=10))
    assert not enough(history(*[None] * 9), Recipe(epochs=10, patience=1))


def test_what_is_said_about_the_choice() -> None:
    """None, not NaN, without validation: it goes to JSON."""
    assert about_choice(history(0.2, 0.1), Recipe()) == {
        "epoch": 1,
        "epochs": 2,
        "validation_top1": 0.2,
    }
    assert about_choice(history(None), Recipe())["validation_top1"] is None
