"""Embed a cohort: each picture once per backbone and face, whatever happens in between."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rdface.backbones.backbone import Backbone, Embeddings, load_backbone
from rdface.backbones.sent import Sent, embed_sent
from rdface.engines import Engine, check_private
from rdface.errors import RdfaceError
from rdface.faces import Face, FaceTable
from rdface.faces.picture import picture_bytes
from rdface.faces.row_cache import EMBEDDINGS, RowCache
from rdface.files import cache_dir, sha256_bytes
from rdface.progress import bar

if TYPE_CHECKING:
    from rdface.cohort import Cohort

BATCH = 16
"""Pictures between two writes to the cache: what a kill can lose at most."""


def embed_cohort(cohort: Cohort, backbone: str | Backbone, faces: FaceTable) -> Embeddings:
    """Embed every picture of a cohort with one backbone; see :func:`embed_all`.

    Returns:
        ``float32 [N, D]`` in the cohort's order.
    """
    return embed_all(cohort, [backbone], faces)[0]


def embed_all(
    cohort: Cohort,
    backbones: Sequence[str | Backbone],
    faces: FaceTable,
    *,
    engine: Engine | None = None,
) -> list[Embeddings]:
    """Embed every picture of a cohort with several backbones, opening each picture once.

    What was embedded before is read from the cache, by the picture's SHA-256, the face found in
    it and the backbone's fingerprint; most networks are not even read where nothing is left to do.

    Args:
        cohort: Whose pictures.
        backbones: Names or backbones.
        faces: From :func:`rdface.faces.locate_faces`; a picture without a face is embedded whole.
        engine: Sends pictures to other machines; on this one a network uses all cores by itself.

    Returns:
        Per backbone ``float32 [N, D]`` in the cohort's order.

    Raises:
        TermsError: An image was withdrawn, or its consent has ended.
        UsageError: An unknown name, or the extra ``torch`` is missing.
        WeightsError: Weights that are missing or altered.
        ImageError: A picture cannot be opened, is missing from ``faces``, or is not the one
            whose SHA-256 the cohort gives.
    """
    from rdface.cohort.terms import check_allowed

    check_allowed(cohort, "use")
    check_private(engine, simulated=cohort.info.simulated)
    loaded = [load_backbone(each) if isinstance(each, str) else each for each in backbones]
    images = cohort.images
    digests = dict(zip(images["image_id"].astype(str), images["sha256"].astype(str), strict=True))
    keys = {name: face_key(digest, faces.face(name)) for name, digest in digests.items()}
    caches = [RowCache(cache_dir(EMBEDDINGS) / _folder(each), np.float32) for each in loaded]
    rows = [cache.load() for cache in caches]
    first: dict[str, str] = {}  # a picture that is there twice is embedded once
    for name, key in keys.items():
        first.setdefault(key, name)
    todo = [name for key, name in first.items() if any(key not in known for known in rows)]
    if todo:
        batches = (todo[start : start + BATCH] for start in range(0, len(todo), BATCH))
        tasks = (
            [
                Sent(
                    picture_bytes(cohort.path(name), name, digests[name]),
                    name,
                    faces.face(name),
                    tuple(keys[name] not in known for known in rows),
                )
                for name in batch
            ]
            for batch in batches
        )
        with bar(f"Embedding ({', '.join(each.name for each in loaded)})", len(todo)) as advance:
            for number, found in embed_sent(tasks, loaded, engine):
                batch = todo[number * BATCH : (number + 1) * BATCH]
                for place, (cache, known) in enumerate(zip(caches, rows, strict=True)):
                    fresh = [keys[name] for name in batch if keys[name] not in known]
                    if fresh:
                        values = checked(loaded[place], found[place])
                        cache.add(fresh, values)
                        known.update(zip(fresh, values, strict=True))
                advance(len(batch))
    return [
        np.stack([known[keys[name]] for name in digests])
        if digests
        else np.empty((0, backbone.dim), np.float32)
        for backbone, known in zip(loaded, rows, strict=True)
    ]


def checked(backbone: Backbone, values: Embeddings) -> Embeddings:
    """Embeddings as they are: no number that is none may be kept.

    Raises:
        RdfaceError: There is one.
    """
    if not np.isfinite(values).all():
        raise RdfaceError(
            f"The backbone {backbone.name!r} gave numbers that are not finite.",
            hint="Its weights may not fit its architecture.",
        )
    return values


def face_key(digest: str, face: Face | None) -> str:
    """One picture and the face in it."""
    where = b"whole" if face is None else face.box.tobytes() + face.points.tobytes()
    return sha256_bytes(digest.encode() + where)


def _folder(backbone: Backbone) -> str:
    """A name that people can read and that changes with the fingerprint."""
    readable = re.sub(r"[^A-Za-z0-9._-]+", "-", backbone.name)[:40].strip("-.")
    return f"{readable}-{backbone.fingerprint[:24]}"
