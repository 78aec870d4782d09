"""Frame real pictures as a generator frames its own, so that framing is no difference.

A pool holds portraits: a square around a face, of some size. Real pictures show more and have other
sizes; a network tells the two apart by that alone. So every real picture is cut to the portrait
that a generator would have been given, and all parts of an audit look at those.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

import numpy as np

from rdface.faces import align, locate_faces
from rdface.faces.origins import note_origins
from rdface.faces.picture import picture_bytes
from rdface.files import cache_dir, sha256_bytes
from rdface.imaging import Image, decode_image
from rdface.progress import bar
from rdface.screening.audit.sides import Side, Sides
from rdface.synthesis.portraits import portrait_crop

if TYPE_CHECKING:
    from rdface.cohort import Cohort


@contextmanager
def portraits_folder() -> Iterator[Path]:
    """A folder for real faces, in rdface's cache, which is closed to other users; removed at last.

    Nothing can remove it when the process is killed, so each audit first removes those that no
    living process holds.
    """
    from filelock import FileLock, Timeout

    root = cache_dir("audit")
    for lock in root.glob("*.lock"):
        try:
            with FileLock(lock, timeout=0):
                shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
        except Timeout:
            continue
        lock.unlink(missing_ok=True)
    place = root / token_hex(8)
    lock = place.with_suffix(".lock")
    with FileLock(lock, timeout=10):
        try:
            place.mkdir(mode=0o700)
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)
            lock.unlink(missing_ok=True)


def frame(sides: Sides, size: int, detector: str, folder: Path) -> Sides:
    """The same sides, the real ones as portraits.

    Args:
        sides: Who is who.
        size: Pixels a side, as the pool's pictures; see :func:`size_of`.
        detector: What finds faces; a picture without one is framed whole.
        folder: Where the portraits are written. They are real faces: remove it afterwards.
    """
    return dataclasses.replace(
        sides,
        training=_framed(sides.training, size, detector, folder / "training"),
        held_out=_framed(sides.held_out, size, detector, folder / "held-out"),
        controls=None
        if sides.controls is None
        else _framed(sides.controls, size, detector, folder / "controls"),
    )


def size_of(pool: Cohort) -> int:
    """Pixels a side of a pool's pictures: the median, for pools that were joined."""
    from PIL import Image as Pillow

    sides = []
    for name in pool.image_ids:
        with Pillow.open(pool.path(name)) as picture:
            sides.append(min(picture.size))
    return int(np.median(sides))


def _framed(side: Side, size: int, detector: str, folder: Path) -> Side:
    folder.mkdir(parents=True)
    faces = locate_faces(side.cohort, detector)
    crop = portrait_crop(size)
    images = side.cohort.images.copy()
    digests, files = [], []
    with bar("Framing real faces", len(images)) as advance:
        for name, digest in zip(images["image_id"], images["sha256"], strict=True):
            picture = decode_image(picture_bytes(side.cohort.path(name), name, digest), name)
            data = _png(align(picture, faces.face(name), crop))
            (folder / f"{name}.png").write_bytes(data)
            digests.append(sha256_bytes(data))
            files.append(f"{name}.png")
            advance(1)
    note_origins(dict(zip(digests, images["sha256"], strict=True)))
    images["sha256"], images["file"] = digests, files
    return Side(dataclasses.replace(side.cohort, root=folder, images=images))


def _png(image: Image) -> bytes:
    import io

    from PIL import Image as Pillow

    stream = io.BytesIO()
    Pillow.fromarray(image).save(stream, "PNG", compress_level=1)
    return stream.getvalue()
