"""Detectors find the faces of the shipped cohorts: YuNet 99 % of them, MTCNN 97 %."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.cohort import load_cohort, shipped_cohorts
from rdface.faces import locate_faces

MOST_YAW = 25.0  # degrees


@pytest.mark.slow
@pytest.mark.weights
@pytest.mark.parametrize(("detector", "share"), [("yunet", 0.99), ("mtcnn", 0.97)])
def test_detectors_find_simulated_faces(detector: str, share: float) -> None:
    """Of all shipped pictures together: each cohort alone is too small for a bound of 97 %."""
    found, frontal = [], []
    for name in shipped_cohorts():
        shipped = load_cohort(name)
        found.append(locate_faces(shipped, detector).frame["status"].to_numpy() != "none")
        frontal.append(np.abs(shipped.images["yaw"].to_numpy(dtype=float)) <= MOST_YAW)
    seen, asked = np.concatenate(found), np.concatenate(frontal)
    assert len(seen) == 456 + 103 + 515
    assert asked.mean() > 0.9
    assert seen[asked].mean() >= share
