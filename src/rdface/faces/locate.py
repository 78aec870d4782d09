"""Find the faces of a cohort or a folder, and never drop a picture in silence."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rdface.engines import Engine, check_private
from rdface.errors import UsageError
from rdface.faces.face import Detector
from rdface.faces.finder import FaceFinder
from rdface.faces.picture import picture_bytes
from rdface.faces.row_cache import FACES, RowCache
from rdface.faces.sent import find_sent
from rdface.faces.table import FaceTable
from rdface.files import cache_dir, sha256_bytes
from rdface.imaging import FORMATS, OPENED_SUFFIXES, is_closed
from rdface.progress import bar

if TYPE_CHECKING:
    from rdface.cohort import Cohort

log = logging.getLogger(__name__)

BATCH = 16


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
        UsageError: No folder, no picture in it, or pictures that cannot be opened (HEIC); and as
            :func:`locate_faces`.
    """
    return locate_pictures(pictures_in(folder), detector)


def pictures_in(folder: Path) -> list[tuple[str, Path]]:
    """image_id and place of every picture below a folder; raises as :func:`locate_in_folder`."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder.")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    closed = [path.relative_to(folder).as_posix() for path in files if is_closed(path)]
    if closed:
        more = f" and {len(closed) - 10} more" if len(closed) > 10 else ""
        raise UsageError(
            f"{folder} holds {len(closed)} picture(s) of formats that rdface cannot open: "
            f"{', '.join(closed[:10])}{more}.",
            hint="Export them as JPEG or PNG (ImageMagick: magick mogrify -format jpg *.heic) and"
            " move the originals out of the folder.",
        )
    paths = [path for path in files if path.suffix.lower() in OPENED_SUFFIXES]
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
    first: dict[str, int] = {}
    for number, key in enumerate(keys):
        first.setdefault(key, number)
    missing = [number for key, number in first.items() if key not in known]
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


def _report(table: FaceTable) -> None:
    counts = table.counts()
    log.info("Faces: %s", counts)
    if counts["none"]:
        names = table.without_face()
        shown = ", ".join(names[:10]) + (" ..." if len(names) > 10 else "")
        log.warning("No face in %d pictures: %s", len(names), shown)
    if counts["several"]:
        log.warning(
            "Several faces in %d pictures; the largest, weighted by its score, is used.",
            counts["several"],
        )
