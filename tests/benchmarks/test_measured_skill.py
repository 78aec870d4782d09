"""The numbers of `measured` rest on these parts: no fold chooses for itself."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from measured_skill import by_other_folds, frequent, within


@pytest.fixture
def study() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    p = rng.uniform(size=(60, 4))
    return {
        "probabilities": p,
        "terms": (rng.uniform(size=p.shape) < p).astype(float),
        "fold": np.arange(60) % 3,
        "assessable": np.array([True, True, True, False]),
    }


@pytest.mark.parametrize("way", [by_other_folds, frequent])
def test_what_is_said_of_a_fold_does_not_follow_from_its_labels(way, study) -> None:  # noqa: ANN001
    front = np.ones(4, dtype=bool)
    before = way(study, front)
    own = study["fold"] == 1
    turned = study | {"terms": np.where(own[:, None], 1 - study["terms"], study["terms"])}
    np.testing.assert_array_equal(way(turned, front)[own], before[own])


def test_within_conditions_the_condition_is_worth_nothing() -> None:
    """A score that is the condition and no more has AUC 1/2 there, however good it is overall."""
    rng = np.random.default_rng(0)
    conditions = np.repeat(np.arange(6), 20)
    true = (rng.uniform(size=120) < conditions / 6)[:, None].astype(float)
    found = within(conditions[:, None].astype(float), true, conditions)
    assert found[0] == 0.5
    assert within(true, true, conditions)[0] == 1.0
