"""One fold of a fine-tuning, looked at between its steps."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rdface.learners.tuning import Material, Recipe
from rdface.learners.tuning.fold_training import FoldTraining
from rdface.protocols import FoldRows


def opened(material: Material, rows: FoldRows, recipe: Recipe, folder: Path) -> FoldTraining:
    """A fold before its first epoch, on the CPU."""
    import torch

    return FoldTraining(material, rows, 0, recipe, torch.device("cpu"), folder)


def state(training: FoldTraining) -> dict[str, np.ndarray]:
    """The weights, copied."""
    return {name: x.clone().numpy() for name, x in training._model.state_dict().items()}
