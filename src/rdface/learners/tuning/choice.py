"""Which epoch is tested, and when no further one is worth training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rdface.learners.tuning.recipe import Recipe

Row = dict[str, float]
_TOP1 = "validation_top1"


def chosen_epoch(history: Sequence[Row], recipe: Recipe) -> int:
    """Number of the epoch (from 1) to be tested, of those trained so far.

    Under ``checkpoint: best`` the one with the highest validation top-1, the latest of them at a
    tie, as in the paper; the last one where there is no validation, and under
    ``checkpoint: last``. Zero before the first.
    """
    if recipe.checkpoint == "last":
        return len(history)
    best = max((row.get(_TOP1, 0.0) for row in history), default=0.0)
    return max((n for n, row in enumerate(history, 1) if row.get(_TOP1, 0.0) >= best), default=0)


def enough(history: Sequence[Row], recipe: Recipe) -> bool:
    """Whether all epochs are done, or so many in a row as ``patience`` says brought no better."""
    if len(history) >= recipe.epochs:
        return True
    reached = [row[_TOP1] for row in history if _TOP1 in row]
    if recipe.patience is None or not reached:
        return False
    return len(reached) - 1 - reached.index(max(reached)) >= recipe.patience


def about_choice(history: Sequence[Row], recipe: Recipe) -> dict[str, Any]:
    """``epoch`` that is tested, ``epochs`` trained, ``validation_top1`` of the former."""
    epoch = chosen_epoch(history, recipe)
    return {
        "epoch": epoch,
        "epochs": len(history),
        _TOP1: history[epoch - 1].get(_TOP1),
    }
