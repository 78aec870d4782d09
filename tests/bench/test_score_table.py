"""A table of scores is read as it was written, and what is none is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.bench.score_table import read_scores, score_columns
from rdface.errors import RunError


def _write(path: Path, scores: list[list[float]], truth: list[str]) -> None:
    columns = score_columns(np.array(scores, dtype=np.float32), ("X", "Y"))
    pd.DataFrame({"truth": truth} | columns).to_parquet(path)


def test_scores_and_conditions_come_back(tmp_path: Path) -> None:
    _write(tmp_path / "t.parquet", [[1.0, -np.inf], [0.5, 2.0]], ["X", ""])
    _, conditions, scores = read_scores(tmp_path / "t.parquet", ["truth"], "a test", also={""})
    assert conditions == ("X", "Y")
    assert scores.tolist() == [[1.0, -np.inf], [0.5, 2.0]]


@pytest.mark.parametrize(
    ("scores", "truth", "said"),
    [
        ([[1.0, np.nan]], ["X"], "NaN or infinite"),
        ([[1.0, np.inf]], ["X"], "NaN or infinite"),
        ([[1.0, 0.0]], ["Z"], "no table of a test: a truth has no score"),
    ],
)
def test_what_is_no_table_of_scores_is_refused(
    tmp_path: Path, scores: list[list[float]], truth: list[str], said: str
) -> None:
    _write(tmp_path / "t.parquet", scores, truth)
    with pytest.raises(RunError, match=said):
        read_scores(tmp_path / "t.parquet", ["truth"], "a test")
    with pytest.raises(RunError, match="no column"):
        read_scores(tmp_path / "t.parquet", ["truth", "fold"], "a test")
