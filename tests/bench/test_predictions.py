"""The table of predictions comes back to the bit, and damaged ones are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.bench import Predictions, chance_level, measure
from rdface.errors import RunError


@pytest.fixture
def predictions() -> Predictions:
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(6, 3)).astype(np.float32)
    scores[0, 2] = -np.inf
    return Predictions(
        image_ids=np.array(["a", "b", "c"] * 2, dtype=object),
        patient_ids=np.array(["p", "p", "q"] * 2, dtype=object),
        truth=np.array(["X", "X", "Z"] * 2, dtype=object),
        repeat=np.array([0, 0, 0, 1, 1, 1]),
        fold=np.array([0, 0, 1, 1, 1, 0]),
        training_count=np.array([2, 2, 3, 2, 2, 3]),
        conditions=("X", "Y", "Z"),
        scores=scores,
    )


def test_a_round_trip_keeps_every_bit(predictions: Predictions, tmp_path: Path) -> None:
    predictions.to_parquet(tmp_path / "a.parquet")
    again = Predictions.from_parquet(tmp_path / "a.parquet")
    assert np.array_equal(again.scores, predictions.scores)
    assert again.conditions == predictions.conditions
    assert list(again.truth_index) == [0, 0, 2, 0, 0, 2]
    assert list(again.patient_index) == [0, 0, 1, 0, 0, 1]
    again.to_parquet(tmp_path / "b.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_numbers_are_counted_over_images_and_patients(predictions: Predictions) -> None:
    found = measure(predictions)["top1_micro"]
    assert (found.n, found.n_patients) == (3, 2)
    assert found.low <= found.value <= found.high
    chance = chance_level(predictions)["top1_micro"]  # one of six rows has only two candidates
    assert chance == pytest.approx((5 / 3 + 1 / 2) / 6)


@pytest.mark.parametrize("damage", ["cut", "column", "truth", "nan"])
def test_a_damaged_table_is_refused(predictions: Predictions, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "a.parquet"
    predictions.to_parquet(path)
    table = pd.read_parquet(path)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-100])
    elif damage == "column":
        table.drop(columns="patient_id").to_parquet(path)
    elif damage == "nan":
        table.assign(**{"score:Y": np.float32("nan")}).to_parquet(path)
    else:
        table.assign(truth="W").to_parquet(path)
    with pytest.raises(RunError, match=r"a\.parquet"):
        Predictions.from_parquet(path)
