"""What an audit says of each generated face, and how many are copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from rdface.metrics.memorisation import authentic
from rdface.metrics.memorisation_copies import alarm_p_values, nearest
from rdface.screening.audit.copies import Calibration, Distances, find_nearest
from rdface.screening.audit.looking import Looked
from rdface.screening.audit.schema import Copies, Number, Pair
from rdface.screening.audit.sides import Sides

if TYPE_CHECKING:
    import pandas as pd

PAIRS: Final = 8
"""Pairs that are shown: so many of the closest, and so many from the middle."""


def describe_images(
    sides: Sides,
    looked: Looked,
    compared: NDArray[np.intp],
    to_training: Distances,
    to_held_out: Distances,
    among: Distances,
    calibration: Calibration,
) -> pd.DataFrame:
    """One row a generated face; what cannot be said of it is empty."""
    import pandas as pd

    images = sides.synthetic.cohort.images
    table = pd.DataFrame(
        {
            "image_id": images["image_id"].to_numpy(),
            "condition": images["condition"].to_numpy(),
            "status": looked.table.frame["status"].to_numpy(),
            "blank": looked.blank,
        }
    )
    patients = sides.training.patients
    found = find_nearest(to_training, patients)
    rows = np.arange(len(compared))
    columns: dict[str, NDArray[Any]] = {
        "nearest_training": np.array(sides.training.ids, object)[found.row],
        "nearest_condition": sides.training.conditions[found.row],
        "identity_to_training": to_training.identity[rows, found.row],
        "pixels_to_training": to_training.pixels[rows, found.row],
        "closeness": found.closeness,
        "grade": calibration.grade(found.closeness),
        "p_real": alarm_p_values(
            found.closeness, np.concatenate([calibration.training, calibration.held_out])
        ),
        "p_mixture": alarm_p_values(found.closeness, calibration.mixtures),
    }
    for view in ("identity", "pixels"):
        near = nearest(getattr(to_training, view), patients)
        own = nearest(getattr(among, view), patients, own=patients).distance
        columns[f"authentic_{view}"] = authentic(near.distance, own[near.row]).astype(object)
    if len(sides.held_out):
        other = find_nearest(to_held_out, sides.held_out.patients).row
        columns["nearest_held_out"] = np.array(sides.held_out.ids, object)[other]
        columns["identity_to_held_out"] = to_held_out.identity[rows, other]
        columns["pixels_to_held_out"] = to_held_out.pixels[rows, other]
    else:
        columns["nearest_held_out"] = np.full(len(rows), "", object)
        for view in ("identity", "pixels"):
            columns[f"{view}_to_held_out"] = np.full(len(rows), np.nan)
    for name, values in columns.items():
        whole: NDArray[Any] = np.full(len(table), None, object)
        if values.dtype.kind == "f":
            whole = np.full(len(table), np.nan)
        whole[compared] = values
        table[name] = whole
    return table


def count_training_copies(sides: Sides, images: pd.DataFrame, calibration: Calibration) -> Copies:
    """Copies of training faces, from the table of :func:`describe_images`."""
    seen = images[images["closeness"].notna()]
    owner = dict(zip(sides.training.ids, sides.training.patients, strict=True))
    return count_copies(
        seen["grade"].to_numpy(object),
        seen["nearest_training"].map(owner).to_numpy(object),
        (seen["nearest_condition"] != seen["condition"]).to_numpy(bool),
        calibration,
    )


def count_copies(
    grades: NDArray[Any],
    owners: NDArray[Any],
    other_condition: NDArray[np.bool_],
    calibration: Calibration,
) -> Copies:
    """Shares of copies, and of what is called one though it is none.

    Args:
        grades: ``[S']`` of the faces that were compared.
        owners: ``[S']`` whose face is the nearest to each.
        other_condition: ``[S']`` whether that person has another condition.
        calibration: What graded them.
    """
    copy, near = grades == "copy", grades != ""
    known = np.isfinite([calibration.near, calibration.copy])
    return Copies(
        false_alarms=calibration.false_alarms,
        near_threshold=calibration.near if known[0] else None,
        copy_threshold=calibration.copy if known[1] else None,
        copies=Number.share(copy),
        near_copies=Number.share(near),
        held_out=Number.share(calibration.held_out <= calibration.near),
        mixtures=Number.share(calibration.mixtures <= calibration.copy),
        n_copies=int(copy.sum()),
        n_near_copies=int(near.sum()),
        n_other_condition=int((copy & other_condition).sum()),
        training_patients=len(set(owners[copy])),
        n_synthetic=len(grades),
        n_held_out=len(calibration.held_out),
        n_mixtures=len(calibration.mixtures),
    )


def choose_pairs(images: pd.DataFrame) -> tuple[Pair, ...]:
    """The closest faces, and those in the middle of the pool: no picture is chosen by its looks."""
    seen = images[images["closeness"].notna()].sort_values(["closeness", "image_id"])
    middle = max(PAIRS, (len(seen) - PAIRS) // 2)
    groups = (("closest", seen.iloc[:PAIRS]), ("middle", seen.iloc[middle : middle + PAIRS]))
    return tuple(
        Pair(
            image_id=row["image_id"],
            condition=row["condition"],
            training_id=row["nearest_training"],
            held_out_id=row["nearest_held_out"],
            closeness=row["closeness"],
            identity=(row["identity_to_training"], _known(row["identity_to_held_out"])),
            pixels=(row["pixels_to_training"], _known(row["pixels_to_held_out"])),
            grade=row["grade"],
            why=why,  # type: ignore[arg-type]
        )
        for why, part in groups
        for row in part.to_dict("records")
    )


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
