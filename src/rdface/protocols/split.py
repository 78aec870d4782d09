"""Folds and splits: plain, frozen lists of image ids that name themselves by a hash."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rdface.errors import UsageError
from rdface.files import sha256_bytes

Ids = tuple[str, ...]
Rows = NDArray[np.intp]


class FoldRows(NamedTuple):
    """A fold as rows of the cohort's tables and feature matrices.

    Attributes:
        train: ``intp [n_train]``.
        validation: ``intp [n_validation]``.
        test: ``intp [n_test]``.
    """

    train: Rows
    validation: Rows
    test: Rows


@dataclass(frozen=True)
class Fold:
    """One division of the images into training, validation and test.

    Attributes:
        protocol: Name of the protocol.
        seed: Its seed.
        repeat: Which repeat of the cross-validation, from 0.
        index: Which fold of the repeat, from 0.
        train: Image ids that learners fit on.
        validation: Image ids of the inner split, which chooses hyper-parameters; disjoint from
            ``train`` and ``test``.
        test: Image ids that are scored and that nothing is fitted on.
    """

    protocol: str
    seed: int
    repeat: int
    index: int
    train: Ids
    validation: Ids
    test: Ids

    @property
    def development(self) -> Ids:
        """Everything but the test: ``train``, then ``validation``."""
        return self.train + self.validation

    def rows(self, image_ids: Sequence[str]) -> FoldRows:
        """The fold as row numbers of a cohort whose images are ``image_ids``, in order.

        Raises:
            UsageError: The fold names an image that the cohort does not have.
        """
        row = {image_id: number for number, image_id in enumerate(image_ids)}
        try:
            return FoldRows(
                *(
                    np.array([row[image_id] for image_id in part], dtype=np.intp)
                    for part in (self.train, self.validation, self.test)
                )
            )
        except KeyError as error:
            raise UsageError(
                f"Repeat {self.repeat}, fold {self.index} of protocol {self.protocol!r} names the"
                f" image {error.args[0]!r}, which the cohort does not have.",
                hint="The split belongs to another cohort or version; make it anew.",
            ) from error

    def to_dict(self) -> dict[str, Any]:
        """As plain types that JSON can hold."""
        plain = asdict(self)
        return plain | {part: list(plain[part]) for part in ("train", "validation", "test")}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Fold:
        """The inverse of :meth:`to_dict`."""
        parts = {part: tuple(plain[part]) for part in ("train", "validation", "test")}
        return cls(**(dict(plain) | parts))


def never_tested(condition_of: Mapping[str, str], folds: Iterable[Fold]) -> Ids:
    """Conditions without an image in any test fold, sorted.

    Args:
        condition_of: Image id -> condition, of all images that might be tested.
        folds: Of a whole split.
    """
    tested = {condition_of[image] for fold in folds for image in fold.test}
    return tuple(sorted(set(condition_of.values()) - tested))


@dataclass(frozen=True)
class Split:
    """All folds of a protocol on one cohort.

    Attributes:
        protocol: Name of the protocol.
        seed: Its seed.
        cohort_sha256: The cohort that it divides.
        folds: In order of repeat, then index.
        train_only: Conditions of real images that no test fold holds an image of, sorted: for
            want of a second patient (``strict``) or image (``paper``), or because the draw
            (``paper``) gave them no test image.
        left_out: Ids of images that are in no fold (synthetic ones); sorted.
        patient_grouped: Whether the protocol promises that no patient, no picture and no
            descendant of a test picture stands on both sides. Where it does,
            :func:`~rdface.protocols.check_leakage` raises; where not, it reports.
        refit: Whether the final model is fitted on ``development`` (True) or, as the paper does,
            on ``train`` alone.
    """

    protocol: str
    seed: int
    cohort_sha256: str
    folds: tuple[Fold, ...]
    train_only: Ids = ()
    left_out: Ids = ()
    patient_grouped: bool = True
    refit: bool = True

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the canonical JSON of :meth:`to_dict`: sorted keys, no blanks, ASCII."""
        plain = self.to_dict()
        text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return sha256_bytes(text.encode())

    def fitted(self, fold: Fold) -> Ids:
        """Ids of the images that the final model of ``fold`` is fitted on."""
        return fold.development if self.refit else fold.train

    def to_dict(self) -> dict[str, Any]:
        """As plain types that JSON can hold."""
        return {
            "protocol": self.protocol,
            "seed": self.seed,
            "cohort_sha256": self.cohort_sha256,
            "patient_grouped": self.patient_grouped,
            "refit": self.refit,
            "train_only": list(self.train_only),
            "left_out": list(self.left_out),
            "folds": [fold.to_dict() for fold in self.folds],
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Split:
        """The inverse of :meth:`to_dict`."""
        changed = {
            "train_only": tuple(plain["train_only"]),
            "left_out": tuple(plain["left_out"]),
            "folds": tuple(Fold.from_dict(fold) for fold in plain["folds"]),
        }
        return cls(**(dict(plain) | changed))
