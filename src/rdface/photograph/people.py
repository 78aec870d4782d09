"""The people that a new face is compared with: one picture of each patient of a cohort."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rdface.learners.full_conformal import FullConformal
from rdface.learners.learner import Labels
from rdface.protocols.dealing import shuffled

if TYPE_CHECKING:
    from rdface.cohort import Cohort
    from rdface.faces import FaceTable


def one_of_each(cohort: Cohort, seed: int = 0, faces: FaceTable | None = None) -> Labels:
    """Rows of one real picture of each patient, drawn by lot: ``intp [P]``, ascending.

    A new patient comes with one picture. Patients who count with one picture each are exchangeable
    with that patient; pictures are not, for two of one child are alike.

    Args:
        cohort: Whose patients.
        seed: Of the lot.
        faces: Of the cohort. Pictures without one are passed over: a new one without is refused.
    """
    row_of = {name: row for row, name in enumerate(cohort.image_ids)}
    images = cohort.images
    first: dict[str, int] = {}
    faceless = set() if faces is None else set(faces.without_face())
    real = images[(images["synthetic_of"] == "") & ~images["image_id"].isin(faceless)]
    patient_of = dict(zip(real["image_id"], real["patient_id"], strict=True))
    for image in shuffled(patient_of, seed, "one of each"):
        first.setdefault(patient_of[image], row_of[image])
    return np.array(sorted(first.values()), dtype=np.intp)


def condition_labels(cohort: Cohort) -> Labels:
    """Place of each image's condition among ``cohort.condition_ids``: ``intp [N]``."""
    place = {condition: k for k, condition in enumerate(cohort.condition_ids)}
    return np.array([place[each] for each in cohort.images["condition"]], dtype=np.intp)


def compared_with(
    cohort: Cohort, embeddings: NDArray[np.floating[Any]], rows: Labels
) -> FullConformal:
    """Full conformal prediction among some of a cohort's pictures.

    Args:
        cohort: Whose.
        embeddings: ``[N, D]``, in the cohort's order.
        rows: Of :func:`one_of_each`, or some of them.
    """
    x = np.asarray(embeddings[rows], dtype=np.float64)
    return FullConformal(x, condition_labels(cohort)[rows], len(cohort.condition_ids))
