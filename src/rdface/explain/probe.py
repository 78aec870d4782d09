"""Whom an explanation is about: one picture, and what of a cohort must not be asked about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rdface.errors import ImageError, UsageError
from rdface.faces import Face, FaceTable
from rdface.faces.face import Detector, load_detector
from rdface.faces.finder import locate_face
from rdface.faces.mesh468 import Mesh468
from rdface.faces.picture import picture_bytes
from rdface.files import sha256_bytes
from rdface.imaging import MAX_PIXELS, Image, decode_image
from rdface.protocols.synthetic import real_ancestors
from rdface.registry import nearest

if TYPE_CHECKING:
    from rdface.cohort import Cohort

_SEVERAL = "Several faces were found; the largest counts."


@dataclass(frozen=True, eq=False)
class Probe:
    """One picture with a face.

    Attributes:
        name: The image_id, or the file's name.
        image: ``uint8 [H, W, 3]``, RGB.
        face: The face that counts.
        left_out: ``bool [N]``: the cohort's images that may say nothing about this one.
        row: In the cohort; None for a picture from elsewhere.
        patient: Its patient; "" for a picture from elsewhere.
        condition: As recorded; "" for a picture from elsewhere.
        sex: ``female``, ``male`` or "" (not known).
        age: Years; NaN if not known.
        simulated: Whether it is known that the picture shows nobody.
        recorded: HPO terms recorded for the picture; None where nothing is recorded.
        notes: What a reader has to know about the picture.
    """

    name: str
    image: Image
    face: Face
    left_out: NDArray[np.bool_]
    row: int | None = None
    patient: str = ""
    condition: str = ""
    sex: str = ""
    age: float = float("nan")
    simulated: bool = False
    recorded: tuple[str, ...] | None = None
    notes: tuple[str, ...] = field(default=())


def find_probe(
    asked: str,
    cohort: Cohort,
    faces: FaceTable,
    *,
    sex: str = "",
    age: float | None = None,
    simulated: bool = False,
    detector: str = "yunet",
) -> Probe:
    """Open what a user named: an image of the cohort, or a file.

    A file that is, byte for byte, an image of the cohort is that image: its patient is left out.

    Args:
        asked: An image_id or the path of a picture.
        cohort: The cohort that is asked.
        faces: Its faces.
        sex: Of the person on a file's picture.
        age: The same, in years.
        simulated: Whether a file's picture is known to show nobody.
        detector: What finds the face on a file's picture.

    Raises:
        UsageError: It is neither, or sex and age are given of an image whose cohort knows them.
        ImageError: It is no picture, or shows no face.
    """
    ids = list(cohort.image_ids)
    path = Path(asked)
    if asked in ids:
        return _of_cohort(ids.index(asked), cohort, faces, (), sex, age, simulated)
    if not path.is_file():
        raise UsageError(
            f"{asked!r} is neither a picture file nor an image of {cohort.info.name}.",
            hint=nearest(asked, ids)
            or f"`rdface cohort show {cohort.info.name}` says what it has.",
        )
    data = picture_bytes(path, path.name, "")
    return probe_of_bytes(
        data,
        path.name,
        cohort,
        faces,
        sex=sex,
        age=age,
        simulated=simulated,
        detector=load_detector(detector),
        mesh=Mesh468(),
    )


def probe_of_bytes(
    data: bytes,
    name: str,
    cohort: Cohort,
    faces: FaceTable,
    *,
    sex: str = "",
    age: float | None = None,
    simulated: bool = False,
    detector: Detector,
    mesh: Mesh468,
    max_pixels: int = MAX_PIXELS,
) -> Probe:
    """Open a picture's bytes; nothing about them is written anywhere, not even to a cache.

    Args:
        data: The file's bytes. If they are an image of the cohort, it is that image.
        name: What to call it.
        cohort: See :func:`find_probe`.
        faces: See there.
        sex: See there.
        age: See there.
        simulated: See there.
        detector: What finds the face.
        mesh: What reads its points off.
        max_pixels: Larger pictures are refused.

    Raises:
        UsageError: See :func:`find_probe`.
        ImageError: It is no picture, is too large, or shows no face.
    """
    row = row_of_bytes(data, cohort)
    if row is not None:
        note = f"The file is the cohort's image {cohort.image_ids[row]}; its patient is left out."
        return _of_cohort(row, cohort, faces, (note,), sex, age, simulated)
    image = decode_image(data, name, max_pixels=max_pixels)
    face, count = locate_face(image, detector, mesh)
    notes: tuple[str, ...] = (_SEVERAL,) if count > 1 else ()
    if cohort.info.simulated and not simulated:
        notes += ("The cohort is simulated and nothing says that this picture is.",)
    return Probe(
        name=name,
        image=image,
        face=_found(face, name),
        left_out=np.zeros(len(cohort), dtype=bool),
        sex=sex,
        age=float("nan") if age is None else age,
        simulated=simulated,
        notes=notes,
    )


def row_of_bytes(data: bytes, cohort: Cohort) -> int | None:
    """Row of the cohort's image that a file is, byte for byte; None if it is none of them."""
    digests = cohort.images["sha256"].tolist()
    digest = sha256_bytes(data)
    return digests.index(digest) if digest in digests else None


