"""What is said of groups: numbers that can go to JSON as they stand."""

from __future__ import annotations

from dataclasses import dataclass

from rdface.metrics.estimate import Estimate, Method


@dataclass(frozen=True)
class Contrast:
    """A difference and its 95 % interval, which holds for all groups of a grouping at once.

    Attributes:
        value: The difference.
        low: Lower end.
        high: Upper end.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Group:
    """A measure in one group.

    Attributes:
        name: The group.
        value: The measure; None below 20 patients, where only the interval is to be read.
        low: Lower end of its 95 % interval; None where not even an interval can be given.
        high: Upper end.
        method: How the interval was made; None without one.
        n: Images.
        n_patients: Patients.
        n_conditions: Conditions of these patients.
        minus_rest: The group minus all others of known group; None below 20 patients, or where
            the others are fewer.
        adjusted: The same within conditions; None also where in effect fewer than ten hold both.
        n_shared: Conditions that hold the group and others.
    """

    name: str
    value: float | None
    low: float | None
    high: float | None
    method: Method | None
    n: int
    n_patients: int
    n_conditions: int
    minus_rest: Contrast | None
    adjusted: Contrast | None
    n_shared: int

    @property
    def too_few(self) -> bool:
        """Whether the group is too small to be judged."""
        return self.value is None


@dataclass(frozen=True)
class Gap:
    """The distance between the best and the worst of the groups that are large enough.

    Attributes:
        worst: The group that fares worst.
        best: The group that fares best.
        value: Distance of the two, 0 or more, whichever way is good.
        low: Lower end of a 95 % interval of the largest distance between any two groups.
        high: Upper end.
        expected: What the distance is on average if labels are dealt anew among the patients of
            each condition: chance, and the groups' different conditions. None where no condition
            holds two large groups.
        expected_high: What it then exceeds in 5 % of deals.
        worst_minus_overall: The worst group minus all images.
    """

    worst: str
    best: str
    value: float
    low: float
    high: float
    expected: float | None
    expected_high: float | None
    worst_minus_overall: Contrast


@dataclass(frozen=True)
class Subgroups:
    """A measure by the groups of one grouping.

    Attributes:
        overall: Over all images, those of unknown group included.
        groups: In the order of the division.
        gap: Between the large groups; None where fewer than two are large.
        p_value: Of the permutation test of "no difference within conditions" between the large
            groups, not corrected; None where no condition holds two of them.
        n_tested: Conditions that hold two large groups: what the test rests on.
        n_unknown: Images whose group is not known.
        n_in_several: Patients with images in more than one group.
        higher_is_better: Which way is good.
    """

    overall: Estimate
    groups: tuple[Group, ...]
    gap: Gap | None
    p_value: float | None
    n_tested: int
    n_unknown: int
    n_in_several: int
    higher_is_better: bool
