"""Entries of sex that the picture does not seem to fit, by the cohort's other patients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from rdface.curation.quality.cross_fitting import crossed, flagged
from rdface.curation.quality.evidence import Evidence
from rdface.curation.quality.finding import Finding, check

FEWEST: Final = 100
LEAST_AUC: Final = 0.75
"""Area under the curve below which nothing is said."""


@check(
    "picture-sex",
    "Sex to be looked up again",
    group="table",
    about="A logistic regression of the sex from the face embedding, fitted on the cohort's other"
    " patients; the rows furthest off are shown, at a stated share. Small children are hardly told"
    " apart so, hair misleads, and conditions change faces: this is a question about the table and"
    " says nothing about the child.",
    source="Cox 1958; Vovk, Gammerman and Shafer 2005 (cross-conformal rates)",
)
def picture_sex(seen: Evidence) -> Iterator[Finding]:
    """Yield the rows whose sex is furthest from the one guessed."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    sexes = seen.column("sex")
    rows = np.flatnonzero(seen.has_face & (sexes != ""))
    patients, female = seen.column("patient_id")[rows], (sexes[rows] == "female").astype(int)
    fewest = min(len(set(patients[female == side])) for side in (0, 1))
    if fewest < FEWEST // 2:
        seen.notes.append(
            f"Sexes were not compared with the pictures: that needs {FEWEST // 2} patients of"
            f" either with a face, and there are {fewest} of one."
        )
        return
    x = np.nan_to_num(seen.people[rows]).astype(np.float64)
    guessed = crossed(
        patients,
        lambda train, held: (
            LogisticRegression(C=1.0, max_iter=2000)
            .fit(x[train], female[train])
            .decision_function(x[held])
        ),
    )
    area = float(roc_auc_score(female, guessed))
    if area < LEAST_AUC:
        seen.notes.append(
            f"Sexes were not compared with the pictures: the cohort does not teach to tell them"
            f" (area under the curve {area:.2f})."
        )
        return
    off = np.where(female == 1, -guessed, guessed)
    limit, found = flagged(off, seen.thresholds.rate)
    for each in found:
        if off[each] > 0:
            row = rows[each]
            words = (
                f"The table says {sexes[row]}; the picture is nearer to the other patients who are"
                " not. Please look at the table again."
            )
            score = float(off[each])
            yield Finding("picture-sex", (seen.ids[row],), score, limit, words, score)
