"""The table that every number is computed from: one row per test image, repeat and fold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rdface.bench.score_table import read_scores, score_columns
from rdface.files import atomic_path

Ids = NDArray[np.object_]
Ints = NDArray[np.int64]
_KEYS = ("image_id", "patient_id", "truth", "repeat", "fold", "training_count")


@dataclass(frozen=True, eq=False)
class Predictions:
    """Scores of a run's test images.

    Attributes:
        image_ids: ``[M]``, the tested image of each row; an image has one row per repeat.
        patient_ids: ``[M]``.
        truth: ``[M]``, the image's condition.
        repeat: ``int [M]``.
        fold: ``int [M]``.
        training_count: ``int [M]``, images of the true condition that the model was fitted on.
        conditions: The C conditions, in the order of the columns of ``scores``.
        scores: ``float32 [M, C]``, higher is likelier; ``-inf`` where a condition was not trained.
    """

    image_ids: Ids
    patient_ids: Ids
    truth: Ids
    repeat: Ints
    fold: Ints
    training_count: Ints
    conditions: tuple[str, ...]
    scores: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.scores)

    @cached_property
    def truth_index(self) -> Ints:
        """``int [M]``: column of the true condition."""
        column = {condition: index for index, condition in enumerate(self.conditions)}
        return np.array([column[condition] for condition in self.truth], dtype=np.int64)

    @cached_property
    def image_index(self) -> Ints:
        """``int [M]``: number of the image among the sorted image ids."""
        return np.unique(self.image_ids.astype(str), return_inverse=True)[1].astype(np.int64)

    @cached_property
    def patient_index(self) -> Ints:
        """``int [M]``: number of the patient among the sorted patient ids."""
        return np.unique(self.patient_ids.astype(str), return_inverse=True)[1].astype(np.int64)

    @property
    def arrays(self) -> tuple[NDArray[np.float32], Ints, Ints, Ints, Ints]:
        """Scores, truth, image, patient and training count, as :mod:`rdface.metrics` takes them."""
        return (
            self.scores,
            self.truth_index,
            self.image_index,
            self.patient_index,
            self.training_count,
        )

    def to_frame(self) -> pd.DataFrame:
        """As the table that is written, a column ``score:<condition>`` per condition."""
        keys = {
            "image_id": self.image_ids,
            "patient_id": self.patient_ids,
            "truth": self.truth,
            "repeat": self.repeat,
            "fold": self.fold,
            "training_count": self.training_count,
        }
        return pd.DataFrame(keys | score_columns(self.scores, self.conditions))

    def to_parquet(self, path: Path) -> None:
        """Write the table atomically; equal predictions give equal bytes."""
        with atomic_path(path) as part:
            self.to_frame().to_parquet(part, index=False)

    @classmethod
    def from_parquet(cls, path: Path) -> Predictions:
        """Read a table written by :meth:`to_parquet`, here or by another tool.

        Raises:
            RunError: The file is missing, damaged, or lacks a column.
        """
        table, conditions, scores = read_scores(path, _KEYS, "predictions")
        return cls(
            image_ids=table["image_id"].to_numpy(dtype=object),
            patient_ids=table["patient_id"].to_numpy(dtype=object),
            truth=table["truth"].to_numpy(dtype=object),
            repeat=table["repeat"].to_numpy(dtype=np.int64),
            fold=table["fold"].to_numpy(dtype=np.int64),
            training_count=table["training_count"].to_numpy(dtype=np.int64),
            conditions=conditions,
            scores=scores,
        )
