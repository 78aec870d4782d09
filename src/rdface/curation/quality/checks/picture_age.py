"""Ages that the picture does not seem to fit, by the cohort's other patients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from rdface.curation.quality.cross_fitting import crossed, flagged
from rdface.curation.quality.evidence import Evidence
from rdface.curation.quality.finding import Finding, check

FEWEST: Final = 100
LEAST_FIT: Final = 0.3
"""Correlation of told and guessed ages below which nothing is said."""


@check(
    "picture-age",
    "Age to be looked up again",
    group="table",
    about="A ridge regression of the age from the face embedding, fitted on the cohort's other"
    " patients; the rows furthest off are shown, at a stated share. A condition can make a child"
    " look younger or older than it is: this is a question about the table and says nothing about"
    " the child.",
    source="Hoerl and Kennard 1970; Vovk, Gammerman and Shafer 2005 (cross-conformal rates)",
)
def picture_age(seen: Evidence) -> Iterator[Finding]:
    """Yield the rows whose age is furthest from the one guessed."""
    from sklearn.linear_model import RidgeCV

    rows = np.flatnonzero(seen.has_face & np.isfinite(seen.ages))
    patients = seen.column("patient_id")[rows]
    if len(set(patients)) < FEWEST:
        seen.notes.append(
            f"Ages were not compared with the pictures: that needs {FEWEST} patients with a face"
            f" and an age, and there are {len(set(patients))}."
        )
        return
    told = np.log1p(seen.ages[rows])
    x = np.nan_to_num(seen.people[rows]).astype(np.float64)
    guessed = crossed(
        patients,
        lambda train, held: (
            RidgeCV(np.logspace(-3, 3, 13)).fit(x[train], told[train]).predict(x[held])
        ),
    )
    fit = float(np.corrcoef(told, guessed)[0, 1])
    if not fit >= LEAST_FIT:
        seen.notes.append(
            f"Ages were not compared with the pictures: the cohort does not teach to guess them"
            f" (correlation {fit:.2f})."
        )
        return
    off = np.abs(told - guessed)
    limit, found = flagged(off, seen.thresholds.rate)
    for each in found:
        row = rows[each]
        words = (
            f"The table says {seen.ages[row]:.1f} years; by the other patients' pictures about"
            f" {np.expm1(guessed[each]):.1f}. Please look at the table again."
        )
        score = float(off[each])
        yield Finding("picture-age", (seen.ids[row],), score, limit, words, score)
