"""A cohort that was opened for a benchmark of any task: its faces and crops, each made once."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rdface.bench.result import Detection
from rdface.cohort import Cohort, CohortInfo, load_cohort
from rdface.cohort.terms import check_allowed
from rdface.engines import Engine
from rdface.errors import UsageError
from rdface.faces import Crop, FaceTable, load_detector, locate_faces
from rdface.faces.cut import cut_all
from rdface.weights import where


@dataclass(frozen=True, eq=False)
class Opened:
    """A cohort and a detector.

    Attributes:
        cohort: The cohort.
        detector: Name of the detector.
        engine: Where faces are found and embedded; this process if None.
    """

    cohort: Cohort
    detector: str
    engine: Engine | None = field(default=None, kw_only=True, repr=False)
    _kept: dict[Crop, NDArray[np.uint8]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        """Controls come here without :func:`open_cohort`."""
        check_allowed(self.cohort, "methods")

    @cached_property
    def faces(self) -> FaceTable:
        """The faces of all images."""
        return locate_faces(self.cohort, self.detector, engine=self.engine)

    @cached_property
    def detection(self) -> Detection:
        """How many images had one face, several or none."""
        counts = self.faces.counts()
        return Detection(
            detector=self.detector,
            **{status: counts[status] for status in ("one", "several", "none")},
        )

    def crops(self, crop: Crop) -> NDArray[np.uint8]:
        """``uint8 [N, height, width, 3]``; only those asked for last are kept in memory."""
        if crop not in self._kept:
            self._kept.clear()
            self._kept[crop] = cut_all(self.cohort, self.faces, crop)
        return self._kept[crop]


def check_detector(name: str) -> None:
    """Make sure, before any work, that faces can be found.

    Raises:
        UsageError: There is no such detector.
        WeightsError: Weights are missing.
    """
    load_detector(name)
    where("mesh468")  # every face's points come from it


def open_cohort(name: str) -> Cohort:
    """Load a cohort that may be trained on.

    Raises:
        CohortError: It is not sound.
        TermsError: Its terms forbid it.
        UsageError: It is for evaluation only, or a pool of synthetic images.
    """
    cohort = load_cohort(name)
    refuse_untrainable(cohort, name)
    return cohort


def refuse_untrainable(cohort: Cohort | CohortInfo, name: str) -> None:
    """Raise as :func:`open_cohort` does."""
    check_allowed(cohort, "methods")
    info = cohort.info if isinstance(cohort, Cohort) else cohort
    if info.is_pool:
        raise UsageError(
            f"{name} is a pool of synthetic images: nobody in it can be tested.",
            hint="Name the real cohort it was made from. To train on the pool, too, join them:"
            f" rdface synthesize join COHORT {name} --out JOINED",
        )
    if info.evaluation_only:
        raise UsageError(
            f"The cohort {info.name} is for evaluation only; a benchmark would train on it.",
            hint="Train on another cohort, such as sim103.",
        )
