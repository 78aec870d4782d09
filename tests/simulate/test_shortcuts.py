"""Nothing but the face may carry the condition."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.backbones import load_backbone
from rdface.cohort import load_cohort
from rdface.faces import align
from rdface.metrics import holm
from rdface.simulate.shortcuts import blanked, face_mask, probe, probe_cohort


def _labels(n_conditions: int, patients: int) -> tuple[np.ndarray, np.ndarray]:
    conditions = np.repeat([f"C{n}" for n in range(n_conditions)], 2 * patients)
    people = np.repeat([f"P{n}" for n in range(n_conditions * patients)], 2)
    return conditions, people


def test_the_probe_sees_a_signal_of_the_condition() -> None:
    """A feature that follows the condition is found."""
    rng = np.random.default_rng(0)
    conditions, people = _labels(10, 4)
    _, number = np.unique(conditions, return_inverse=True)
    features = rng.normal(size=(10, 6))[number] + rng.normal(size=(len(number), 6))
    found = probe(features, conditions, people, seed=0, permutations=199)
    assert found.p < 0.01
    assert found.auc > 0.6


def test_the_probe_is_blind_to_the_patient() -> None:
    """A feature that follows the patient alone is at chance: the own patient never counts."""
    rng = np.random.default_rng(1)
    conditions, people = _labels(10, 4)
    _, number = np.unique(people, return_inverse=True)
    features = rng.normal(size=(40, 6))[number]
    found = probe(features, conditions, people, seed=0, permutations=199)
    assert found.p > 0.05
    assert found.chance == pytest.approx(0.5, abs=0.03)


def test_a_constant_tells_nothing() -> None:
    """Features without spread are at chance, not an error."""
    conditions, people = _labels(5, 3)
    found = probe(np.ones((30, 4)), conditions, people, seed=0, permutations=99)
    assert (found.auc, found.p) == (0.5, 1.0)


def test_the_mask_is_the_widened_ellipse() -> None:
    """Pixels inside the dilated ellipse, and only those, are masked."""
    row = {"head_x": "50", "head_y": "40", "head_rx": "20", "head_ry": "30"}
    mask = face_mask(row, (100, 100), 1.25)
    assert mask[40, 74]
    assert not mask[40, 76]
    assert mask[77, 50]
    assert not mask[78, 50]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["sim103", "sim103-fresh"])
def test_the_shipped_cohorts_have_no_shortcut(name: str) -> None:
    """No probe on pixels, file, camera or person finds the condition.

    Of ten probes at chance two in five cohorts would show a p below 0.05, so p is Holm's. On
    the face pixels are a weak probe too: the networks below are the stronger evidence.
    """
    found = probe_cohort(load_cohort(name), permutations=999)
    del found["face"]
    adjusted = dict(zip(found, holm([result.p for result in found.values()]), strict=True))
    assert not {probed: p for probed, p in adjusted.items() if p <= 0.05}


@pytest.mark.slow
@pytest.mark.weights
@pytest.mark.parametrize("name", ["facenet", "sface", "efficientnet_lite0"])
def test_pretrained_networks_find_no_shortcut_either(name: str) -> None:
    """Networks see far more than a probe on pixels: the face at once, and nothing beside it."""
    cohort, backbone = load_cohort("sim103"), load_backbone(name)
    conditions = cohort.images["condition"].to_numpy(dtype=str)
    patients = cohort.images["patient_id"].to_numpy(dtype=str)
    p = {}
    for inside in (True, False):
        crops = [align(image, None, backbone.crop) for image in blanked(cohort, inside=inside)]
        features = backbone.embed(np.stack(crops)).astype(np.float64)
        p[inside] = probe(features, conditions, patients, seed=0).p
    assert p[True] <= 0.05
    assert p[False] > 0.05
