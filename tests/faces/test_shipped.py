"""Detectors find the faces of the shipped cohorts: YuNet 99 % of them, MTCNN 97 %."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.cohort import load_cohort, shipped_cohorts
from rdface.faces import locate_faces

MOST_YAW = 25.0  # degrees


@pytest.mark.slow
@pytest.mark.weights
@pytest.mark.parametrize("cohort", shipped_cohorts())
@pytest.mark.parametrize(("detector", "share"), [("yunet", 0.99), ("mtcnn", 0.97)])
def test_detectors_find_simulated_faces(cohort: str, detector: str, share: float) -> None:
    shipped = load_cohort(cohort)
    found = locate_faces(shipped, detector).frame["status"].to_numpy() != "none"
    frontal = np.abs(shipped.images["yaw"].to_numpy(dtype=float)) <= MOST_YAW
    assert frontal.mean() > 0.9
    assert found[frontal].mean() >= share
