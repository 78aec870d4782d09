"""On pictures: the measures see what the simulator did, as far as they do."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from rdface.backbones import embed_all, load_backbone
from rdface.backbones.crop_mesh import CROP
from rdface.cohort import load_cohort
from rdface.faces import locate_faces
from rdface.faces.anthropometry import NAMES
from rdface.faces.mesh468 import Mesh468

pytestmark = pytest.mark.weights
ROBUST = [
    ("HP:0000316", "inner_canthal_width", 1),
    ("HP:0000316", "intercanthal_index", 1),
    ("HP:0000154", "mouth_width", 1),
    ("HP:0000160", "mouth_width", -1),
    ("HP:0003196", "nose_length", -1),
    ("HP:0000343", "philtrum_length", 1),
    ("HP:0000276", "face_height", 1),
]
"""Term, measure, direction; docs/anthropometry.md has all, also those that fail."""


@pytest.fixture(scope="module")
def measured() -> tuple[list[set[str]], np.ndarray]:
    """Terms and mean measures of each patient of the shipped cohort."""
    cohort = load_cohort("sim103")
    values = embed_all(cohort, ["anthropometry"], locate_faces(cohort))[0]
    groups = cohort.images.groupby("patient_id", sort=True).indices
    terms = [
        {term for row in rows for term in cohort.images["hpo_terms"].iloc[row].split("|")}
        for rows in groups.values()
    ]
    return terms, np.stack([values[rows].mean(axis=0) for rows in groups.values()])


@pytest.mark.parametrize(("term", "name", "sign"), ROBUST)
def test_patients_with_the_term_differ_from_those_without(
    measured: tuple[list[set[str]], np.ndarray], term: str, name: str, sign: int
) -> None:
    terms, values = measured
    having = np.array([term in each for each in terms])
    column = sign * values[:, NAMES.index(name)]
    spread = np.sqrt((column[having].var(ddof=1) + column[~having].var(ddof=1)) / 2)
    assert (column[having].mean() - column[~having].mean()) / spread > 0.45
    assert mannwhitneyu(column[having], column[~having], alternative="greater").pvalue < 1e-3


def test_landmarks_and_anthropometry_share_one_look_at_the_mesh(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The network is what costs time."""
    looks, look = [], Mesh468.landmarks
    monkeypatch.setattr(
        Mesh468, "landmarks", lambda self, *given: looks.append(1) or look(self, *given)
    )
    crops = np.random.default_rng(7).integers(0, 256, (3, CROP.height, CROP.width, 3), np.uint8)
    first = load_backbone("landmarks").embed(crops)
    assert len(looks) == 3 and first.shape == (3, 1404)
    assert load_backbone("anthropometry").embed(crops).shape == (3, len(NAMES))
    assert len(looks) == 3


def test_a_picture_without_a_face_gives_numbers_all_the_same() -> None:
    """It stays in the cohort, so it must have a row."""
    black = np.zeros((1, CROP.height, CROP.width, 3), np.uint8)
    assert np.isfinite(load_backbone("anthropometry").embed(black)).all()
