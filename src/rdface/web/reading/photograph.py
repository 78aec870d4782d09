"""What is said of one photograph."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from rdface.photograph.trust import LEVELS
from rdface.web.reading.said import Said
from rdface.web.reading.trust import WORDS, CohortTrust, read_trust

if TYPE_CHECKING:
    from rdface.explain.cases import Case
    from rdface.explain.deviations import Deviation
    from rdface.learners.full_conformal import Fits
    from rdface.photograph import Answer
    from rdface.web.holdings import Holdings


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


def _ranking(fits: Fits, holdings: Holdings) -> tuple[FittedCondition, ...]:
    cohort = holdings.cohort
    lists = {level: fits.holds(level) for level in LEVELS}
    return tuple(
        FittedCondition(
            place=place,
            condition=cohort.condition_ids[k],
            name=cohort.condition_names[cohort.condition_ids[k]],
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
