"""Search patients in everything but their own pictures: the gallery's protocol without folds.

Of a large cohort not everybody can be searched. A number of patients of *each* condition is drawn,
so that the macro means, in which every condition counts the same, are those of all conditions;
the micro means are those of the patients drawn, in whom large conditions weigh less than in the
cohort.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from rdface.errors import UsageError
from rdface.protocols.dealing import shuffled
from rdface.protocols.gallery.dividing import draw_held_out
from rdface.protocols.options import check_whole
from rdface.protocols.split import Ids

NAME = "leave-own-patient-out"


class LeftOut(NamedTuple):
    """Who is searched, and which conditions may train a metric.

    Attributes:
        frequent: Conditions with ``frequent_from`` patients or more, sorted.
        rare: All others that have a patient, sorted.
        unprobed: Those with one patient: nobody is left to search with. Sorted.
        validation: One in ``inner_folds`` of the frequent ones, which choose the metric; sorted.
        probes: Patients who are searched, sorted. Each is left out of what he is searched in, and
            all of them of what trains a metric.
    """

    frequent: Ids
    rare: Ids
    unprobed: Ids
    validation: Ids
    probes: Ids


def leave_out(
    patients: Mapping[str, Collection[str]],
    *,
    seed: int = 0,
    per_condition: int | None = None,
    frequent_from: int,
    inner_folds: int = 4,
) -> LeftOut:
    """Draw the patients who are searched.

    Args:
        patients: Condition -> its patients, each of one condition.
        seed: Of the draws.
        per_condition: So many patients of each condition at most; all if None.
        frequent_from: Patients from which on a condition is frequent.
        inner_folds: See :class:`LeftOut`.

    Raises:
        UsageError: An option that is no such number, no frequent condition, or no rare one that
            can be searched.
    """
    check_whole(NAME, "frequent_from", frequent_from, least=3)
    check_whole(NAME, "inner_folds", inner_folds, least=2)
    if per_condition is not None:
        check_whole(NAME, "per_condition", per_condition, least=1)
    sizes = {name: len(ids) for name, ids in patients.items() if ids}
    frequent = tuple(sorted(name for name, n in sizes.items() if n >= frequent_from))
    searched = [name for name, n in sizes.items() if n > 1]
    if not frequent or not any(sizes[name] < frequent_from for name in searched):
        kind = "frequent" if not frequent else "rare"
        raise UsageError(
            f"No {kind} condition can be searched with frequent_from {frequent_from}.",
            hint=_what_would_do([sizes[name] for name in searched]),
        )
    drawn = (
        patient
        for name in searched
        for patient in shuffled(patients[name], seed, NAME)[:per_condition]
    )
    return LeftOut(
        frequent=frequent,
        rare=tuple(sorted(name for name, n in sizes.items() if n < frequent_from)),
        unprobed=tuple(sorted(name for name, n in sizes.items() if n == 1)),
        validation=tuple(sorted(draw_held_out(frequent, inner_folds, seed))),
        probes=tuple(sorted(drawn)),
    )


def _what_would_do(sizes: Collection[int]) -> str:
    """In words, for which ``frequent_from`` there are frequent and rare conditions.

    Args:
        sizes: Patients of the conditions that can be searched, those with two or more.
    """
    if not sizes:
        return "A condition can be searched if it has two patients or more; none has."
    low, high = min(sizes), max(sizes)
    if low == high:
        return (
            f"All conditions with two patients or more have {low}: none is rare beside another,"
            " whatever frequent_from."
        )
    return (
        f"A frequent_from of {low + 1} would do."
        if high == low + 1
        else (f"A frequent_from of {low + 1} to {high} would do.")
    )
