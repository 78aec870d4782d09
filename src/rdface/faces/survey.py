"""Measure many pictures: one row each, with z-scores where a reference, the age and a face are."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rdface.errors import TooFewError, UsageError
from rdface.faces.anthropometry import NAMES, measure_face, measuring_fingerprint
from rdface.faces.cut import Picture, cut_some, pictures_of
from rdface.faces.face import Detector
from rdface.faces.locate import locate_checked
from rdface.faces.mesh468 import N_POINTS, Mesh468
from rdface.faces.mesh_crop import MESH_CROP, face_in_crop
from rdface.faces.norms import FEWEST, Reference
from rdface.faces.pose import head_pose
from rdface.progress import bar

if TYPE_CHECKING:
    import pandas as pd

    from rdface.cohort import Cohort

log = logging.getLogger(__name__)

TOOL = "measured by"
"""The line of a reference's provenance that names the ruler."""


def measure_pictures(
    pictures: Sequence[tuple[str, Path]], detector: str | Detector = "yunet"
) -> pd.DataFrame:
    """Measure the face of each picture, as the backbone ``anthropometry`` does.

    Args:
        pictures: image_id and place of each.
        detector: What finds the faces.

    Returns:
        One row a picture: image_id, status ("one", "several": the main face, or "none"), yaw and
        pitch as far as the points know (degrees), then :data:`NAMES`; NaN without a face.

    Raises:
        UsageError: No such detector.
        WeightsError: Its weights or those of the mesh are not here.
        ImageError: A picture cannot be opened.
    """
    return _measured([(name, "", path) for name, path in pictures], detector)


def measure_cohort(cohort: Cohort, detector: str | Detector = "yunet") -> pd.DataFrame:
    """The same for a cohort, in its order, with patient_id, sex and age (years, NaN if unknown).

    Raises:
        ImageError: A picture cannot be opened, or is not the one that the cohort names.
    """
    from rdface.cohort import age_in_years

    table = _measured(pictures_of(cohort), detector)
    images = cohort.images
    ages = [age_in_years(str(age)) if age else np.nan for age in images["age"]]
    table.insert(1, "patient_id", images["patient_id"].astype(str).to_numpy())
    table.insert(2, "sex", images["sex"].astype(str).to_numpy())
    table.insert(3, "age", ages)
    return table


def with_z_scores(table: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Add a column ``z:<measure>`` for each measure of the reference, and ``age_in_reference``.

    Args:
        table: With sex and age (years) beside the measures; NaN ages have no z-scores.
        reference: Of unaffected people. If it says that another ruler measured them, or none, the
            log warns.

    Raises:
        UsageError: The reference has a measure that the table has not.
    """
    import pandas as pd

    strange = [name for name in reference.names if name not in table.columns]
    if strange:
        raise UsageError(
            f"The reference has measures that rdface does not take: {', '.join(strange)}.",
            hint="Make it anew: rdface faces reference COHORT --out FILE.csv",
        )
    tool = reference.provenance.get(TOOL, "")
    if tool != measuring_fingerprint()[:16]:
        log.warning(
            "the reference was measured by another ruler (%s) than this one (%s)",
            tool or "not said",
            measuring_fingerprint()[:16],
        )
    ages = table["age"].to_numpy(float)
    values = table[list(reference.names)].to_numpy(float)
    scores = reference.z_scores(values, ages, [str(sex) for sex in table["sex"]])
    inside = np.where(np.isnan(ages), "", np.where(reference.outside(ages), "no", "yes"))
    columns = {f"z:{name}": scores[:, k] for k, name in enumerate(reference.names)}
    return pd.concat([table.assign(age_in_reference=inside), pd.DataFrame(columns)], axis=1)


def measure_unaffected(cohort: Cohort, detector: str | Detector = "yunet") -> pd.DataFrame:
    """:func:`measure_cohort` of the patients without any HPO term."""
    from dataclasses import replace

    images = cohort.images
    healthy = images[~images["patient_id"].astype(str).isin(_affected(cohort))]
    return measure_cohort(replace(cohort, images=healthy.reset_index(drop=True)), detector)


def reference_of(
    cohort: Cohort, detector: str | Detector = "yunet", measured: pd.DataFrame | None = None
) -> Reference:
    """Fit a reference to the unaffected patients of a cohort, one picture each.

    Left out, and counted in the provenance, are patients with any HPO term, pictures without a face
    or an age, and all pictures of a patient but the first that is left.

    Args:
        cohort: Whose patients.
        detector: What finds the faces.
        measured: Of :func:`measure_unaffected` on a cohort that this one is a part of: its rows
            are used where they hold all that is needed.

    Raises:
        TooFewError: Fewer than :data:`rdface.faces.norms.FEWEST` patients are left.
    """
    affected = _affected(cohort)
    patients = cohort.images["patient_id"].astype(str)
    needed = set(cohort.images.loc[~patients.isin(affected), "image_id"])
    if measured is None or not needed <= set(measured["image_id"]):
        measured = measure_unaffected(cohort, detector)
    healthy = measured[measured["image_id"].isin(needed)]
    whole = healthy[(healthy["status"] != "none") & healthy["age"].notna()]
    people = whole.drop_duplicates("patient_id")
    if len(people) < FEWEST:
        raise TooFewError(
            f"{cohort.info.name} leaves {len(people)} people for a reference; {FEWEST} are the "
            f"fewest.",
            hint=f"{len(affected)} of {patients.nunique()} patients have an HPO term. "
            f"Pictures need an age and a face.",
        )
    sexes = [str(sex) for sex in people["sex"]]
    counts = [f"{sexes.count(sex)} {sex or 'of unknown sex'}" for sex in sorted(set(sexes))]
    kind = "simulated" if cohort.info.simulated else "real"
    provenance = {
        "for": "research use",
        "fitted on": f"{len(people)} {kind} people without any HPO term, one picture each: "
        + ", ".join(counts),
        "cohort": f"{cohort.info.name} {cohort.info.version}, sha256 {cohort.sha256}",
        "left out": f"{len(affected)} patients with HPO terms, "
        f"{len(healthy) - len(whole)} pictures without face or age, "
        f"{len(whole) - len(people)} further pictures of the same patients",
        TOOL: measuring_fingerprint()[:16],
    }
    values = people[list(NAMES)].to_numpy(float)
    return Reference.fit(values, people["age"].to_numpy(float), sexes, provenance=provenance)


def _affected(cohort: Cohort) -> set[str]:
    """Patients with any HPO term."""
    return set(cohort.images.loc[cohort.images["hpo_terms"] != "", "patient_id"].astype(str))


def _measured(pictures: Sequence[Picture], detector: str | Detector) -> pd.DataFrame:
    import pandas as pd

    faces = locate_checked(pictures, detector)
    mesh = Mesh468()
    points = np.full((len(pictures), N_POINTS, 3), np.nan)
    with bar("Measuring", len(pictures)) as advance:
        for row, picture in enumerate(pictures):
            if faces.face(picture[0]) is not None:
                crop = cut_some([picture], faces, MESH_CROP)[0]
                points[row] = mesh.steady_landmarks(crop, face_in_crop())[0]
            advance(1)
    found = np.isfinite(points).all(axis=(1, 2))
    values = np.full((len(pictures), 2 + len(NAMES)), np.nan)
    values[found, :2] = head_pose(points[found])
    values[found, 2:] = measure_face(points[found])
    about = pd.DataFrame(
        {"image_id": [name for name, _, _ in pictures], "status": list(faces.frame["status"])}
    )
    return pd.concat([about, pd.DataFrame(values, columns=["yaw", "pitch", *NAMES])], axis=1)
