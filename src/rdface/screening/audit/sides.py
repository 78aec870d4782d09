"""Who is who in an audit: the generated faces, the faces that taught, the faces held out."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rdface.cohort.terms import check_allowed
from rdface.errors import UsageError

if TYPE_CHECKING:
    from rdface.cohort import Cohort

Labels = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Side:
    """One of the three sets of pictures, as a cohort of its own."""

    cohort: Cohort

    def __len__(self) -> int:
        return len(self.cohort)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Image ids, in order."""
        return self.cohort.image_ids

    @cached_property
    def conditions(self) -> Labels:
        """``object [N]``."""
        return self.cohort.images["condition"].to_numpy(object)

    @cached_property
    def patients(self) -> Labels:
        """``object [N]``: of a generated face, itself."""
        return self.cohort.images["patient_id"].to_numpy(object)


@dataclass(frozen=True, eq=False)
class Sides:
    """What an audit compares.

    Attributes:
        synthetic: The pool.
        training: Real faces that its generator was given.
        held_out: Real faces of other patients of the same cohort.
        real: The whole cohort of the two.
        controls: Unaffected children of another cohort whom the generator was given; None if
            there were none, or if they are not here.
    """

    synthetic: Side
    training: Side
    held_out: Side
    real: Cohort
    controls: Side | None = None


def take_sides(pool: Cohort, real: Cohort, controls: Cohort | None = None) -> Sides:
    """Divide the real cohort by what the pool says it was made from.

    Held out is every real picture whose patient no training picture shows, and which is no training
    picture's double. Synthetic images of the real cohort are on no side.

    Args:
        pool: The synthetic images.
        real: What they were made from.
        controls: From :func:`rdface.screening.audit.controls.take_controls`.

    Raises:
        TermsError: Terms of the cohorts forbid it.
        UsageError: The pool is none, does not say what it was made from, or that is not ``real``.
    """
    for cohort in filter(None, (pool, real, controls)):
        check_allowed(cohort, "methods")
    about = pool.info.model_extra or {}
    if not pool.info.is_pool or "training_images" not in about:
        raise UsageError(
            f"{pool.root} is no pool of synthetic images that says what it was made from.",
            hint="Pools are made by `rdface synthesize`.",
        )
    if not len(pool):
        raise UsageError(f"The pool {pool.info.name} is empty.")
    origin = about.get("pool_of") or {}
    if origin.get("sha256") != real.sha256:
        raise UsageError(
            f"The pool {pool.info.name} was made from {origin.get('name', 'another cohort')}"
            f" {origin.get('version', '')}, which is not this {real.info.name}"
            f" {real.info.version}.",
            hint="Give the very cohort it was made from; its SHA-256 stands in the pool's"
            " cohort.yaml.",
        )
    sides = divide(pool, real, about["training_images"])
    return sides if controls is None else dataclasses.replace(sides, controls=Side(controls))


def divide(pool: Cohort, real: Cohort, training_ids: list[str]) -> Sides:
    """The same for training ids that are known from elsewhere."""
    images = real.images[real.images["synthetic_of"] == ""]
    taught = images["image_id"].isin(set(training_ids))
    unknown = set(training_ids) - set(images["image_id"])
    if unknown:
        raise UsageError(f"The cohort {real.info.name} has no real image {min(unknown)!r}.")
    people = set(images.loc[taught, "patient_id"]) - {""}
    pictures = set(images.loc[taught, "sha256"])
    apart = ~taught & ~images["patient_id"].isin(people) & ~images["sha256"].isin(pictures)

    def side(rows: Any) -> Side:  # noqa: ANN401 - a mask of pandas
        return Side(dataclasses.replace(real, images=images[rows].reset_index(drop=True)))

    return Sides(Side(pool), side(taught), side(apart), real)


def matched_rows(
    wanted: Labels, offered: Labels, rng: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows of two sets with equally many of each condition, drawn at random, as many as go.

    Args:
        wanted: ``[N]`` conditions of one set.
        offered: ``[M]`` of the other.
        rng: Of the draw.

    Returns:
        Rows of either, equally many of each condition.
    """
    left, right = [], []
    for condition in sorted(set(wanted.tolist()) & set(offered.tolist())):
        ours, theirs = np.flatnonzero(wanted == condition), np.flatnonzero(offered == condition)
        n = min(len(ours), len(theirs))
        left.append(rng.permutation(ours)[:n])
        right.append(rng.permutation(theirs)[:n])
    empty = [np.empty(0, np.intp)]
    return np.concatenate(left or empty), np.concatenate(right or empty)


def one_each(patients: Labels, rng: np.random.Generator) -> NDArray[np.intp]:
    """Rows of one picture of each patient, drawn at random, in order."""
    order = rng.permutation(len(patients))
    _, first = np.unique(patients[order].astype(str), return_index=True)
    return np.sort(order[first])
