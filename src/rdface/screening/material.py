"""What scorers see: the pool, and the real training images; nothing else can reach them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rdface.backbones import embed_cohort
from rdface.errors import CohortError, UsageError
from rdface.faces import locate_faces
from rdface.faces.descriptor import Scale, landmark_descriptor
from rdface.faces.table import BOX_COLUMNS, POINT_COLUMNS

if TYPE_CHECKING:
    from rdface.cohort import Cohort
    from rdface.faces import FaceTable
    from rdface.screening.options import ScreenOptions

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Faces:
    """Pictures of one cohort with their faces, embedded when asked for.

    Attributes:
        cohort: Whose pictures; of a real cohort those alone that may be seen.
        table: Their faces.
        labels: ``intp [N]``, number of the condition among the real cohort's.
    """

    cohort: Cohort
    table: FaceTable
    labels: Rows
    _embedded: dict[str, Floats] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.cohort)

    @cached_property
    def seen(self) -> NDArray[np.bool_]:
        """``bool [N]``: a face was found."""
        return np.asarray(self.table.frame["score"].notna().to_numpy(bool))

    def embed(self, backbone: str) -> Floats:
        """``float64 [N, D]``; NaN where no face was found: the whole picture is no face."""
        if backbone not in self._embedded:
            rows = embed_cohort(self.cohort, backbone, self.table).astype(np.float64)
            rows[~self.seen] = np.nan
            self._embedded[backbone] = rows
        return self._embedded[backbone]

    def describe(self, scale: Scale) -> Floats:
        """The landmark descriptors ``[N, 25]``; NaN where no face was found."""
        points = self.table.frame[list(POINT_COLUMNS)].to_numpy(np.float64)
        boxes = self.table.frame[list(BOX_COLUMNS)].to_numpy(np.float64)
        return landmark_descriptor(points.reshape(-1, 5, 2), boxes, scale)


@dataclass(frozen=True, eq=False)
class Material:
    """All that a score may be made of.

    Attributes:
        pool: The synthetic images.
        training: The real images of the training part, and no others.
        averaged: What landmark means are made of: ``training``, or every real image under F3.
        controls: Unaffected children, for the spread of measures; may be None.
        conditions: Of the real cohort, in order: what labels count.
        options: What was asked for.
    """

    pool: Faces
    training: Faces
    averaged: Faces
    controls: Faces | None
    conditions: tuple[str, ...]
    options: ScreenOptions

    @property
    def n_conditions(self) -> int:
        """C."""
        return len(self.conditions)


def gather(
    pool: Cohort,
    real: Cohort,
    training_ids: Sequence[str],
    options: ScreenOptions,
    controls: Cohort | None = None,
) -> Material:
    """Find the faces of the pool and of the training images.

    Args:
        pool: Synthetic images only.
        real: The cohort that the training images are from.
        training_ids: Of one fold's training part.
        options: What will be scored.
        controls: Unaffected children.

    Raises:
        UsageError: An id that the real cohort has not or that is synthetic itself, none at all, a
            pool that has real images, a cohort that is for evaluation only, or controls that are
            images of the real cohort.
        CohortError: The pool has a condition that the real cohort has not.
    """
    for cohort in (real, controls):
        if cohort is not None and cohort.info.evaluation_only:
            raise UsageError(
                f"The cohort {cohort.info.name} is for evaluation only; nothing is chosen by it.",
                hint="Use another cohort, such as sim103.",
            )
    shared = set() if controls is None else set(real.image_ids) & set(controls.image_ids)
    if shared:
        raise UsageError(
            f"The cohort and its controls both have an image {min(shared)!r}.",
            hint="Controls are unaffected children, another cohort; test images are none.",
        )
    own = pool.images
    made_up = own["synthetic_of"] != ""
    if not made_up.all():
        name = own.loc[~made_up, "image_id"].iloc[0]
        raise UsageError(
            f"{pool.info.name} is no pool: its image {name!r} is not synthetic.",
            hint="Screening is of the pools that `rdface synthesize` fills.",
        )
    strange = sorted(set(own["condition"]) - set(real.condition_ids))
    if strange:
        raise CohortError(
            f"The pool {pool.info.name} has the condition {strange[0]!r}, {real.info.name} has not."
        )
    synthetic = set(real.images.loc[real.images["synthetic_of"] != "", "image_id"])
    for name in training_ids:
        if name in synthetic:
            raise UsageError(f"The training image {name!r} is synthetic; scores need real ones.")
    training = _faces(part_of(real, training_ids), real.condition_ids, options)
    averaged = training
    if options.means == "all":
        everything = [name for name in real.image_ids if name not in synthetic]
        averaged = _faces(part_of(real, everything), real.condition_ids, options)
    return Material(
        pool=_faces(pool, real.condition_ids, options),
        training=training,
        averaged=averaged,
        controls=None
        if controls is None
        else Faces(
            controls,
            locate_faces(controls, options.detector),
            np.full(len(controls), -1, dtype=np.intp),
        ),
        conditions=real.condition_ids,
        options=options,
    )


def part_of(cohort: Cohort, image_ids: Sequence[str]) -> Cohort:
    """The cohort with some of its images, in its own order: what is left out cannot be read.

    Raises:
        UsageError: No ids, or one that the cohort has not.
    """
    wanted = set(image_ids)
    unknown = sorted(wanted - set(cohort.image_ids))
    if unknown:
        raise UsageError(
            f"The cohort {cohort.info.name} has no image {unknown[0]!r}.",
            hint="Is it the cohort that the pool was made from?",
        )
    if not wanted:
        raise UsageError("Without training images there is nothing to score a pool against.")
    rows = cohort.images[cohort.images["image_id"].isin(wanted)].reset_index(drop=True)
    return dataclasses.replace(cohort, images=rows)


def _faces(cohort: Cohort, conditions: tuple[str, ...], options: ScreenOptions) -> Faces:
    column = {name: index for index, name in enumerate(conditions)}
    labels = np.array([column[name] for name in cohort.images["condition"]], dtype=np.intp)
    return Faces(cohort, locate_faces(cohort, options.detector), labels)
