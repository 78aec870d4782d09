"""Rows of rdface's cache that were measured on a patient's pictures.

Faces are kept by a picture's SHA-256, embeddings by a hash of that and of the face found in it, and
distances by two such hashes. So the faces tell which embeddings are the patient's, and what tells
which pictures are copies of the patient's lies beside them: they are removed last, so that a
process that is killed before can tell again. Embeddings of mirror images are kept by their pixels;
nothing tells whose they are, and all of them go.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import numpy as np

from rdface.backbones.embed import face_key
from rdface.faces import Face
from rdface.faces.finder import HEAD
from rdface.faces.origins import ORIGINS, copies_of
from rdface.faces.row_cache import EMBEDDINGS, FACES, RowCache
from rdface.files import cache_dir

_OURS: Final = frozenset({FACES, EMBEDDINGS, "weights", "openvino", "simulate", "dreambooth"})
"""Folders of the cache. The last four hold nothing of anybody's picture."""
_HALF: Final = 32
"""Digits of a hash in the key of a pair."""


def strange_caches() -> list[Path]:
    """Folders of the cache that are not known here, with something in them."""
    return [
        folder
        for folder in sorted(cache_dir().iterdir())
        if folder.name not in _OURS and folder.is_dir() and any(folder.iterdir())
    ]


def cached_rows(pictures: Iterable[str]) -> dict[Path, int]:
    """File of the cache -> how many rows of it were measured on these pictures; -1 for all.

    Args:
        pictures: SHA-256 of each.
    """
    keys = _keys(pictures)
    found: dict[Path, int] = {}
    for folder in _folders():
        for path, names in _names(folder):
            count = -1 if names is None else sum(_is_of(name, keys) for name in names)
            found |= {path: count} if count else {}
    return found


def forget_pictures(pictures: Iterable[str]) -> int:
    """Remove what was measured on these pictures; the number of rows, files without keys as one.

    Args:
        pictures: SHA-256 of each.
    """
    pictures = list(pictures)
    keys = _keys(pictures)
    removed = 0
    for folder in _folders():
        for path, names in list(_names(folder)):
            if names is None:
                removed += 1
                path.unlink()
                continue
            keep = np.array([not _is_of(name, keys) for name in names], bool)
            if keep.all():
                continue
            with np.load(path, allow_pickle=False) as content:
                rows, dtype = content["rows"], content["rows"].dtype.type
            kept = [name for name, stays in zip(names, keep, strict=True) if stays]
            if kept:
                RowCache(folder, dtype).add(kept, rows[keep])
            path.unlink()
            removed += int((~keep).sum())
    return removed


def _folders() -> list[Path]:
    """Of embeddings, then of faces, then of origins; see the head of this module."""
    found = [
        folder
        for name in (EMBEDDINGS, FACES)
        for folder in sorted(cache_dir(name).iterdir())
        if folder.is_dir()
    ]
    return sorted(found, key=lambda folder: folder.name == ORIGINS)


def _names(folder: Path) -> Iterator[tuple[Path, list[str] | None]]:
    """Files and the keys of their rows; None where nothing tells whose the rows are."""
    for path in sorted(folder.glob("*.npz")):
        names = None
        if "-mirrored-" not in folder.name:
            with suppress(Exception), np.load(path, allow_pickle=False) as content:  # damaged
                names = [str(name) for name in content["keys"].tolist()]
        yield path, names


def _keys(pictures: Iterable[str]) -> frozenset[str]:
    """Keys of faces and of embeddings, and the halves of those of pairs; copies included."""
    wanted = set(pictures)
    wanted |= copies_of(wanted)
    keys = set(wanted)
    keys |= {face_key(digest, None) for digest in wanted}
    for folder in sorted(cache_dir(FACES).iterdir()):
        if folder.name == ORIGINS:
            continue
        for digest, row in RowCache(folder, np.float32).load().items():
            if digest in wanted and row.ndim == 1 and not np.isnan(row).any():
                numbers = row[HEAD:].astype(np.float32)
                face = Face(numbers[1:5].copy(), numbers[5:].reshape(5, 2).copy(), numbers[0])
                keys.add(face_key(digest, face))
    return frozenset(keys | {key[:_HALF] for key in keys})


def _is_of(name: str, keys: frozenset[str]) -> bool:
    return name in keys or (
        len(name) == 2 * _HALF and (name[:_HALF] in keys or name[_HALF:] in keys)
    )
