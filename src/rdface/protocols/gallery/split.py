"""What a fold of the gallery is, and a whole split: plain, frozen lists of image ids."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from rdface.errors import UsageError
from rdface.files import sha256_bytes
from rdface.protocols.split import Ids, Rows

NAME = "gallery"


class GalleryRows(NamedTuple):
    """A fold as rows of the cohort; see :class:`GalleryFold` for the parts, each ``intp [n]``."""

    train: Rows
    validation: Rows
    rare: Rows
    probes: Rows

    @property
    def development(self) -> Rows:
        """What the metric is fitted on in the end: ``train``, then ``validation``."""
        return np.concatenate([self.train, self.validation])

    @property
    def gallery(self) -> Rows:
        """All that is searched: ``train``, ``validation``, ``rare``."""
        return np.concatenate([self.train, self.validation, self.rare])


@dataclass(frozen=True)
class GalleryFold:
    """One division of the patients; every part is a tuple of image ids.

    Attributes:
        repeat: Which repeat, from 0.
        index: Which fold of the repeat, from 0.
        train: Of frequent conditions; the metric is fitted on them while it is chosen.
        validation: Of frequent conditions that are *not* in ``train``, which choose the metric as
            conditions that it never saw, and then train it, too.
        rare: Of rare conditions; they stand in the gallery and train nothing.
        probes: Of patients who stand in none of the others.
    """

    repeat: int
    index: int
    train: Ids
    validation: Ids
    rare: Ids
    probes: Ids

    @property
    def gallery(self) -> Ids:
        """All that is searched, in the order of :attr:`GalleryRows.gallery`."""
        return self.train + self.validation + self.rare

    def rows(self, image_ids: Sequence[str]) -> GalleryRows:
        """The fold as row numbers of a cohort whose images are ``image_ids``, in order.

        Raises:
            UsageError: The fold names an image that the cohort does not have.
        """
        row = {image_id: number for number, image_id in enumerate(image_ids)}
        try:
            parts = [
                np.array([row[image] for image in part], dtype=np.intp)
                for part in (self.train, self.validation, self.rare, self.probes)
            ]
        except KeyError as error:
            raise UsageError(
                f"Repeat {self.repeat}, fold {self.index} of the gallery names the image"
                f" {error.args[0]!r}, which the cohort does not have.",
                hint="The split belongs to another cohort or version; make it anew.",
            ) from error
        return GalleryRows(*parts)


@dataclass(frozen=True)
class GallerySplit:
    """All folds on one cohort.

    Attributes:
        seed: Of all shuffles.
        cohort_sha256: The cohort that is divided.
        frequent_from: Patients from which on a condition is frequent.
        frequent: Conditions that train the metric, sorted.
        rare: Conditions that only stand in the gallery, sorted.
        unprobed: Those of ``rare`` with one patient: nobody is left to search with. Sorted.
        left_out: Ids of synthetic images, which are in no fold; sorted.
        folds: In order of repeat, then index.
    """

    seed: int
    cohort_sha256: str
    frequent_from: int
    frequent: Ids
    rare: Ids
    unprobed: Ids
    left_out: Ids
    folds: tuple[GalleryFold, ...]

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the canonical JSON of :meth:`to_dict`: sorted keys, no blanks, ASCII."""
        text = json.dumps(self.to_dict(), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return sha256_bytes(text.encode())

    def to_dict(self) -> dict[str, Any]:
        """As plain types that JSON can hold."""
        plain = asdict(self) | {"protocol": NAME}
        for name in ("frequent", "rare", "unprobed", "left_out"):
            plain[name] = list(plain[name])
        plain["folds"] = [
            {name: list(part) if isinstance(part, tuple) else part for name, part in fold.items()}
            for fold in plain["folds"]
        ]
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> GallerySplit:
        """The inverse of :meth:`to_dict`."""

        def tuples(given: Mapping[str, Any]) -> dict[str, Any]:
            return {
                name: tuple(value) if isinstance(value, list) else value
                for name, value in given.items()
            }

        kept = {name: value for name, value in plain.items() if name != "protocol"}
        folds = tuple(GalleryFold(**tuples(fold)) for fold in kept.pop("folds"))
        return cls(**tuples(kept), folds=folds)
