"""Runs made in place: scores of conditions for images of patients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

Arrays = dict[str, np.ndarray[Any, Any]]


def run_arrays(
    sizes: list[int], *, signal: float = 1.0, repeats: int = 1, images: int = 1, seed: int = 0
) -> Arrays:
    """Arguments of ``summarise``: condition c has ``sizes[c]`` patients of ``images`` images."""
    rng = np.random.default_rng(seed)
    condition = np.repeat(np.arange(len(sizes)), sizes)
    patient = np.repeat(np.arange(len(condition)), images)
    image = np.tile(np.arange(len(patient)), repeats)
    truth = condition[patient][image]
    scores = rng.normal(size=(len(image), len(sizes)))
    scores[np.arange(len(image)), truth] += signal
    return {
        "scores": scores,
        "truth": truth,
        "image": image,
        "patient": patient[image],
        "training_count": np.asarray(sizes)[truth] * images,
    }


@pytest.fixture(scope="session")
def make_run() -> Callable[..., Arrays]:
    """The function above, for the tests."""
    return run_arrays
