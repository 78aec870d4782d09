"""What a reader of an audit has to know before any number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rdface.screening.audit.copies import Calibration
from rdface.screening.audit.looking import Looked
from rdface.screening.audit.schema import Fidelity, Realism
from rdface.screening.audit.sides import Sides


def notes_on_faces(
    sides: Sides, synthetic: Looked, training: Looked, held_out: Looked
) -> list[str]:
    """Blank pictures, missing faces, nobody held out."""
    notes = []
    blank, faceless = int(synthetic.blank.sum()), int((~synthetic.found).sum())
    if blank or faceless:
        notes.append(
            f"Of {len(sides.synthetic)} generated images {blank} are blank and in {faceless} no"
            " face was found. They count in realism and diversity, as parts of the pool, and are"
            " left out of fidelity and memorisation."
        )
    if not len(sides.held_out):
        notes.append(
            "Every patient of the cohort taught the generator: there is nobody to compare with,"
            " so realism is judged against training faces and most of memorisation cannot be."
        )
    told = (sides.synthetic.cohort.info.model_extra or {}).get("controls")
    if told and sides.controls is None:
        notes.append(
            f"Unaffected children of the cohort {told['name']} taught the generator, too, and are"
            " not here: that one of them was copied is not looked for. Give them with --controls."
        )
    lost = int((~training.found).sum()), int((~held_out.found).sum())
    if any(lost):
        notes.append(
            f"No face was found in {lost[0]} training and {lost[1]} held-out images; they are"
            " compared whole."
        )
    conditions = len(set(sides.synthetic.conditions))
    if conditions < 3:
        notes.append(
            f"The pool has {conditions} condition(s): fidelity needs others to compare with and"
            " is left out."
        )
    return notes


def notes_on_findings(
    realism: Sequence[Realism],
    fidelity: Sequence[Fidelity],
    z_scores: bool,
    calibration: Calibration,
) -> list[str]:
    """What could not be judged."""
    notes = []
    if not realism:
        notes.append("There are too few faces for any measure of realism.")
    if fidelity and not z_scores:
        notes.append(
            "No reference of unaffected people fits these photographs: profiles are of raw"
            " measures, and HPO terms are left out. Give one with --reference."
        )
    if not np.isfinite(calibration.near):
        notes.append(
            "There are too few real faces to allow for that rate of false alarms: no face is"
            " called a copy, which does not mean that none is one."
        )
    return notes
