"""The table of reliability comes back to the bit, and damaged ones are refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.bench.reliability.table import ReliabilityTable
from rdface.errors import RunError


@pytest.fixture
def table() -> ReliabilityTable:
    return ReliabilityTable(
        image_ids=np.array(["a", "b", "c", "d"], dtype=object),
        patient_ids=np.array(["p", "q", "r", "s"], dtype=object),
        truth=np.array(["X", "Y", "Y", ""], dtype=object),
        repeat=np.array([0, 0, 1, 1]),
        fold=np.array([0, 0, 0, 0]),
        training_count=np.array([2, 2, 0, 0]),
        world=np.array(["closed", "closed", "open", "closed"], dtype=object),
        role=np.array(["calibration", "test", "unseen", "unaffected"], dtype=object),
        conditions=("X", "Y"),
        scores=np.array([[1, 0], [0, 1], [1, -np.inf], [0.5, 0.25]], dtype=np.float32),
        novelty={"knn": np.array([0.1, 0.2, 0.3, 0.4], dtype=np.float32)},
    )


def test_a_round_trip_keeps_every_bit(table: ReliabilityTable, tmp_path: Path) -> None:
    table.to_parquet(tmp_path / "a.parquet")
    again = ReliabilityTable.from_parquet(tmp_path / "a.parquet")
    for each in dataclasses.fields(ReliabilityTable):
        if each.name not in {"novelty", "conditions"}:
            assert np.array_equal(getattr(again, each.name), getattr(table, each.name))
    assert again.conditions == table.conditions
    assert np.array_equal(again.novelty["knn"], table.novelty["knn"])
    again.to_parquet(tmp_path / "b.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_rows_are_found_by_world_and_role(table: ReliabilityTable) -> None:
    assert table.rows("closed", "unaffected").tolist() == [False, False, False, True]
    assert not table.rows("open", "test").any()
    assert table.truth_index.tolist() == [0, 1, 1, -1]
    assert table.model.tolist() == [0, 0, 1, 1]


def test_a_table_without_a_column_is_refused(table: ReliabilityTable, tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    table.to_parquet(path)
    pd.read_parquet(path).drop(columns="world").to_parquet(path)
    with pytest.raises(RunError, match="no column world"):
        ReliabilityTable.from_parquet(path)
    path.write_bytes(b"no parquet")
    with pytest.raises(RunError, match="cannot be read"):
        ReliabilityTable.from_parquet(path)
