"""Measure and embed the pictures of the study; what was read once is kept in its folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.backbones import load_backbone
from rdface.faces.anthropometry import NAMES, measuring_fingerprint
from rdface.faces.cut import cut_some
from rdface.faces.locate import locate_pictures
from rdface.faces.row_cache import RowCache
from rdface.faces.survey import measure_pictures
from rdface.progress import bar

Floats = NDArray[np.float64]
BLOCK: Final = 256
"""Pictures between two writes: what a kill can lose at most."""
_BATCH: Final = 16


def read_measures(pictures: Mapping[str, Path], folder: Path) -> dict[str, Floats]:
    """Measures of every picture, ``[M]`` in the order of ``NAMES``; NaN where no face was found.

    Args:
        pictures: Key, which must change whenever the picture does, to place.
        folder: Where they are kept.
    """
    cache = RowCache(folder / f"measures-{measuring_fingerprint()[:12]}", np.float64)
    known = cache.load()
    for block in _blocks([key for key in pictures if key not in known]):
        table = measure_pictures([(key, pictures[key]) for key in block])
        rows = table[list(NAMES)].to_numpy(np.float64)
        cache.add(block, rows)
        known.update(zip(block, rows, strict=True))
    return {key: known[key] for key in pictures}


def read_embeddings(
    pictures: Mapping[str, Path], folder: Path, backbone: str
) -> dict[str, NDArray[np.float32]]:
    """Embeddings of every picture, ``[D]``; a picture without a face is embedded whole.

    Args:
        pictures: As for :func:`read_measures`.
        folder: Likewise.
        backbone: Name of a frozen network.
    """
    network = load_backbone(backbone)
    cache = RowCache(folder / f"{backbone}-{network.fingerprint[:12]}", np.float32)
    known = cache.load()
    for block in _blocks([key for key in pictures if key not in known]):
        faces = locate_pictures([(key, pictures[key]) for key in block])
        with bar(f"Embedding ({backbone})", len(block)) as advance:
            for start in range(0, len(block), _BATCH):
                keys = block[start : start + _BATCH]
                crops = cut_some([(key, "", pictures[key]) for key in keys], faces, network.crop)
                rows = network.embed(crops)
                cache.add(keys, rows)
                known.update(zip(keys, rows, strict=True))
                advance(len(keys))
    return {key: known[key] for key in pictures}


def _blocks(keys: Sequence[str]) -> list[list[str]]:
    return [list(keys[start : start + BLOCK]) for start in range(0, len(keys), BLOCK)]
