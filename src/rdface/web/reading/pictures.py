"""The cohort's pictures as JPEG, marked: made in memory, never written anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from rdface.cohort.disclosure import SMALLEST
from rdface.cohort.terms import check_allowed
from rdface.errors import ImageError
from rdface.faces import Crop, align
from rdface.faces.cut import Picture, cut_some
from rdface.faces.picture import picture_bytes
from rdface.imaging import decode_image, encode_jpeg
from rdface.pages.figures.contact_sheet import marked, marked_jpeg
from rdface.web.reading.said import Said

if TYPE_CHECKING:
    from rdface.web.holdings import Holdings

THUMBNAIL: Final = 160
"""Pixels of a thumbnail's side."""
ROW: Final = 20
"""Thumbnails that travel as one picture: a page of 200 needs ten requests."""
KEPT: Final = 400
"""Rows of thumbnails that stay in memory: about 40 MB."""
PORTRAIT: Final = Crop(480, 480, "points", 0.9)
"""How a face is shown by itself: all faces at one size and place, so that they can be compared."""
AVERAGE: Final = Crop(320, 320, "points", 0.9)


class AverageFace(Said):
    """Whether the faces of a condition may be shown as one.

    Attributes:
        image_ids: The images that it is made of; none where it is not shown.
        n_patients: Patients on them.
        why_not: Why it is not shown; "" where it is.
    """

    image_ids: tuple[str, ...]
    n_patients: int
    why_not: str


class Pictures:
    """Pictures with their mark burnt in.

    Args:
        holdings: Cohort and faces.
    """

    def __init__(self, holdings: Holdings) -> None:
        self._holdings = holdings
        self._row = lru_cache(maxsize=KEPT)(self._make_row)
        self._allowed = lru_cache(maxsize=1)(self._check_allowed)
        digests = holdings.cohort.images["sha256"].astype(str)
        self._digests = dict(zip(holdings.cohort.image_ids, digests, strict=True))

    def thumbnails(self, image_ids: Sequence[str]) -> bytes:
        """The middles of pictures, small, beside one another in one JPEG.

        A row is made once and kept for as long as its files stay what they were: a picture that
        was withdrawn is not shown from memory.

        Raises:
            ImageError: A picture is not there any more, was altered, or cannot be opened.
            TermsError: Consent for an image of the cohort has ended.
        """
        self._allowed(datetime.now(UTC).date())
        return self._row(tuple((image_id, *self._state(image_id)) for image_id in image_ids))

    def portrait(self, image_id: str) -> bytes:
        """The face of a picture by itself; the whole picture where none was found.

        Raises:
            ImageError: As :meth:`thumbnails`.
            TermsError: As :meth:`thumbnails`.
        """
        self._allowed(datetime.now(UTC).date())
        name, digest, path = self._picture(image_id)
        image = decode_image(picture_bytes(path, name, digest), name)
        crop = align(image, self._holdings.faces.face(image_id), PORTRAIT)
        return marked_jpeg(crop, self._mark(image_id), PORTRAIT.width)

    def can_average(self, condition: str) -> AverageFace:
        """What the average face of a condition is made of.

        Real patients are averaged only if there are :data:`~rdface.cohort.disclosure.SMALLEST` of
        them or more: a mean of few still shows each of them.
        """
        catalogue, faces = self._holdings.catalogue, self._holdings.faces
        simulated = self._holdings.cohort.info.simulated
        cards = [
            card
            for card, of, kind in zip(
                catalogue.cards,
                catalogue.columns["condition"],
                catalogue.columns["kind"],
                strict=True,
            )
            if of == condition and kind == "original" and faces.face(card.image_id) is not None
        ]
        patients = len({card.patient_id for card in cards})
        fewest = 2 if simulated else SMALLEST
        unknown = self._holdings.cohort.info.unknown_patients
        if unknown and not simulated:
            why = "The cohort does not say who its patients are: too few could be in it."
        elif patients < fewest:
            why = f"An average face is shown of {fewest} patients or more; here are {patients}."
        else:
            return AverageFace(
                image_ids=tuple(card.image_id for card in cards), n_patients=patients, why_not=""
            )
        return AverageFace(image_ids=(), n_patients=patients, why_not=why)

    def average(self, made_of: AverageFace) -> bytes:
        """The aligned mean of faces; every patient weighs the same.

        Args:
            made_of: From :meth:`can_average`, and shown.

        Raises:
            ImageError: As :meth:`thumbnails`.
            TermsError: As :meth:`thumbnails`.
        """
        self._allowed(datetime.now(UTC).date())
        if made_of.why_not:
            raise ImageError(made_of.why_not)
        patients: dict[str, list[str]] = {}
        for image_id in made_of.image_ids:
            patients.setdefault(self._holdings.catalogue.card(image_id).patient_id, []).append(
                image_id
            )
        mean: NDArray[np.float64] = np.zeros((AVERAGE.height, AVERAGE.width, 3))
        for own in patients.values():
            crops = cut_some([self._picture(each) for each in own], self._holdings.faces, AVERAGE)
            mean += crops.mean(axis=0) / len(patients)
        mark = f"{self._mark(made_of.image_ids[0])}, average of {len(patients)}"
        return marked_jpeg(np.rint(mean).astype(np.uint8), mark, AVERAGE.width)

    def _state(self, image_id: str) -> tuple[int, int]:
        """What changes with a picture's file: its time and size."""
        try:
            state = self._holdings.cohort.path(image_id).stat()
        except OSError as error:
            raise ImageError(f"{image_id} cannot be read: {error.strerror}.") from error
        return state.st_mtime_ns, state.st_size

    def _make_row(self, states: tuple[tuple[str, int, int], ...]) -> bytes:
        faces = []
        for image_id, _, _ in states:
            name, digest, path = self._picture(image_id)
            image = decode_image(picture_bytes(path, name, digest), name)
            faces.append(marked(image, self._mark(image_id), THUMBNAIL))
        return encode_jpeg(np.concatenate(faces, axis=1), quality=80)

    def _picture(self, image_id: str) -> Picture:
        return image_id, self._digests[image_id], self._holdings.cohort.path(image_id)

    def _mark(self, image_id: str) -> str:
        return self._holdings.catalogue.card(image_id).mark

    def _check_allowed(self, day: date) -> None:
        check_allowed(self._holdings.cohort, "use", today=day)
