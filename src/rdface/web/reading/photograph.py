"""What is said of one photograph, and how far the cohort can be trusted to say it."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Literal

from fastapi import UploadFile
from pydantic import ConfigDict

from rdface.photograph.trust import LEVELS
from rdface.web.reading.gallery import Years
from rdface.web.reading.said import Said

if TYPE_CHECKING:
    from rdface.explain.cases import Case
    from rdface.explain.deviations import Deviation
    from rdface.learners.full_conformal import Fits
    from rdface.metrics.estimate import Estimate
    from rdface.photograph import Answer
    from rdface.photograph.trust import Trust
    from rdface.web.holdings import Holdings

WORDS = "research use, not a diagnosis"


class About(Said):
    """What is known of the person on a photograph; nothing of it is kept.

    Attributes:
        age_years: Age at the photograph; without it nothing is measured.
        sex: Without it both sexes together are the reference of measures.
        simulated: The picture is known to show nobody.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    age_years: Years = None
    sex: Literal["", "female", "male"] = ""
    simulated: bool = False


class PhotographForm(About):
    """A photograph and what is known of the person on it.

    Attributes:
        photograph: JPEG, PNG, WebP, TIFF, BMP or GIF.
    """

    photograph: UploadFile


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


class FittedCondition(Said):
    """A condition in the ranking.

    Attributes:
        place: From 1.
        condition: Abbreviation.
        name: In full.
        fit: Share of the cohort's patients who are no more like the mean of their own condition
            than this face is like the mean of this one; 0 to 1.
        likeness: Cosine to the mean; None for a condition without a picture.
        level: The shortest list that it is on, 0.8, 0.9 or 0.95; None if it is on none.
    """

    place: int
    condition: str
    name: str
    fit: float
    likeness: float | None
    level: float | None


class NearCase(Said):
    """A picture of the cohort that the face is like.

    Attributes:
        image_id: Its id.
        condition: Its abbreviation.
        name: Of the condition.
        sex: As recorded.
        age: ISO 8601, as recorded.
        cosine: Likeness.
        above_different: Share of pairs of patients with *different* conditions who are no more
            alike; None without such pairs.
    """

    image_id: str
    condition: str
    name: str
    sex: str
    age: str
    cosine: float
    above_different: float | None


class Deviating(Said):
    """A measure that lies 2 SD or more from that of unaffected people of this age and sex."""

    measure: str
    z: float
    expected: float
    low: float
    high: float
    seen: str
    sentence: str


class PhotographAnswer(Said):
    """The answer; it has no pixels, no embedding and no name.

    Attributes:
        what: ``research use, not a diagnosis``.
        conditions: All, the best fit first.
        lengths: Level to the conditions on this photograph's list.
        familiarity: Share of the cohort's patients who are no more like their nearest condition.
        strange: Whether that is so little that none of the conditions may be right.
        same_person: The nearest case is more alike than any two patients of the cohort are.
        deviating: Measures that deviate, the farthest first.
        by_chance: How many would in an unaffected child.
        not_measured: Why nothing was measured; "" where something was.
        cases: The nearest ones.
        notes: What a reader has to know.
        trust: How far this can be trusted.
    """

    what: str = WORDS
    conditions: tuple[FittedCondition, ...]
    lengths: dict[str, int]
    familiarity: float
    strange: bool
    same_person: bool
    deviating: tuple[Deviating, ...]
    by_chance: float
    not_measured: str
    cases: tuple[NearCase, ...]
    notes: tuple[str, ...]
    trust: CohortTrust

    @property
    def told_of(self) -> tuple[str, ...]:
        """Images of which it says who is on them."""
        return tuple(case.image_id for case in self.cases)


def ask_cohort(holdings: Holdings, asked: PhotographForm) -> Answer:
    """Ask the cohort about a photograph.

    Raises:
        RdfaceError: It is no photograph of a face, or the cohort's terms forbid it.
        HTTPException: 503 where too many are asking.
    """
    return holdings.ask(
        asked.photograph.file.read(),
        sex=asked.sex,
        age=asked.age_years,
        simulated=asked.simulated,
    )


def read_answer(answer: Answer, holdings: Holdings) -> PhotographAnswer:
    """The answer as numbers and words."""
    fits, measured = answer.fits, answer.measured
    return PhotographAnswer(
        conditions=_ranking(fits, holdings),
        lengths={f"{level:g}": int(fits.holds(level).sum()) for level in LEVELS},
        familiarity=fits.familiarity,
        strange=answer.strange,
        same_person=answer.same_person,
        deviating=tuple(map(_deviating, measured.deviating)),
        by_chance=measured.by_chance,
        not_measured=measured.left_out,
        cases=tuple(map(_case, answer.neighbours.cases)),
        notes=answer.probe.notes + measured.notes,
        trust=read_trust(answer.trust, holdings),
    )


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


def _ranking(fits: Fits, holdings: Holdings) -> tuple[FittedCondition, ...]:
    cohort = holdings.cohort
    names = dict(zip(cohort.conditions["condition"], cohort.conditions["name"], strict=True))
    lists = {level: fits.holds(level) for level in LEVELS}
    return tuple(
        FittedCondition(
            place=place,
            condition=cohort.condition_ids[k],
            name=names[cohort.condition_ids[k]],
            fit=float(fits.fit[k]),
            likeness=float(fits.likeness[k]) if isfinite(fits.likeness[k]) else None,
            level=next((level for level, held in lists.items() if held[k]), None),
        )
        for place, k in enumerate(fits.order, 1)
    )


def _deviating(each: Deviation) -> Deviating:
    return Deviating(
        measure=each.measure,
        z=each.z,
        expected=each.true_z,
        low=each.low,
        high=each.high,
        seen=each.seen,
        sentence=each.sentence,
    )


def _case(case: Case) -> NearCase:
    return NearCase(
        image_id=case.image_id,
        condition=case.condition,
        name=case.name,
        sex=case.sex,
        age=case.age,
        cosine=case.cosine,
        above_different=case.above_different.value if case.above_different else None,
    )


def _measure(found: Estimate) -> Measure:
    return Measure(value=found.value, low=found.low, high=found.high, n_patients=found.n_patients)
