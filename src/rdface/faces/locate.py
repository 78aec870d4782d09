"""Find the face of every picture, by one stated rule, and never drop a picture in silence.

The rule
    1. The detector sees the picture with its longer side shrunk to at most 640 pixels.
    2. Where it finds nothing, it looks once more: a black border of half the picture's width and
       height on every side, the whole drawn with a longer side of 640 pixels. Faces that fill
       the picture are found so.
    3. Still nothing: status "none". The picture stays in, and its crop is the whole picture.
    4. Several faces: status "several", and the one with the largest area x score counts, for the
       patient is the one the photograph was taken of.
    5. The five points are read off the 468-point mesh, which is laid on the face found: it is
       surer of a tilted head than the detectors' own points. Those stay where the mesh is not
       sure that it sees a face, or lands elsewhere.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rdface.engines import Engine, check_private
from rdface.errors import UsageError
from rdface.faces.face import Detector, Face, load_detector
from rdface.faces.mesh468 import Mesh468, five_points
from rdface.faces.picture import picture_bytes
from rdface.faces.row_cache import FACES, RowCache
from rdface.faces.sent import find_sent
from rdface.faces.table import NUMBERS, FaceTable
from rdface.files import cache_dir, sha256_bytes
from rdface.imaging import FORMATS, Image
from rdface.progress import bar

if TYPE_CHECKING:
    from rdface.cohort import Cohort

log = logging.getLogger(__name__)

LONGEST = 640
BORDER = 0.5
BATCH = 16
SURE = 0.5
"""Least confidence of the mesh for its points to be taken."""
ELSEWHERE = 0.3
"""Most mean distance of the mesh's points from the detector's, in box widths."""
RULE = "1"
"""Raised whenever the rule changes, so that cached results of the old one are left alone."""

HEAD = 5
ATTEMPTS = ("", "plain", "border")
POINTS_BY = ("", "detector", "mesh468")
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".mpo"})


def find_faces(image: Image, detector: Detector) -> tuple[list[Face], str]:
    """All faces of one picture by steps 1 and 2 of the rule, in the picture's pixels.

    Returns:
        The faces, and the attempt that found them: "plain", "border" or "" (none).
    """
    height, width = image.shape[:2]
    scale = min(1.0, LONGEST / max(height, width))
    faces = detector.detect(_resized(image, scale))
    if faces:
        return [face.moved(scale, 0.0, 0.0) for face in faces], "plain"
    scale = LONGEST / (max(height, width) * (1 + 2 * BORDER))
    small = _resized(image, scale)
    down, across = round(small.shape[0] * BORDER), round(small.shape[1] * BORDER)
    framed = np.pad(small, ((down, down), (across, across), (0, 0)))
    faces = [face.moved(scale, across, down) for face in detector.detect(framed)]
    return faces, "border" if faces else ""


def main_face(faces: list[Face]) -> Face | None:
    """The face that stands for the picture: the largest area x score."""
    return max(faces, key=lambda face: face.area * face.score, default=None)


def refined(image: Image, face: Face, mesh: Mesh468) -> tuple[Face, str]:
    """Step 5 of the rule: the face with better points, and what they were read off."""
    landmarks, score = mesh.landmarks(image, face)
    points = five_points(landmarks)
    away = float(np.linalg.norm(points - face.points, axis=1).mean())
    if score < SURE or away > ELSEWHERE * float(face.box[2]):
        return face, "detector"
    return replace(face, points=points), "mesh468"


def locate_face(image: Image, detector: Detector, mesh: Mesh468) -> tuple[Face | None, int]:
    """The face that counts on one decoded picture, by the whole rule, and how many there are.

    Nothing is cached: for pictures that must leave no trace.
    """
    faces, _ = find_faces(image, detector)
    face = main_face(faces)
    return (None if face is None else refined(image, face, mesh)[0]), len(faces)


def locate_faces(
    cohort: Cohort, detector: str | Detector = "yunet", *, engine: Engine | None = None
) -> FaceTable:
    """Find the face of every picture of a cohort; results are cached by the picture's SHA-256.

    Args:
        cohort: Whose pictures.
        detector: Name, or a detector.
        engine: Sends pictures to other machines; on this one this process does it.

    Raises:
        TermsError: An image was withdrawn, or its consent has ended.
        UsageError: No such detector.
        WeightsError: Its weights are not here.
        ImageError: A picture cannot be opened, or is not the one whose SHA-256 the cohort gives.
    """
    from rdface.cohort.terms import check_allowed

    check_allowed(cohort, "use")
    check_private(engine, simulated=cohort.info.simulated)
    images = cohort.images
    digests = zip(images["image_id"].astype(str), images["sha256"].astype(str), strict=True)
    pictures = [(name, digest, cohort.path(name)) for name, digest in digests]
    return locate_checked(pictures, detector, engine=engine)


def locate_in_folder(folder: Path, detector: str | Detector = "yunet") -> FaceTable:
    """The same for any folder of pictures, subfolders included, in the order of their paths.

    An image_id is the path below ``folder``.

    Raises:
        UsageError: No folder, or no picture in it; and as :func:`locate_faces`.
    """
    return locate_pictures(pictures_in(folder), detector)


def pictures_in(folder: Path) -> list[tuple[str, Path]]:
    """image_id and place of every picture below a folder; raises as :func:`locate_in_folder`."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder.")
    paths = sorted(
        path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file()
    )
    if not paths:
        raise UsageError(
            f"There is no picture in {folder}.", hint=f"Known formats: {', '.join(FORMATS)}."
        )
    return [(path.relative_to(folder).as_posix(), path) for path in paths]


