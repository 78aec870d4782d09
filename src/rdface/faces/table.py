"""The faces of many pictures as one table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rdface.errors import ImageError
from rdface.faces.face import POINTS, Face
from rdface.files import atomic_path

if TYPE_CHECKING:
    import pandas as pd

BOX_COLUMNS = ("box_x", "box_y", "box_w", "box_h")
POINT_COLUMNS = tuple(f"{point}_{axis}" for point in POINTS for axis in "xy")
NUMBERS = ("score", *BOX_COLUMNS, *POINT_COLUMNS)
"""Float columns, in the order of a face's row; NaN where there is no face."""


@dataclass(frozen=True, eq=False)
class FaceTable:
    """One row per picture, in the cohort's order.

    Columns: image_id, status ("one", "several" or "none"), n_faces, attempt ("plain", or
    "border" where the face was found at the second try only; "" without one), points ("mesh468"
    or "detector": what the five points were read off), width and height of the picture, and
    :data:`NUMBERS` in pixels.
    """

    frame: pd.DataFrame
    detector: str = ""

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {str(name): row for row, name in enumerate(self.frame["image_id"])}

    @cached_property
    def _numbers(self) -> NDArray[np.float32]:
        return self.frame[list(NUMBERS)].to_numpy(np.float32)

    def face(self, image_id: str) -> Face | None:
        """The face that stands for a picture; None where none was found.

        Raises:
            ImageError: The table does not know the picture.
        """
        if image_id not in self._rows:
            raise ImageError(
                f"The table of faces has no picture {image_id!r}.",
                hint="Locate the faces of the whole cohort first.",
            )
        row = self._numbers[self._rows[image_id]]
        if np.isnan(row).any():
            return None
        return Face(box=row[1:5].copy(), points=row[5:].reshape(5, 2).copy(), score=float(row[0]))

    def counts(self) -> dict[str, int]:
        """How many pictures: in all, with one, several, no face, and found by the second try."""
        status = self.frame["status"]
        return {
            "images": len(self.frame),
            **{name: int((status == name).sum()) for name in ("one", "several", "none")},
            "second_try": int((self.frame["attempt"] == "border").sum()),
            "points_by_detector": int((self.frame["points"] == "detector").sum()),
        }

    def without_face(self) -> list[str]:
        """The pictures that are shown whole because no face was found."""
        return [str(name) for name in self.frame.loc[self.frame["status"] == "none", "image_id"]]

    def to_parquet(self, path: Path) -> None:
        """Write the table, whole or not at all."""
        with atomic_path(path) as part:
            self.frame.to_parquet(part, index=False)
