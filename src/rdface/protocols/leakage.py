"""Guards: find everything by which the test set could be seen from the training set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rdface.errors import LeakageError
from rdface.protocols.split import Fold, Split

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal[
    "unknown image",
    "shared image",
    "shared patient",
    "duplicate picture",
    "synthetic descendant",
    "synthetic test image",
    "shared patient inside",
    "duplicate picture inside",
    "untrained condition",
]

TOLERABLE: frozenset[Kind] = frozenset(
    {
        "shared patient",
        "duplicate picture",
        "synthetic descendant",
        "shared patient inside",
        "duplicate picture inside",
        "untrained condition",
    }
)
"""Flaws that a split with ``patient_grouped = False`` may have; they are reported then."""


@dataclass(frozen=True)
class Leak:
    """One way from the test set of a fold into what is fitted.

    Attributes:
        kind: What is wrong; "inside" means between training and validation.
        repeat: The fold's repeat.
        fold: The fold's index.
        source: What both sides share: a patient, a picture's SHA-256, an image, a condition.
        fitted: Images on the training side.
        held_out: Images on the test (or, "inside", the validation) side.
    """

    kind: Kind
    repeat: int
    fold: int
    source: str
    fitted: tuple[str, ...]
    held_out: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"repeat {self.repeat}, fold {self.fold}: {self.kind} {self.source!r}"
            f" (fitted on: {', '.join(self.fitted) or '-'};"
            f" held out: {', '.join(self.held_out) or '-'})"
        )


def check_leakage(split: Split, images: pd.DataFrame, *, shown: int = 5) -> list[Leak]:
    """Raise on a leak; for a protocol that does not promise to have none, report it.

    Args:
        split: What to check.
        images: The cohort's image table: ``image_id``, ``patient_id``, ``condition``, ``sha256``
            and ``synthetic_of``.
        shown: How many leaks the error names in full.

    Returns:
        The :data:`TOLERABLE` leaks of a split that has ``patient_grouped = False``; else nothing.

    Raises:
        LeakageError: Any other leak; images, patients and folds are named.
    """
    leaks = find_leaks(split, images)
    fatal = [leak for leak in leaks if split.patient_grouped or leak.kind not in TOLERABLE]
    if fatal:
        listed = "\n".join(f"  {leak}" for leak in fatal[:shown])
        more = f"\n  and {len(fatal) - shown} more" if len(fatal) > shown else ""
        raise LeakageError(
            f"The {split.protocol!r} split has {len(fatal)} leaks:\n{listed}{more}",
            hint="Merge duplicate pictures and patients in images.csv, then make the split anew.",
        )
    return leaks


def find_leaks(split: Split, images: pd.DataFrame) -> list[Leak]:
    """All leaks of all folds; see :data:`Kind` for what is looked for."""
    census = _Census(images)
    return [leak for fold in split.folds for leak in census.leaks(fold)]


def distinct(leaks: Iterable[Leak]) -> dict[Kind, int]:
    """How many different sources leak in each way, however many folds they leak in.

    Five folds that share their test set find one shared patient five times; it counts once here.

    Returns:
        Kind -> number of its different :attr:`Leak.source`; kinds without a leak are left out.
    """
    kinds = Counter(kind for kind, _ in {(leak.kind, leak.source) for leak in leaks})
    return {kind: kinds[kind] for kind in sorted(kinds)}


class _Census:
    """Who is who among a cohort's images."""

    def __init__(self, images: pd.DataFrame) -> None:
        ids = [str(image) for image in images["image_id"]]
        self.patient = dict(zip(ids, images["patient_id"], strict=True))
        self.condition = dict(zip(ids, images["condition"], strict=True))
        self.picture = dict(zip(ids, images["sha256"], strict=True))
        self.parents = {
            image: tuple(filter(None, str(sources).split("|")))
            for image, sources in zip(ids, images["synthetic_of"], strict=True)
        }

    def leaks(self, fold: Fold) -> Iterator[Leak]:
        def leak(
            kind: Kind, source: str, fitted: Iterable[str] = (), held_out: Iterable[str] = ()
        ) -> Leak:
            return Leak(kind, fold.repeat, fold.index, source, tuple(fitted), tuple(held_out))

        named = dict.fromkeys(fold.development + fold.test)
        unknown = [image for image in named if image not in self.patient]
        if unknown:
            yield from (leak("unknown image", image) for image in unknown)
            return
        for left, right in (
            (fold.development, fold.test),
            (fold.train, fold.validation),
        ):
            inside = right is not fold.test
            for image in sorted(set(left) & set(right)):
                yield leak("shared image", image, [image], [image])
            for source, fitted, held_out in _shared(self.patient, left, right):
                kind: Kind = "shared patient inside" if inside else "shared patient"
                yield leak(kind, source, fitted, held_out)
            for source, fitted, held_out in _shared(self.picture, left, right):
                kind = "duplicate picture inside" if inside else "duplicate picture"
                yield leak(kind, source, fitted, held_out)
        trained = {self.condition[image] for image in fold.train}
        for condition in sorted({self.condition[image] for image in fold.test} - trained):
            tested = [image for image in fold.test if self.condition[image] == condition]
            yield leak("untrained condition", condition, (), tested)
        for image in fold.test:
            if self.parents[image]:
                yield leak("synthetic test image", image, self.parents[image], [image])
        test, test_patients = set(fold.test), {self.patient[image] for image in fold.test} - {""}
        for image in fold.development:
            for ancestor in self._ancestors(image):
                if ancestor not in self.patient:
                    yield leak("unknown image", ancestor, [image])
                elif ancestor in test or self.patient[ancestor] in test_patients:
                    yield leak("synthetic descendant", image, [image], [ancestor])

    def _ancestors(self, image: str) -> list[str]:
        """Everything that ``image`` was made from, through any number of generations."""
        found: dict[str, None] = {}
        waiting = list(self.parents[image])
        while waiting:
            ancestor = waiting.pop()
            if ancestor not in found:
                found[ancestor] = None
                waiting.extend(self.parents.get(ancestor, ()))
        return list(found)


def _shared(
    key: Mapping[str, str], left: Iterable[str], right: Iterable[str]
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Groups with an image on either side; an empty key is "not known", no group."""
    sides: tuple[dict[str, list[str]], dict[str, list[str]]] = ({}, {})
    for side, part in zip(sides, (left, right), strict=True):
        for image in part:
            side.setdefault(key[image], []).append(image)
    for group in sorted((sides[0].keys() & sides[1].keys()) - {""}):
        yield group, sides[0][group], sides[1][group]
