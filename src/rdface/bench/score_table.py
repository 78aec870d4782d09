"""Tables with a column of scores per condition, as runs keep them in Parquet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rdface.errors import RunError

SCORE = "score:"


def score_columns(scores: NDArray[np.floating[Any]], conditions: Sequence[str]) -> dict[str, Any]:
    """``[M, C]`` as columns with the names of the conditions."""
    return {f"{SCORE}{name}": scores[:, place] for place, name in enumerate(conditions)}


def read_scores(
    path: Path, keys: Collection[str], what: str, *, also: Collection[str] = ()
) -> tuple[pd.DataFrame, tuple[str, ...], NDArray[np.float32]]:
    """Read a table and check that it is one of this kind.

    Args:
        path: The Parquet file.
        keys: Columns that it must have beside the scores.
        what: The kind of table, for messages.
        also: Values of ``truth`` that are no condition.

    Returns:
        The table, its conditions in order of their columns, and ``float32 [M, C]``.

    Raises:
        RunError: The file is missing, damaged, or lacks a column.
    """
    try:
        table = pd.read_parquet(path)
    except (OSError, ValueError) as error:  # pyarrow's errors are ValueErrors
        raise RunError(f"{path} cannot be read: {error}") from error
    columns = [column for column in table.columns if column.startswith(SCORE)]
    conditions = tuple(column.removeprefix(SCORE) for column in columns)
    missing = [key for key in keys if key not in table.columns]
    if missing:
        raise RunError(f"{path} is no table of {what}: no column {missing[0]}")
    if not set(table["truth"]) <= {*conditions, *also}:
        raise RunError(f"{path} is no table of {what}: a truth has no score column")
    scores = table[columns].to_numpy(dtype=np.float32)
    if np.isnan(scores).any() or np.isposinf(scores).any():
        raise RunError(f"{path} holds a score that is NaN or infinite.")
    return table, conditions, scores
