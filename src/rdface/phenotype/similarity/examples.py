"""Pairs of reports for the eye: where they agree, where they contradict each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from rdface.phenotype.report import Report
from rdface.phenotype.similarity.comparing import Compared
from rdface.phenotype.similarity.pairs import Kind
from rdface.phenotype.similarity.passages import OVERALL, Passage, passage

Why = Literal["among the most alike", "from the middle", "among the least alike"]
WHYS: Final[tuple[Why, ...]] = (
    "among the most alike",
    "from the middle",
    "among the least alike",
)


@dataclass(frozen=True)
class Terms:
    """What two passages have in common, and not; HPO ids.

    Attributes:
        agree: Both call it present.
        both_excluded: Both call it absent.
        conflict: Pairs: one calls the first present, the other calls the second absent, which is
            the same term or one above it.
        first_only: Present in the first; the second does not speak of it.
        second_only: The other way round.
    """

    agree: tuple[str, ...]
    both_excluded: tuple[str, ...]
    conflict: tuple[tuple[str, str], ...]
    first_only: tuple[str, ...]
    second_only: tuple[str, ...]


@dataclass(frozen=True)
class Example:
    """One pair of a page.

    Attributes:
        first: Report on the real picture.
        second: On the synthetic one; on another real one where there is no pool.
        kind: Of the pair.
        similarity: Overall.
        why: Why it is shown; never its looks.
        terms: Theirs.
    """

    first: Report
    second: Report
    kind: Kind
    similarity: float
    why: Why
    terms: Terms


def hold_terms(first: Passage, second: Passage) -> Terms:
    """Compare the terms of two passages.

    A term that is present contradicts an excluded one that is the same or stands above it: who
    excludes an abnormal nose excludes a short one.
    """
    conflict = [*_contradicted(first, second), *_contradicted(second, first)]
    disputed = {present for present, _ in conflict}
    return Terms(
        agree=tuple(sorted(first.present & second.present)),
        both_excluded=tuple(sorted(first.excluded & second.excluded)),
        conflict=tuple(conflict),
        first_only=tuple(sorted(first.present - second.present - disputed)),
        second_only=tuple(sorted(second.present - first.present - disputed)),
    )


def _contradicted(one: Passage, other: Passage) -> list[tuple[str, str]]:
    from rdface.phenotype.ontology import ontology

    if not other.excluded:
        return []
    return [
        (term, denied)
        for term in sorted(one.present - other.present)
        for denied in sorted(({term} | ontology().ancestors(term)) & other.excluded)[:1]
    ]


def choose_examples(compared: Compared, measure: str, each: int = 2) -> tuple[Example, ...]:
    """Pairs of one condition at the top, in the middle and at the bottom of a measure.

    Of synthetic pictures with real ones where there are any, of other patients rather than of
    their own; otherwise of real ones. No picture stands in two of them.

    Args:
        compared: What was compared.
        measure: By which similarity.
        each: Pairs of each of :data:`WHYS`.
    """
    table = compared.tables[measure]
    kinds: tuple[Kind, ...] = ("synthetic", "own patient", "real")
    for kind in kinds:
        rows, columns = np.nonzero(compared.layout.anchors(kind) & np.isfinite(table))
        if len(rows):
            break
    else:
        return ()
    order = np.lexsort((columns, rows, -table[rows, columns]))
    ways = {
        WHYS[0]: order,
        WHYS[1]: order[np.argsort(np.abs(np.arange(len(order)) - len(order) // 2), kind="stable")],
        WHYS[2]: order[::-1],
    }
    used: set[int] = set()
    found = []
    for why, places in ways.items():
        taken = 0
        for place in places:
            row, column = int(rows[place]), int(columns[place])
            if taken == each or {row, column} & used:
                continue
            used |= {row, column}
            taken += 1
            found.append(_example(compared, row, column, kind, float(table[row, column]), why))
    return tuple(found)


def _example(
    compared: Compared, row: int, column: int, kind: Kind, similarity: float, why: Why
) -> Example:
    first, second = compared.report(row), compared.report(column)
    ours, theirs = passage(first, OVERALL), passage(second, OVERALL)
    assert ours is not None and theirs is not None  # noqa: S101 - the similarity is a number
    return Example(first, second, kind, similarity, why, hold_terms(ours, theirs))
