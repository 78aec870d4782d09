"""How far answers can be trusted, measured on the cohort's own patients: none meets himself.

Patients are dealt by lot over five parts, and the patients of each part are asked about as if they
were new, of the patients of the other parts alone. For strangers the conditions are dealt as well:
patients of a part of the conditions come to a cohort that knows none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rdface.learners.full_conformal import Fits
from rdface.learners.learner import Labels
from rdface.metrics.estimate import Estimate
from rdface.metrics.open_set_summary import Meeting, summarise_open_set
from rdface.metrics.small_samples import wilson_interval
from rdface.photograph.people import compared_with, condition_labels
from rdface.protocols.dealing import shuffled

if TYPE_CHECKING:
    from rdface.cohort import Cohort

LEVELS = (0.8, 0.9, 0.95)
"""How often a list holds the truth, as promised."""

WARNED = 0.05
"""At most this share of patients with a known condition is warned of as strangers."""

FIRST = (1, 5, 10)
"""How many of the first conditions are looked at."""

PARTS = 5


@dataclass(frozen=True)
class ListTrust:
    """Of the lists of one level.

    Attributes:
        level: What is promised.
        coverage: Share of patients whose list holds their condition.
        mean_length: Conditions on a list.
        median_length: The same.
    """

    level: float
    coverage: Estimate
    mean_length: float
    median_length: float


@dataclass(frozen=True)
class StrangerTrust:
    """Of the warning that none of the conditions may be right.

    Attributes:
        auroc: Probability that a stranger is less familiar than a patient with a known condition.
        warned_known: Share of patients with a known condition who are warned of.
        warned_strangers: Share of strangers who are.
    """

    auroc: Estimate
    warned_known: Estimate
    warned_strangers: Estimate


@dataclass(frozen=True)
class Trust:
    """What was measured.

    Attributes:
        n_patients: Patients who were asked about.
        n_conditions: Conditions of the cohort.
        lists: One per level.
        first: k to the share of patients whose condition is among the first k.
        strangers: Patients whose condition was kept from the cohort; None with fewer conditions
            than parts.
    """

    n_patients: int
    n_conditions: int
    lists: tuple[ListTrust, ...]
    first: dict[int, Estimate]
    strangers: StrangerTrust | None


def measure_trust(
    cohort: Cohort, embeddings: NDArray[np.floating[Any]], rows: Labels, *, seed: int = 0
) -> Trust:
    """Measure it; milliseconds a patient.

    Args:
        cohort: Whose patients are asked about, among each other.
        embeddings: ``[N, D]``, in the cohort's order.
        rows: Of :func:`~rdface.photograph.people.one_of_each`.
        seed: Of the lots.
    """
    labels = condition_labels(cohort)
    part = deal_by_lot([cohort.image_ids[row] for row in rows], seed, "patients")
    answers: list[tuple[int, Fits]] = []
    for each in range(PARTS):
        others = compared_with(cohort, embeddings, rows[part != each])
        answers += [(labels[row], others.judge(embeddings[row])) for row in rows[part == each]]
    several = len(cohort.condition_ids) >= PARTS
    return Trust(
        n_patients=len(rows),
        n_conditions=len(cohort.condition_ids),
        lists=judge_lists(answers, len(rows) * (1 - 1 / PARTS)),
        first=judge_first(answers, len(rows) * (1 - 1 / PARTS)),
        strangers=_unseen(cohort, embeddings, rows, part, seed) if several else None,
    )


def deal_by_lot(names: Sequence[str], seed: int, purpose: str) -> Labels:
    """A part for each name, by lot and not by condition, as patients come: ``intp [N]``."""
    place = {name: k % PARTS for k, name in enumerate(shuffled(names, seed, purpose))}
    return np.array([place[name] for name in names], dtype=np.intp)


def judge_lists(answers: Sequence[tuple[int, Fits]], n_compared: float) -> tuple[ListTrust, ...]:
    """Coverage and length at every level.

    Args:
        answers: Of each patient the true condition and what was found.
        n_compared: Patients that each was compared with.
    """
    found = []
    for level in LEVELS:
        lists = [fits.holds(level) for _, fits in answers]
        held = [bool(each[truth]) for each, (truth, _) in zip(lists, answers, strict=True)]
        lengths = [int(each.sum()) for each in lists]
        coverage = share(held, n_compared)
        found.append(ListTrust(level, coverage, float(np.mean(lengths)), float(np.median(lengths))))
    return tuple(found)


def judge_first(answers: Sequence[tuple[int, Fits]], n_compared: float) -> dict[int, Estimate]:
    """Share of patients whose condition is among the first k; see :func:`judge_lists`."""
    places = [int(np.flatnonzero(fits.order == truth)[0]) for truth, fits in answers]
    return {k: share([place < k for place in places], n_compared) for k in FIRST}


def share(hits: Iterable[bool], n_compared: float, n_patients: int | None = None) -> Estimate:
    """A share of answers with Wilson's interval.

    Both the patients asked about (m) and those that they were compared with (n) are samples: given
    the latter, coverage still varies with variance a (1 - a) / n. So the interval is that of
    1 / (1 / m + 1 / n) trials. It is an approximation: the variance is that of split conformal
    prediction (Vovk, "Conditional validity of inductive conformal predictors", ACML 2012).

    Args:
        hits: One per answer.
        n_compared: Patients that each was compared with.
        n_patients: Whom the answers are about; as many as answers, if None.
    """
    told = np.array(list(hits), dtype=bool)
    m, value = n_patients or len(told), float(told.mean())
    low, high = wilson_interval(value, 1.0 / (1.0 / m + 1.0 / n_compared))
    return Estimate(value, low, high, len(told), m, method="wilson")


def judge_strangers(
    known: Sequence[Sequence[Fits]],
    strange: Sequence[Sequence[Fits]],
    names: Sequence[tuple[Sequence[str], Sequence[str]]],
    n_compared: float,
) -> StrangerTrust:
    """What the familiarity of known patients and strangers tells.

    Args:
        known: Part by part, patients with a condition that the others have.
        strange: Part by part, strangers.
        names: Part by part, the patients' names: one may be known to a part, a stranger to another.
            Whoever is asked about in several parts counts once in an interval.
        n_compared: Patients that each was compared with.
    """
    sides = [
        (part, stranger, name, fits.familiarity)
        for part, (two, both) in enumerate(
            zip(zip(known, strange, strict=True), names, strict=True)
        )
        for stranger, (side, patients) in enumerate(zip(two, both, strict=True))
        for fits, name in zip(side, patients, strict=True)
    ]
    part, stranger, name, familiarity = (np.array(column) for column in zip(*sides, strict=True))
    strangers = stranger == 1
    patient = np.unique(name, return_inverse=True)[1].astype(np.int64)
    meeting = Meeting(strangers, np.zeros(len(part), bool), part, patient, patient)
    warned = familiarity <= WARNED
    return StrangerTrust(
        auroc=summarise_open_set(-familiarity, meeting)["auroc"],
        warned_known=share(warned[~strangers], n_compared, len(set(patient[~strangers]))),
        warned_strangers=share(warned[strangers], n_compared, len(set(patient[strangers]))),
    )


def _unseen(
    cohort: Cohort, embeddings: NDArray[np.floating[Any]], rows: Labels, part: Labels, seed: int
) -> StrangerTrust:
    """Strangers: in each part the patients of a fifth of the conditions, kept from the others."""
    hidden = deal_by_lot(cohort.condition_ids, seed, "conditions")[condition_labels(cohort)[rows]]
    known: list[list[Fits]] = []
    strange: list[list[Fits]] = []
    names: list[tuple[list[str], list[str]]] = []
    compared: list[int] = []
    patients = cohort.images["patient_id"].to_numpy()
    for each in range(PARTS):
        others = compared_with(cohort, embeddings, rows[(part != each) & (hidden != each)])
        present = np.isin(condition_labels(cohort)[rows], others.y)
        sides = rows[(part == each) & present], rows[hidden == each]
        judged = [[others.judge(embeddings[row]) for row in side] for side in sides]
        known.append(judged[0])
        strange.append(judged[1])
        names.append((list(patients[sides[0]]), list(patients[sides[1]])))
        compared.append(len(others.y))
    return judge_strangers(known, strange, names, float(np.mean(compared)))
