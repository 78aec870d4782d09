"""A file of released folds without the patient, in the form in which it was given out."""

from __future__ import annotations

from pathlib import Path

from rdface.curation.withdrawal.traces import Traces
from rdface.errors import UsageError
from rdface.protocols.release import Placed, ReleasedFolds, read_folds


def folds_without(path: Path, traces: Traces) -> tuple[ReleasedFolds, int] | None:
    """What is left of it, and how many patients of it change; None where it is no such file.

    The patient may stand in it under a former id, with the same images: they go, and so does an id
    that has no other ones.
    """
    try:
        folds = read_folds(path)
    except UsageError:
        return None
    left: dict[str, Placed] = {}
    for who, placed in folds.patients.items():
        images = tuple(image for image in placed.images if image not in traces.image_ids)
        if who != traces.patient_id and (images or not placed.images):
            left[who] = placed.model_copy(update={"images": images})
    changed = sum(left.get(who) != placed for who, placed in folds.patients.items())
    return folds.model_copy(update={"patients": left}), changed
