"""One look at every picture: all that the checks want to know of its pixels, as one row of numbers.

Each picture is decoded once for all of them, and its row is kept by the picture's SHA-256 and the
face found in it, as embeddings are. A row holds hashes and numbers and no pixel.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from rdface.backbones.embed import face_key
from rdface.curation.quality.face_regions import COLUMNS, REGION_CROP, describe_regions
from rdface.curation.quality.picture_hashes import (
    FACE_CROP,
    WORDS,
    perceptual_hash,
    pixel_digest,
)
from rdface.curation.quality.sharpness import SHARP_CROP, sharpness
from rdface.curation.quality.text_detector import TextDetector
from rdface.faces import Face, align
from rdface.faces.cut import pictures_of
from rdface.faces.mesh468 import Mesh468
from rdface.faces.mesh_crop import MESH_CROP, face_in_crop
from rdface.faces.picture import picture_bytes
from rdface.faces.pose import head_pose
from rdface.faces.row_cache import EMBEDDINGS, RowCache
from rdface.files import cache_dir, sha256_bytes
from rdface.imaging import Image, decode_image
from rdface.progress import bar

if TYPE_CHECKING:
    from rdface.cohort import Cohort
    from rdface.faces import FaceTable

Floats = NDArray[np.float32]

RULE: Final = "1"
"""Raised whenever a row would be another."""
HASHES: Final = ("pixels", "whole", "whole mirrored", "face", "face mirrored")
SINGLE: Final = ("sharpness", "mesh", "yaw", "pitch", "roll", "eyes")
TEXT: Final = ("text", "text on face")
BATCH: Final = 16


@dataclass(frozen=True, eq=False)
class Looks:
    """Rows in the cohort's order; NaN where there is no face.

    Attributes:
        rows: ``float32 [N, K]``.
        texts: ``float32 [N, 2]``; NaN where text was not looked for.
        fingerprint: Of all that decides the rows.
    """

    rows: Floats
    texts: Floats
    fingerprint: str

    def hashes(self, name: str) -> Floats:
        """``[N, 16]`` words of one of :data:`HASHES`."""
        start = HASHES.index(name) * WORDS
        return self.rows[:, start : start + WORDS]

    def __getitem__(self, name: str) -> Floats:
        """One number of each picture: of :data:`SINGLE` or :data:`TEXT`."""
        if name in TEXT:
            return self.texts[:, TEXT.index(name)]
        return self.rows[:, len(HASHES) * WORDS + SINGLE.index(name)]

    @cached_property
    def regions(self) -> Floats:
        """``[N, len(COLUMNS)]`` of the parts of the face."""
        return self.rows[:, -len(COLUMNS) :]


def look_at_cohort(cohort: Cohort, faces: FaceTable, *, texts: bool = True) -> Looks:
    """Look at every picture of a cohort.

    Args:
        cohort: Whose pictures.
        faces: Theirs.
        texts: Whether to look for text, which takes the most time.

    Raises:
        WeightsError: Weights that are missing.
        ImageError: A picture cannot be opened, or is not the one that the cohort names.
    """
    mesh = Mesh468()
    reader = TextDetector() if texts else None
    fingerprint = sha256_bytes(f"looks {RULE} {mesh.fingerprint} {FACE_CROP}".encode())
    caches = {"looks": RowCache(cache_dir(EMBEDDINGS) / f"looks-{fingerprint[:24]}", np.float32)}
    if reader is not None:
        folder = cache_dir(EMBEDDINGS) / f"text-{reader.fingerprint[:24]}"
        caches["text"] = RowCache(folder, np.float32)
    known = {name: cache.load() for name, cache in caches.items()}
    pictures = pictures_of(cohort)
    keys = [face_key(digest, faces.face(name)) for name, digest, _ in pictures]
    todo = [row for row, key in enumerate(keys) if any(key not in rows for rows in known.values())]
    with bar("Looking at pictures", len(todo)) as advance:
        for start in range(0, len(todo), BATCH):
            fresh: dict[str, dict[str, Floats]] = {name: {} for name in caches}
            for row in todo[start : start + BATCH]:
                name, digest, path = pictures[row]
                image = decode_image(picture_bytes(path, name, digest), name)
                face = faces.face(name)
                if keys[row] not in known["looks"]:
                    fresh["looks"][keys[row]] = look_at(image, face, mesh)
                if reader is not None and keys[row] not in known["text"]:
                    fresh["text"][keys[row]] = np.array(reader.look(image, face), np.float32)
            for name, new in fresh.items():
                if new:
                    caches[name].add(list(new), np.stack(list(new.values())))
                    known[name].update(new)
            advance(len(todo[start : start + BATCH]))
    width = len(HASHES) * WORDS + len(SINGLE) + len(COLUMNS)
    rows = np.array([known["looks"][key] for key in keys], np.float32).reshape(-1, width)
    seen = np.full((len(keys), len(TEXT)), np.nan, np.float32)
    if reader is not None:
        seen = np.array([known["text"][key] for key in keys], np.float32).reshape(-1, len(TEXT))
    return Looks(rows, seen, fingerprint)


def look_at(image: Image, face: Face | None, mesh: Mesh468) -> Floats:
    """The row of one picture."""
    cut = align(image, face, FACE_CROP)
    words = (
        pixel_digest(image),
        perceptual_hash(image),
        perceptual_hash(image[:, ::-1]),
        perceptual_hash(cut),
        perceptual_hash(cut[:, ::-1]),
    )
    single = np.full(len(SINGLE), np.nan)
    regions = np.full(len(COLUMNS), np.nan)
    if face is not None:
        points, score = mesh.landmarks(align(image, face, MESH_CROP), face_in_crop())
        yaw, pitch = head_pose(points)
        across = face.points[1] - face.points[0]
        roll = np.degrees(np.arctan2(across[1], across[0]))
        sharp = sharpness(align(image, face, SHARP_CROP))
        single = np.array([sharp, score, yaw, pitch, roll, np.linalg.norm(across)])
        regions = describe_regions(align(image, face, REGION_CROP)).astype(np.float64)
    return np.concatenate([*words, single, regions]).astype(np.float32)
