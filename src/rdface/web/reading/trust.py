"""How far the cohort can be trusted to say anything of a photograph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rdface.web.reading.said import Said

if TYPE_CHECKING:
    from rdface.metrics.estimate import Estimate
    from rdface.photograph.trust import Trust
    from rdface.web.holdings import Holdings

WORDS = "research use, not a diagnosis"


class Measure(Said):
    """A measured number with its 95 % interval, and the patients that it rests on."""

    value: float
    low: float
    high: float
    n_patients: int


class PromisedList(Said):
    """The lists that promise to hold the truth with one probability.

    Attributes:
        level: The promise, 0 to 1.
        coverage: Share of the cohort's own patients whose list held their condition.
        mean_length: Conditions on their lists.
        median_length: The same.
    """

    level: float
    coverage: Measure
    mean_length: float
    median_length: float


class Strangers(Said):
    """Can patients be refused whose condition the cohort does not have?

    Attributes:
        auroc: Probability that such a patient is less familiar than one whose condition it has.
        warned_known: Share of patients whose condition it has who are warned of all the same.
        warned_strangers: Share of strangers who are.
    """

    auroc: Measure
    warned_known: Measure
    warned_strangers: Measure


class CohortTrust(Said):
    """How far answers can be trusted, measured on the cohort's own patients.

    Attributes:
        what: ``research use, not a diagnosis``.
        cohort: Name.
        cohort_sha256: Which version of it.
        simulated: Whether its people are simulated.
        backbone: That compares faces.
        n_patients: Patients who were asked about.
        n_conditions: Conditions that are ranked.
        lists: One per level.
        first: Share of patients whose condition is among the first k, by k.
        strangers: None where the cohort has too few conditions to keep some from it.
    """

    what: str = WORDS
    cohort: str
    cohort_sha256: str
    simulated: bool
    backbone: str
    n_patients: int
    n_conditions: int
    lists: tuple[PromisedList, ...]
    first: dict[int, Measure]
    strangers: Strangers | None


def read_trust(trust: Trust, holdings: Holdings) -> CohortTrust:
    """What was measured on the cohort."""
    cohort = holdings.cohort
    return CohortTrust(
        cohort=cohort.info.name,
        cohort_sha256=cohort.sha256,
        simulated=cohort.info.simulated,
        backbone=holdings.backbone.name,
        n_patients=trust.n_patients,
        n_conditions=trust.n_conditions,
        lists=tuple(
            PromisedList(
                level=each.level,
                coverage=_measure(each.coverage),
                mean_length=each.mean_length,
                median_length=each.median_length,
            )
            for each in trust.lists
        ),
        first={k: _measure(found) for k, found in trust.first.items()},
        strangers=None
        if trust.strangers is None
        else Strangers(
            auroc=_measure(trust.strangers.auroc),
            warned_known=_measure(trust.strangers.warned_known),
            warned_strangers=_measure(trust.strangers.warned_strangers),
        ),
    )


def _measure(found: Estimate) -> Measure:
    return Measure(value=found.value, low=found.low, high=found.high, n_patients=found.n_patients)
