"""Batches of pictures in which faces are found here, or on machines that have the same detector."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rdface.engines import Engine, Here
from rdface.engines.inline import Inline
from rdface.faces.finder import FaceFinder
from rdface.imaging import decode_image

if TYPE_CHECKING:
    from rdface.faces.face import Detector

Batch = list[tuple[str, bytes]]
"""Name and bytes of each picture."""


def find_sent(
    batches: Iterable[Batch], detector: str | Detector, finder: FaceFinder, engine: Engine | None
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Find the faces of batches of pictures, in any order.

    Args:
        batches: Read as workers become free.
        detector: As it was asked for; only one with a name can be had elsewhere.
        finder: Of that detector.
        engine: Where; this process if None or on this machine.

    Yields:
        The number of a batch, and a row for each picture (:meth:`FaceFinder.row`).
    """
    if engine is None or engine.local or not isinstance(detector, str):
        return Inline().run(_rows, batches, finder)
    return engine.run(_rows_there, batches, detector)


def _rows(finder: FaceFinder, batch: Batch, here: Here) -> NDArray[np.float32]:
    return np.stack([finder.row(decode_image(data, name)) for name, data in batch])


def _rows_there(detector: str, batch: Batch, here: Here) -> NDArray[np.float32]:
    return _rows(finder_there(detector), batch, here)


@lru_cache(maxsize=2)
def finder_there(detector: str) -> FaceFinder:
    """A worker's own, made once; :func:`rdface.weights.where` checks its weights there."""
    return FaceFinder(detector)
