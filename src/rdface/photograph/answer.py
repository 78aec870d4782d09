"""What is said of one photograph."""

from __future__ import annotations

from dataclasses import dataclass

from rdface.explain.cases import Neighbours
from rdface.explain.deviations import Measured
from rdface.explain.probe import Probe
from rdface.learners.full_conformal import Fits
from rdface.photograph.trust import WARNED, Trust


@dataclass(frozen=True, eq=False)
class Answer:
    """All that is found. It is about likeness between pictures, not about anybody's health.

    Attributes:
        probe: The photograph and its face.
        fits: Of the cohort's conditions.
        neighbours: The nearest cases.
        measured: Measures of the face and their z-scores.
        trust: How far fits can be trusted on this cohort.
        same_person: Whether the nearest case is more alike than any two patients of the cohort
            are: then it may well be the same child, and the answer is too good.
    """

    probe: Probe
    fits: Fits
    neighbours: Neighbours
    measured: Measured
    trust: Trust
    same_person: bool

    @property
    def strange(self) -> bool:
        """Whether to warn that none of the conditions may be right."""
        return self.fits.familiarity <= WARNED
