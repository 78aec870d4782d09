"""A cohort's pictures, one by one, as describers are shown them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

from rdface.backbones.embed import face_key
from rdface.cohort import age_in_years
from rdface.faces.picture import picture_bytes
from rdface.files import sha256_bytes
from rdface.imaging import decode_image
from rdface.phenotype.describer import Picture

if TYPE_CHECKING:
    from rdface.cohort import Cohort
    from rdface.faces import FaceTable


class CohortPictures(Sequence[Picture]):
    """Pictures that are decoded when they are looked at, and not kept.

    Args:
        cohort: Whose pictures.
        faces: Of the cohort; None for a describer that goes by pixels alone.
        keys: image_id and SHA-256 of the pictures.

    Raises:
        ImageError: On a look at a picture that cannot be opened, or is not the cohort's any more.
    """

    def __init__(
        self, cohort: Cohort, faces: FaceTable | None, keys: Sequence[tuple[str, str]]
    ) -> None:
        self._cohort, self._faces, self._keys = cohort, faces, tuple(keys)
        table = cohort.images.set_index("image_id")
        self._people = {
            image: (str(table.at[image, "sex"]), str(table.at[image, "age"])) for image, _ in keys
        }

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, place: int) -> Picture: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Picture]: ...
    def __getitem__(self, place: int | slice) -> Picture | Sequence[Picture]:
        if isinstance(place, slice):
            return CohortPictures(self._cohort, self._faces, self._keys[place])
        image_id, sha256 = self._keys[place]
        sex, age = self._people[image_id] if self._faces is not None else ("", "")
        data = picture_bytes(self._cohort.path(image_id), image_id, sha256)
        return Picture(
            image_id=image_id,
            image=decode_image(data, image_id),
            face=self._faces.face(image_id) if self._faces is not None else None,
            sex=sex,
            age=age_in_years(age) if age else float("nan"),
        )

    def told(self) -> dict[str, str]:
        """image_id to a digest of face, sex and age; "" for who goes by pixels alone."""
        if self._faces is None:
            return dict.fromkeys(self._people, "")
        return {
            image: sha256_bytes(
                f"{face_key(sha256, self._faces.face(image))} {self._people[image]}".encode()
            )[:16]
            for image, sha256 in self._keys
        }

    def sha256_of(self) -> dict[str, str]:
        """image_id to the SHA-256 of its file."""
        return dict(self._keys)