def left_out_with(row: int, cohort: Cohort) -> NDArray[np.bool_]:
    """Which images of a cohort belong to the person on one of them, ``bool [N]``.

    All of the patient's, and every synthetic image that stems from one of them. If the image is
    itself synthetic, the patients it stems from are left out in the same way.
    """
    images = cohort.images
    patients = dict(zip(images["image_id"], images["patient_id"], strict=True))
    ancestors = real_ancestors(images)
    own = {images["patient_id"].iloc[row]}
    own |= {patients[old] for old in ancestors.get(cohort.image_ids[row], ()) if old in patients}
    made = {
        image
        for image, roots in ancestors.items()
        if any(patients.get(root) in own for root in roots)
    }
    return np.array(
        [
            patient in own or image in made
            for image, patient in zip(images["image_id"], images["patient_id"], strict=True)
        ],
        dtype=bool,
    )


def _of_cohort(
    row: int,
    cohort: Cohort,
    faces: FaceTable,
    notes: tuple[str, ...],
    sex: str,
    age: float | None,
    simulated: bool,
) -> Probe:
    from rdface.cohort import age_in_years

    if sex or age is not None or simulated:
        raise UsageError(
            "The cohort knows the age and the sex of its image, and whether it is simulated.",
            hint="--age, --sex and --simulated are for files that are not in the cohort.",
        )
    about = cohort.images.iloc[row]
    name = str(about["image_id"])
    if cohort.info.unknown_patients:
        notes += (
            "The cohort does not say who its patients are: other pictures of this child may "
            "stand among the cases.",
        )
    known = bool(about["hpo_terms"]) or cohort.info.simulated
    return Probe(
        name=name,
        image=decode_image(picture_bytes(cohort.path(name), name, str(about["sha256"])), name),
        face=_found(faces.face(name), name),
        left_out=left_out_with(row, cohort),
        row=row,
        patient=str(about["patient_id"]),
        condition=str(about["condition"]),
        sex=str(about["sex"]),
        age=age_in_years(str(about["age"])) if about["age"] else float("nan"),
        simulated=cohort.info.simulated,
        recorded=tuple(filter(None, str(about["hpo_terms"]).split("|"))) if known else None,
        notes=notes + _several(faces, name),
    )


def _found(face: Face | None, name: str) -> Face:
    if face is None:
        raise ImageError(
            f"No face was found on {name}.",
            hint="The face should be upright, whole and at least about 40 pixels wide.",
        )
    return face


def _several(faces: FaceTable, name: str) -> tuple[str, ...]:
    status = dict(zip(faces.frame["image_id"], faces.frame["status"], strict=True))[name]
    return (_SEVERAL,) if status == "several" else ()
