"""Tested patients in groups, made in place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

Arrays = dict[str, np.ndarray[Any, Any]]


def grouped_run(
    patients: int = 200,
    conditions: int = 40,
    groups: str = "ab",
    *,
    effect: float = 0.0,
    ease: float = 0.4,
    repeats: int = 1,
    seed: int = 0,
) -> Arrays:
    """Arguments of ``by_group``: hits; those of the first group are likelier by ``effect``.

    Every fourth patient has two images. Groups are dealt without a look at the condition.
    """
    rng = np.random.default_rng(seed)
    condition = np.arange(patients) % conditions
    group = np.array(list(groups), dtype=object)[rng.integers(0, len(groups), patients)]
    patient = np.concatenate([np.arange(patients), np.arange(0, patients, 4)])
    easy = np.clip(rng.beta(2, 2, conditions) * 2 * ease, 0.02, 0.98)
    rate = np.clip(easy[condition] + effect * (group == groups[0]), 0, 1)
    image = np.tile(np.arange(len(patient)), repeats)
    return {
        "values": (rng.random(len(image)) < rate[patient[image]]).astype(np.float64),
        "image": image,
        "patient": patient[image],
        "truth": condition[patient[image]],
        "group": group[patient[image]],
    }


@pytest.fixture(scope="session")
def make_groups() -> Callable[..., Arrays]:
    """The function above, for the tests."""
    return grouped_run
