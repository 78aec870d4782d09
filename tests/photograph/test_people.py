"""One picture of each patient: the same whatever the order of the table, real ones alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from rdface.cohort import Cohort
from rdface.faces import FaceTable
from rdface.photograph.people import one_of_each

MakeCohort = Callable[..., Cohort]


def test_every_patient_counts_once(make_cohort: MakeCohort) -> None:
    """And which picture does is the lot's, not the table's."""
    cohort = make_cohort(conditions=3, patients=4, images=3)
    rows = one_of_each(cohort)
    patients = cohort.images["patient_id"].to_numpy()[rows]
    assert len(rows) == len(set(patients)) == 12
    assert not (rows == one_of_each(cohort, seed=1)).all()
    turned = replace(cohort, images=cohort.images.iloc[::-1].reset_index(drop=True))
    chosen = {turned.image_ids[row] for row in one_of_each(turned)}
    assert chosen == {cohort.image_ids[row] for row in rows}


def test_synthetic_pictures_are_nobody(make_cohort: MakeCohort) -> None:
    cohort = make_cohort(conditions=2, patients=3, images=2)
    images = cohort.images.copy()
    images["synthetic_of"] = np.where(images.index % 2 == 1, images["image_id"].shift(1), "")
    rows = one_of_each(replace(cohort, images=images))
    assert (images["synthetic_of"].to_numpy()[rows] == "").all()


def test_pictures_without_a_face_are_not_compared_with(make_cohort: MakeCohort) -> None:
    """A new one would be refused: with them, the cohort's patients came otherwise than new ones."""
    cohort = make_cohort(conditions=2, patients=3, images=2)
    names = list(cohort.image_ids)
    status = np.where(np.arange(len(names)) % 2 == 0, "none", "one")
    status[-1] = "none"
    frame = pd.DataFrame({"image_id": names, "status": status})
    rows = one_of_each(cohort, faces=FaceTable(frame, "whole-test"))
    assert (status[rows] == "one").all()
    assert len(rows) == 5, "nothing is left of the last patient"
