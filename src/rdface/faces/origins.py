"""Which picture a picture was made from, for what the cache holds of both.

The cache knows a picture by its SHA-256. A framed or restored copy has one of its own, and when a
patient withdraws nothing in the copy says whose it is; so whoever measures copies notes it first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from rdface.faces.row_cache import FACES, RowCache
from rdface.files import cache_dir

ORIGINS: Final = "origins"
"""Folder beside the tables of faces: SHA-256 of a copy to the 32 bytes of its original's."""


def note_origins(original_of: Mapping[str, str]) -> None:
    """Keep whose copies these are, before they are measured.

    Args:
        original_of: SHA-256 of each copy to that of the picture it was made from.
    """
    cache = _cache()
    known = cache.load()
    new = {
        copy: original
        for copy, original in original_of.items()
        if copy != original and (copy not in known or _hex(known[copy]) != original)
    }
    if new:
        rows = [np.frombuffer(bytes.fromhex(each), np.uint8) for each in new.values()]
        cache.add(list(new), np.stack(rows).astype(np.float32))


def copies_of(pictures: Iterable[str]) -> frozenset[str]:
    """SHA-256 of all copies of these pictures that were noted.

    Args:
        pictures: SHA-256 of each.
    """
    wanted = set(pictures)
    return frozenset(copy for copy, row in _cache().load().items() if _hex(row) in wanted)


def _cache() -> RowCache:
    return RowCache(cache_dir(FACES) / ORIGINS, np.float32)


def _hex(row: np.ndarray) -> str:
    return row.astype(np.uint8).tobytes().hex()