def locate_pictures(
    pictures: Sequence[tuple[str, Path]], detector: str | Detector = "yunet"
) -> FaceTable:
    """The same for pictures named one by one: image_id and place of each.

    Raises:
        UsageError: No such detector; and as :func:`locate_faces`.
    """
    return locate_checked([(name, "", path) for name, path in pictures], detector)


def locate_checked(
    pictures: Sequence[tuple[str, str, Path]],
    detector: str | Detector = "yunet",
    *,
    engine: Engine | None = None,
) -> FaceTable:
    """The same for image_id, SHA-256 and place of each; "" takes a picture as it is.

    Raises:
        As :func:`locate_faces`.
    """
    finder = FaceFinder(detector)
    cache = RowCache(cache_dir(FACES) / finder.fingerprint[:24], np.float32)
    known = cache.load()
    keys = [
        digest or sha256_bytes(picture_bytes(path, name, "")) for name, digest, path in pictures
    ]
    first = {key: number for number, key in reversed(list(enumerate(keys)))}
    missing = sorted(number for key, number in first.items() if key not in known)
    batches = [missing[start : start + BATCH] for start in range(0, len(missing), BATCH)]
    tasks = (
        [(pictures[n][0], picture_bytes(pictures[n][2], pictures[n][0], keys[n])) for n in batch]
        for batch in batches
    )
    with bar(f"Finding faces ({finder.detector.name})", len(pictures)) as advance:
        advance(len(pictures) - len(missing))
        for number, values in find_sent(tasks, detector, finder, engine):
            fresh = [keys[n] for n in batches[number]]
            cache.add(fresh, values)
            known.update(zip(fresh, values, strict=True))
            advance(len(fresh))
    rows = [known[key] for key in keys]
    located = finder.table([name for name, _, _ in pictures], rows)
    _report(located)
    return located


class FaceFinder:
    """The rule as a thing that pictures are shown to one by one; nothing is cached.

    Args:
        detector: Name, or a detector.

    Raises:
        UsageError: No such detector.
        WeightsError: Its weights are not here.
    """

    def __init__(self, detector: str | Detector = "yunet") -> None:
        self.detector = load_detector(detector) if isinstance(detector, str) else detector
        self._mesh = Mesh468()
        text = f"{self.detector.fingerprint} {self._mesh.fingerprint} {RULE}"
        self.fingerprint = sha256_bytes(text.encode())

    def row(self, image: Image) -> NDArray[np.float32]:
        """The face of a picture as numbers, for :meth:`table`."""
        return _row(image, self.detector, self._mesh)

    def table(self, names: Sequence[str], rows: Sequence[NDArray[np.float32]]) -> FaceTable:
        """Rows of pictures as a table."""
        import pandas as pd

        table = np.stack(rows) if rows else np.empty((0, len(NUMBERS) + HEAD), np.float32)
        count = table[:, 1].astype(int)
        frame = pd.DataFrame(
            {
                "image_id": list(names),
                "status": np.select([count == 0, count == 1], ["none", "one"], "several"),
                "n_faces": count,
                "attempt": [ATTEMPTS[int(number)] for number in table[:, 0]],
                "points": [POINTS_BY[int(number)] for number in table[:, 2]],
                "width": table[:, 3].astype(int),
                "height": table[:, 4].astype(int),
                **{name: table[:, HEAD + column] for column, name in enumerate(NUMBERS)},
            }
        )
        return FaceTable(frame, self.fingerprint)


def _row(image: Image, detector: Detector, mesh: Mesh468) -> NDArray[np.float32]:
    """attempt, n_faces, points, width, height (HEAD numbers), then :data:`NUMBERS`."""
    faces, attempt = find_faces(image, detector)
    face, points_by = main_face(faces), ""
    numbers = np.full(len(NUMBERS), np.nan)
    if face is not None:
        face, points_by = refined(image, face, mesh)
        numbers = np.concatenate([[face.score], face.box, face.points.ravel()])
    height, width = image.shape[:2]
    head = [ATTEMPTS.index(attempt), len(faces), POINTS_BY.index(points_by), width, height]
    return np.concatenate([head, numbers]).astype(np.float32)


def _report(table: FaceTable) -> None:
    counts = table.counts()
    log.info("Faces: %s", counts)
    if counts["none"]:
        names = table.without_face()
        shown = ", ".join(names[:10]) + (" ..." if len(names) > 10 else "")
        log.warning("No face in %d pictures, which are used whole: %s", len(names), shown)
    if counts["several"]:
        log.warning(
            "Several faces in %d pictures; the largest, weighted by its score, is used.",
            counts["several"],
        )


def _resized(image: Image, scale: float) -> Image:
    import cv2

    if scale == 1.0:
        return image
    height, width = image.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size, interpolation=way), np.uint8)
