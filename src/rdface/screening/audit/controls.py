"""Copies of unaffected children: a generator may be given them, and may hand them out as well.

The search is that for copies of training patients, with thresholds of its own: how near new people
come to the nearest of a set of faces hangs on the set. They come from the controls, from mixtures
of two of them, and from the held-out patients, who are strangers to the controls, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rdface.errors import CohortError, UsageError
from rdface.screening.audit.copies import calibrate, find_nearest, measure
from rdface.screening.audit.images import count_copies
from rdface.screening.audit.looking import Looked, as_known, look_at, mixtures_of

if TYPE_CHECKING:
    import pandas as pd

    from rdface.cohort import Cohort
    from rdface.screening.audit.schema import Copies
    from rdface.screening.audit.settings import Settings
    from rdface.screening.audit.sides import Side


def take_controls(pool: Cohort, controls: Cohort | None = None) -> Cohort | None:
    """The unaffected children whom the pool's generator was given.

    Args:
        pool: Which says so itself.
        controls: They, if the caller knows where they are; else a cohort of the name that the pool
            gives is looked for, and taken if it is the very same.

    Returns:
        None where there were none, or where they are not found.

    Raises:
        UsageError: ``controls`` are others than those that the pool names.
    """
    from rdface.cohort import load_cohort

    told = (pool.info.model_extra or {}).get("controls")
    if controls is not None:
        if not told or controls.sha256 != told["sha256"]:
            raise UsageError(
                f"The pool {pool.info.name} was not made with the controls {controls.info.name}.",
                hint=f"It names {told['name']}." if told else "It names no controls.",
            )
        return controls
    if not told:
        return None
    try:
        found = load_cohort(told["name"])
    except (CohortError, UsageError):
        return None
    return found if found.sha256 == told["sha256"] else None


def search_controls(
    controls: Side, synthetic: Looked, held_out: Looked, images: pd.DataFrame, how: Settings
) -> Copies | None:
    """Count copies of controls; ``images`` gets ``nearest_control`` and what was found of it.

    Args:
        controls: Framed as the other sides.
        synthetic: The pool.
        held_out: Real faces of others.
        images: One row a face of the pool; three columns are added.
        how: Settings of the audit.

    Returns:
        None where no generated face can be compared.
    """
    seen = look_at(controls, (how.identity,), how.identity, how.detector)
    known = as_known(controls, seen, how.identity)
    mixed = mixtures_of(controls, seen, how.identity, how.seed)
    among, across, between = (
        measure(faces, known) for faces in (seen.faces, held_out.faces, mixed)
    )
    calibration = calibrate(
        among, across, between, controls.patients, false_alarms=how.false_alarms
    )
    compared = np.flatnonzero(synthetic.found & ~synthetic.blank)
    found = find_nearest(measure(synthetic.faces.of(compared), known), controls.patients)
    grade = calibration.grade(found.closeness)
    for name, values in (
        ("nearest_control", np.array(controls.ids, object)[found.row]),
        ("control_closeness", found.closeness.astype(object)),
        ("control_grade", grade),
    ):
        whole = np.full(len(images), None, object)
        whole[compared] = values
        images[name] = whole
    images["control_closeness"] = images["control_closeness"].astype(float)
    if not len(compared):
        return None
    # A control has no condition of the pool: nothing is counted as a copy of another condition.
    others = np.zeros(len(compared), bool)
    return count_copies(grade, controls.patients[found.row], others, calibration)
