"""A dozen pictures of `sim103` as a cohort of their own: faces that the detectors find."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from rdface.cohort import Cohort, load_cohort, write_cohort

N_CONDITIONS = 4


class ThreeCuts:
    """Embeds in microseconds: mean colours of the thirds of a crop, and their spread."""

    name = "three-cuts"
    dim = 18
    fingerprint = "three-cuts-1"

    def __init__(self) -> None:
        from rdface.faces import Crop

        self.crop = Crop(60, 60, "points", 0.3)

    def embed(self, images: np.ndarray) -> np.ndarray:
        thirds = images.reshape(len(images), 3, 20, 60, 3).astype(np.float32) / 255 - 0.5
        means, spreads = thirds.mean(axis=(2, 3)), thirds.std(axis=(2, 3))
        return np.concatenate([means, spreads], axis=2).reshape(len(images), -1)


def small_cohort(root: Path, *, simulated: bool = True) -> Cohort:
    """Four conditions with three patients each, one of whom has more pictures than one."""
    whole = load_cohort("sim103")
    images = whole.images
    several = images["patient_id"].value_counts()
    patients: list[str] = []
    for condition in whole.condition_ids:
        own = images.loc[images["condition"] == condition, "patient_id"].unique().tolist()
        if len(own) >= 3 and len(patients) < 3 * N_CONDITIONS:
            patients += sorted(own, key=lambda each: (-several[each], each))[:3]
    chosen = images[images["patient_id"].isin(patients)].reset_index(drop=True)
    for file in chosen["file"]:
        place = root / file
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(whole.root / file, place)
    conditions = whole.conditions[whole.conditions["condition"].isin(chosen["condition"])]
    info = whole.info.model_copy(update={"name": "small", "simulated": simulated})
    return write_cohort(root, info, chosen, conditions.reset_index(drop=True))
