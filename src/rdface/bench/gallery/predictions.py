"""The table of a gallery run: who was searched where, and the score of every condition there."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rdface.bench.predictions import Predictions
from rdface.errors import RunError
from rdface.files import atomic_path


class Setting(NamedTuple):
    """Who is searched among whom: ``frequent``, ``rare`` or ``all``."""

    probes: str
    gallery: str

    def __str__(self) -> str:
        return f"{self.probes}-in-{self.gallery}"


SETTINGS = (
    Setting("frequent", "frequent"),
    Setting("rare", "rare"),
    Setting("rare", "all"),
    Setting("frequent", "all"),
    Setting("all", "all"),
)
"""What is reported; GestaltMatcher has the first three."""


@dataclass(frozen=True, eq=False)
class GalleryPredictions:
    """Predictions in each setting.

    In each, ``training_count`` is the number of images of the true condition in the gallery, and a
    condition that is not in the gallery scores ``-inf``.

    Attributes:
        settings: All of :data:`SETTINGS`, in order.
    """

    settings: Mapping[Setting, Predictions]

    @classmethod
    def of(cls, searched: Predictions, frequent: Sequence[str]) -> GalleryPredictions:
        """Divide a search of all probes among all conditions.

        Striking out the columns of a condition is what taking it out of the gallery does: a
        condition's score is that of its own first case.

        Args:
            searched: Of all probes, in the whole gallery.
            frequent: The frequent conditions; all others are rare.
        """
        known = set(frequent)
        column = np.array([name in known for name in searched.conditions])
        probe = np.array([name in known for name in searched.truth])
        rows = {"frequent": probe, "rare": ~probe, "all": np.ones(len(probe), dtype=bool)}
        columns = {"frequent": column, "rare": ~column, "all": np.ones(len(column), dtype=bool)}
        return cls(
            {
                setting: _part(searched, rows[setting.probes], columns[setting.gallery])
                for setting in SETTINGS
            }
        )

    def to_parquet(self, path: Path) -> None:
        """Write one table atomically: ``setting``, then the columns of all predictions."""
        parts = [
            part.to_frame().assign(setting=str(setting)) for setting, part in self.settings.items()
        ]
        table = pd.concat(parts, ignore_index=True)
        columns = ["setting", *(name for name in table.columns if name != "setting")]
        with atomic_path(path) as part:
            table[columns].to_parquet(part, index=False)

    @classmethod
    def from_parquet(cls, path: Path) -> GalleryPredictions:
        """Read a table written by :meth:`to_parquet`, here or by another tool.

        Raises:
            RunError: The file is missing, damaged, lacks a column or a setting.
        """
        try:
            names = pd.read_parquet(path, columns=["setting"])["setting"].to_numpy(dtype=str)
        except (OSError, ValueError, KeyError) as error:  # pyarrow's errors are ValueErrors
            raise RunError(f"{path} is no table of a gallery run: {error}") from error
        table = Predictions.from_parquet(path)
        missing = [str(setting) for setting in SETTINGS if not np.any(names == str(setting))]
        if missing:
            raise RunError(f"{path} has no rows of the setting {missing[0]}.")
        everything = np.ones(len(table.conditions), dtype=bool)
        return cls(
            {setting: _part(table, names == str(setting), everything) for setting in SETTINGS}
        )


def _part(table: Predictions, rows: NDArray[np.bool_], columns: NDArray[np.bool_]) -> Predictions:
    kept = {
        field.name: getattr(table, field.name)[rows]
        for field in dataclasses.fields(table)
        if field.name not in ("conditions", "scores")
    }
    scores = np.where(columns, table.scores[rows], np.float32(-np.inf)).astype(np.float32)
    return Predictions(conditions=table.conditions, scores=scores, **kept)
