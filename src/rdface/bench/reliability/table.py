"""The table that calibration, conformal sets and open-set figures are computed from.

The models behind it are others than those of the predictions: they never see the calibration
images, which a model that was fitted anew on training and validation images has seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rdface.bench.predictions import Ids, Ints
from rdface.bench.score_table import read_scores, score_columns
from rdface.files import atomic_path

RELIABILITY_FILE = "reliability.parquet"
UNAFFECTED = ""
"""The truth of an image that shows no condition."""

World = Literal["closed", "open"]
"""``closed``: the model knows every condition. ``open``: some conditions are kept from it."""

Role = Literal["calibration", "test", "unseen", "unaffected"]
"""``calibration``: the inner split, which the model is not fitted on. ``test``: the fold's test
images of known conditions. ``unseen``: images of conditions that the model does not know (open
world). ``unaffected``: controls, of no condition (closed world)."""

_NOVELTY = "novelty:"
_KEYS = ("image_id", "patient_id", "truth", "repeat", "fold", "training_count", "world", "role")


@dataclass(frozen=True, eq=False)
class ReliabilityTable:
    """Scores of images that a model was not fitted on, one row per image, fold, world and role.

    Attributes:
        image_ids: ``[M]``.
        patient_ids: ``[M]``; patients of a second cohort (controls) have names of their own.
        truth: ``[M]``, the condition, also where it is unknown to the model; :data:`UNAFFECTED`.
        repeat: ``int [M]``.
        fold: ``int [M]``.
        training_count: ``int [M]``, images of the true condition that the model was fitted on.
        world: ``[M]``, see :data:`World`.
        role: ``[M]``, see :data:`Role`.
        conditions: The C conditions, in the order of the columns of ``scores``.
        scores: ``float32 [M, C]``, higher is likelier; ``-inf`` where a condition was not trained.
        novelty: Name of a novelty score that needs the embeddings (Mahalanobis, k-NN distance ...)
            to ``float32 [M]``, higher is stranger; NaN where it does not judge an image.
    """

    image_ids: Ids
    patient_ids: Ids
    truth: Ids
    repeat: Ints
    fold: Ints
    training_count: Ints
    world: Ids
    role: Ids
    conditions: tuple[str, ...]
    scores: NDArray[np.float32]
    novelty: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.scores)

    @cached_property
    def truth_index(self) -> Ints:
        """``int [M]``: column of the true condition; -1 of an unaffected child."""
        column = {condition: index for index, condition in enumerate(self.conditions)}
        return np.array(
            [-1 if name == UNAFFECTED else column[name] for name in self.truth], dtype=np.int64
        )

    def rows(self, world: World, role: Role) -> NDArray[np.bool_]:
        """``bool [M]``: the rows of one world and role."""
        return np.asarray((self.world == world) & (self.role == role))

    @cached_property
    def model(self) -> Ints:
        """``int [M]``: number of the fitted model, one per repeat and fold, from 0."""
        keys = np.stack([self.repeat, self.fold])
        return np.unique(keys, axis=1, return_inverse=True)[1].reshape(-1).astype(np.int64)

    def to_parquet(self, path: Path) -> None:
        """Write the table atomically; equal tables give equal bytes."""
        keys = {
            "image_id": self.image_ids,
            "patient_id": self.patient_ids,
            "truth": self.truth,
            "repeat": self.repeat,
            "fold": self.fold,
            "training_count": self.training_count,
            "world": self.world,
            "role": self.role,
        }
        novelty = {f"{_NOVELTY}{name}": values for name, values in self.novelty.items()}
        scores = score_columns(self.scores, self.conditions)
        with atomic_path(path) as part:
            pd.DataFrame(keys | novelty | scores).to_parquet(part, index=False)

    @classmethod
    def from_parquet(cls, path: Path) -> ReliabilityTable:
        """Read a table written by :meth:`to_parquet`.

        Raises:
            RunError: The file is missing, damaged, or lacks a column.
        """
        table, conditions, scores = read_scores(path, _KEYS, "reliability", also={UNAFFECTED})
        return cls(
            image_ids=table["image_id"].to_numpy(dtype=object),
            patient_ids=table["patient_id"].to_numpy(dtype=object),
            truth=table["truth"].to_numpy(dtype=object),
            repeat=table["repeat"].to_numpy(dtype=np.int64),
            fold=table["fold"].to_numpy(dtype=np.int64),
            training_count=table["training_count"].to_numpy(dtype=np.int64),
            world=table["world"].to_numpy(dtype=object),
            role=table["role"].to_numpy(dtype=object),
            conditions=conditions,
            scores=scores,
            novelty={
                column.removeprefix(_NOVELTY): table[column].to_numpy(dtype=np.float32)
                for column in table.columns
                if column.startswith(_NOVELTY)
            },
        )
