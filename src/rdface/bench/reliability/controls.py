"""Controls: unaffected children, some of whom teach a probe to tell the others from patients.

The novelty scores have never seen an unaffected child. The probe has: it says how much of
"affected or not" is in an embedding at all, and so what a score without controls leaves on the
table. Controls are dealt by patient, in each repeat anew; the model of fold f is fitted without
part f, which is all that its probe judges.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from rdface.bench.jobs import PROBE
from rdface.cohort import Cohort
from rdface.errors import LeakageError, UsageError
from rdface.protocols import Fold, FoldRows, Split, check_leakage
from rdface.protocols.dealing import deal_patients
from rdface.protocols.open_world import World

_COLUMNS = ["image_id", "patient_id", "condition", "sha256", "synthetic_of"]


def control_name(controls: Cohort, identifier: str) -> str:
    """A control's image or patient under a name that no image or patient of the cohort has."""
    return f"{controls.info.name}/{identifier}"


def check_controls(controls: Cohort, cohort: Cohort) -> None:
    """Refuse controls that show a condition of the cohort, or are themselves in it.

    Raises:
        UsageError: A control has a condition of the cohort, or the controls are kept for something
            else.
        LeakageError: A picture is in both cohorts.
    """
    if controls.info.evaluation_only:
        raise UsageError(f"The cohort {controls.info.name} is kept for a last evaluation.")
    affected = sorted(set(controls.images["condition"]) & set(cohort.condition_ids))
    if affected:
        raise UsageError(
            f"The controls {controls.info.name} have images of {affected[0]!r}, a condition of"
            f" {cohort.info.name}.",
            hint="Controls are unaffected; give a cohort such as sim103-controls.",
        )
    shared = set(controls.images["sha256"]) & set(cohort.images["sha256"])
    for picture, image in zip(controls.images["sha256"], controls.image_ids, strict=True):
        if picture in shared:
            raise LeakageError(
                f"The control {image!r} is a picture of the cohort {cohort.info.name} too.",
                hint="Take it out of the controls.",
            )


def probe_folds(
    worlds: Sequence[World], cohort: Cohort, controls: Cohort, *, parts: int, seed: int
) -> dict[int, FoldRows]:
    """Number of each closed world -> what its probe is fitted on, chosen by, and judges.

    Affected rows are those of the world; of the controls one part is judged, the next chooses, and
    the others train.

    Args:
        worlds: All worlds.
        cohort: Rows from 0.
        controls: Rows after those of the cohort.
        parts: Parts of the controls, at least 3.
        seed: Of the deal.

    Raises:
        UsageError: Fewer control patients than parts, or fewer than three parts.
        LeakageError: A control, its patient or its picture is on both sides.
    """
    patients = sorted(set(controls.images["patient_id"]))
    if parts < 3 or len(patients) < parts:
        raise UsageError(
            f"{len(patients)} controls cannot be dealt over {parts} parts; there must be at least"
            " 3 parts, and a child for each.",
            hint="Give `unseen_parts: 3` or more, or another cohort of controls.",
        )
    both = pd.concat([cohort.images[_COLUMNS], _renamed(controls)], ignore_index=True)
    ids = both["image_id"].tolist()
    theirs = _renamed(controls)
    folds = {}
    for number, world in enumerate(worlds):
        if world.name == "open":
            continue
        part_of = deal_patients({"": patients}, parts, seed, "controls", world.repeat)
        part = np.array([part_of[patient] for patient in controls.images["patient_id"]])
        place = (part - world.index) % parts
        judged, choosing, train = (
            tuple(theirs["image_id"][mask]) for mask in (place == 0, place == 1, place > 1)
        )
        fold = world.fold(world.scored, seed)
        folds[number] = Fold(
            PROBE,
            seed,
            world.repeat,
            world.index,
            fold.train + train,
            fold.validation + choosing,
            fold.test + judged,
        )
    check_leakage(Split(PROBE, seed, "", tuple(folds.values())), both)
    return {number: fold.rows(ids) for number, fold in folds.items()}


def _renamed(controls: Cohort) -> pd.DataFrame:
    table = controls.images[_COLUMNS].copy()
    for column in ("image_id", "patient_id"):
        table[column] = [control_name(controls, name) for name in table[column]]
    return table
