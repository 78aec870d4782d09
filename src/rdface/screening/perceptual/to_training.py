"""Mean perceptual distance of each synthetic image from the training images of its condition.

Condition by condition: a picture has one condition, so that each runs through the network once,
the real ones too, and no more rows are held than one condition's. What is kept on disk are the
distances, one number per pair of pictures: rows of LPIPS are 640,000 numbers long.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rdface.faces.cut import cut_some, pictures_of
from rdface.faces.row_cache import EMBEDDINGS, RowCache
from rdface.files import cache_dir, sha256_bytes
from rdface.progress import bar
from rdface.screening.material import Faces, Material
from rdface.screening.perceptual.space import PerceptualSpace, Rows, squared_distances

BATCH = 8


def mean_distances(material: Material, space: PerceptualSpace) -> NDArray[np.float64]:
    """``float64 [P]``; NaN where the condition has no training image.

    A picture without a face is compared whole, for a perceptual distance needs no face.

    Raises:
        ImageError: A picture cannot be opened, or is not the one that its cohort names.
    """
    pool, real = material.pool, material.training
    cache = RowCache(cache_dir(EMBEDDINGS) / f"{space.name}-{space.fingerprint[:24]}", np.float64)
    known = {key: float(row[0]) for key, row in cache.load().items()}
    keys, real_keys = _keys(pool), _keys(real)
    means = np.full(len(pool), np.nan)
    with bar(f"Perceptual distances ({space.name})", len(pool)) as advance:
        for label in range(material.n_conditions):
            mine, theirs = (np.flatnonzero(part.labels == label) for part in (pool, real))
            pairs = {row: [f"{keys[row]}{real_keys[other]}" for other in theirs] for row in mine}
            todo = [row for row in mine if any(pair not in known for pair in pairs[row])]
            if todo:
                beside = np.concatenate(list(_rows(real, theirs, space)))
                done = 0
                for rows in _rows(pool, np.array(todo), space):
                    found = squared_distances(rows, beside)
                    batch = todo[done : done + len(rows)]
                    fresh = [pair for row in batch for pair in pairs[row]]
                    cache.add(fresh, found.reshape(-1, 1))
                    known.update(zip(fresh, found.ravel().tolist(), strict=True))
                    done += len(rows)
            for row in mine:
                if pairs[row]:
                    means[row] = np.mean([known[pair] for pair in pairs[row]])
            advance(len(mine))
    return means


def _keys(faces: Faces) -> list[str]:
    """One picture and the face in it, 32 digits."""
    keys = []
    for name, digest in zip(faces.cohort.image_ids, faces.cohort.images["sha256"], strict=True):
        face = faces.table.face(str(name))
        where = b"whole" if face is None else face.box.tobytes() + face.points.tobytes()
        keys.append(sha256_bytes(str(digest).encode() + where)[:32])
    return keys


def _rows(faces: Faces, rows: NDArray[np.intp], space: PerceptualSpace) -> Iterator[Rows]:
    """Rows of some pictures, a batch at a time."""
    pictures = pictures_of(faces.cohort)
    for start in range(0, len(rows), BATCH):
        some = [pictures[row] for row in rows[start : start + BATCH]]
        yield space.rows(cut_some(some, faces.table, space.crop))
