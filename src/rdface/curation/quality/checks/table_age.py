"""Ages that the table itself contradicts or that stand far off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Final

import numpy as np

from rdface.curation.quality.evidence import Evidence
from rdface.curation.quality.finding import Finding, check

FEWEST: Final = 20
FAR: Final = 4.5
"""Median deviations of log(1 + age) from the cohort's median."""


@check(
    "table-age",
    "Age unlikely by the table",
    group="table",
    about="Ages that lie far from all others of the cohort (months written as years, a year of"
    " birth), beyond any age, or that do not grow with the date of the picture where the table has"
    " a column `taken`.",
    source="Iglewicz and Hoaglin 1993 (modified z-scores)",
)
def table_age(seen: Evidence) -> Iterator[Finding]:
    """Yield rows whose age asks for a second look."""
    ages = seen.ages
    known = np.isfinite(ages)
    logs = np.log1p(ages)
    middle = float(np.median(logs[known])) if known.any() else 0.0
    spread = 1.4826 * float(np.median(np.abs(logs[known] - middle))) if known.any() else 0.0
    for row in np.flatnonzero(known):
        age = float(ages[row])
        away = abs(logs[row] - middle) / spread if known.sum() >= FEWEST and spread > 0 else 0.0
        if age > seen.thresholds.oldest or away > FAR:
            words = f"{age:.1f} years lies far from the other ages of the cohort."
            score, limit = (away, FAR) if away > FAR else (age, seen.thresholds.oldest)
            yield Finding("table-age", (seen.ids[row],), score, limit, words, score)
    yield from _against_dates(seen)


def _against_dates(seen: Evidence) -> Iterator[Finding]:
    """Two pictures of a patient whose ages and dates differ by more than a year."""
    taken = seen.column("taken")
    of_patient: dict[str, list[int]] = defaultdict(list)
    for row, patient in enumerate(seen.column("patient_id")):
        if np.isfinite(seen.ages[row]) and _day(str(taken[row])) is not None:
            of_patient[str(patient)].append(row)
    for rows in of_patient.values():
        rows.sort(key=lambda row: str(taken[row]))
        for one, other in pairwise(rows):
            first, second = _day(str(taken[one])), _day(str(taken[other]))
            assert first is not None and second is not None  # noqa: S101 - chosen so above
            passed = (second - first).days / 365.25
            off = abs(float(seen.ages[other] - seen.ages[one]) - passed)
            if off > 1:
                words = (
                    f"{passed:.1f} years lie between the pictures, and"
                    f" {seen.ages[other] - seen.ages[one]:+.1f} years between the ages."
                )
                images = (seen.ids[one], seen.ids[other])
                yield Finding("table-age", images, off, 1.0, words, off)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
