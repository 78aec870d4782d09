"""Portraits: what generators learn from and what they make, a square around each face."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from rdface.errors import UsageError
from rdface.faces import Crop, align
from rdface.faces.picture import picture_bytes
from rdface.imaging import decode_image

if TYPE_CHECKING:
    from rdface.cohort import Cohort
    from rdface.faces import FaceTable

MARGIN: Final = 0.4
"""A portrait is 1.4 times as long as the longer side of the detector's box: the whole head of most
children, and room for a detector to find the face again."""


def portrait_crop(size: int) -> Crop:
    """How a portrait of ``size`` pixels is cut: upright, unstretched, never turned."""
    return Crop(size, size, "box", MARGIN)


@dataclass(frozen=True, eq=False)
class Portraits:
    """Real faces that a generator may see: the training part of one fold, or unaffected children.

    Attributes:
        images: ``uint8 [N, S, S, 3]`` RGB.
        image_ids: ``N`` ids, each once.
        conditions: Condition of each.
    """

    images: NDArray[np.uint8]
    image_ids: tuple[str, ...]
    conditions: tuple[str, ...]

    def __post_init__(self) -> None:
        n = len(self.image_ids)
        fits = self.images.ndim == 4 and self.images.shape[1] == self.images.shape[2]
        if not fits or self.images.shape[3] != 3 or self.images.dtype != np.uint8:
            raise UsageError(f"Portraits are uint8 [N, S, S, 3], not {self.images.shape}.")
        if not len(self.images) == n == len(self.conditions) == len(set(self.image_ids)):
            raise UsageError("Portraits need one id and one condition each, and no id twice.")

    def __len__(self) -> int:
        return len(self.image_ids)

    @property
    def size(self) -> int:
        """Pixels a side."""
        return int(self.images.shape[1])

    @cached_property
    def rows_of(self) -> dict[str, NDArray[np.intp]]:
        """Condition to the rows of its portraits; conditions in order of appearance."""
        names = np.array(self.conditions, dtype=object)
        return {name: np.flatnonzero(names == name) for name in dict.fromkeys(self.conditions)}

    def of(self, condition: str) -> Portraits:
        """The portraits of one condition."""
        rows = self.rows_of.get(condition, np.empty(0, np.intp))
        return Portraits(
            self.images[rows],
            tuple(self.image_ids[row] for row in rows),
            tuple(self.conditions[row] for row in rows),
        )


def take_portraits(
    cohort: Cohort, faces: FaceTable, image_ids: Sequence[str], size: int
) -> Portraits:
    """Cut the portraits of some images of a cohort.

    A picture in which no face was found teaches a generator nothing and is left out.

    Args:
        cohort: Whose pictures.
        faces: From :func:`rdface.faces.locate_faces`.
        image_ids: Which; for a fold its training part and nothing else.
        size: Pixels a side.

    Raises:
        UsageError: None of the pictures shows a face, or an id is unknown.
        ImageError: A picture cannot be opened, or is not the one that the cohort names.
    """
    table = cohort.images.set_index("image_id")
    unknown = sorted(set(image_ids) - set(table.index))
    if unknown:
        raise UsageError(f"The cohort {cohort.info.name} has no image {unknown[0]!r}.")
    found = [(name, faces.face(name)) for name in image_ids]
    seen = [(name, face) for name, face in found if face is not None]
    if not seen:
        raise UsageError("In none of the training images a face was found: nothing to learn from.")
    crop = portrait_crop(size)
    images = np.empty((len(seen), size, size, 3), np.uint8)
    for row, (name, face) in enumerate(seen):
        data = picture_bytes(cohort.path(name), name, str(table.at[name, "sha256"]))
        images[row] = align(decode_image(data, name), face, crop)
    names = tuple(name for name, _ in seen)
    return Portraits(images, names, tuple(str(table.at[name, "condition"]) for name in names))
