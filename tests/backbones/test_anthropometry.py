"""On pictures: the measures see what the simulator did, as far as they do."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from rdface.backbones import embed_all, embed_cohort, load_backbone
from rdface.backbones.crop_mesh import CROP
from rdface.cohort import load_cohort
from rdface.faces import locate_faces
from rdface.faces.anthropometry import NAMES
from rdface.faces.mesh468 import Mesh468
from rdface.faces.pose import pose_free
from rdface.faces.ruler import POINTS

pytestmark = pytest.mark.weights
ROBUST = [
    ("HP:0000316", "inner_canthal_width", 1),
    ("HP:0000316", "intercanthal_index", 1),
    ("HP:0000154", "mouth_width", 1),
    ("HP:0000322", "philtrum_length", -1),
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
    assert (column[having].mean() - column[~having].mean()) / spread > 0.4
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


def test_the_named_points_lie_in_the_order_of_anatomy() -> None:
    """On the mean mesh of the cohort: a wrong vertex would measure something else."""
    cohort = load_cohort("sim103")
    meshes = embed_cohort(cohort, "landmarks", locate_faces(cohort)).reshape(-1, 468, 3)
    mean = pose_free(meshes.mean(axis=0))
    at = {name: mean[list(vertices)].mean(axis=0) for name, vertices in POINTS.items()}
    out = {name: float(np.abs(mean[list(vertices), 0]).mean()) for name, vertices in POINTS.items()}
    down = "top n prn sn ls sto_u sto_l li sl pg gn".split()
    assert sorted(down, key=lambda name: at[name][1]) == down
    for order in ("mf en ps ex zy", "cph al ch go zy", "brow_in brow_mid brow_out ft", "jaw go"):
        names = order.split()
        assert sorted(names, key=out.__getitem__) == names
    assert at["mf"][1] < at["en"][1] and at["ps"][1] < at["pi"][1]
    assert min(at, key=lambda name: at[name][2]) == "prn"
    nose = mean[[48, 49, 64, 98, 102, 115, 129, 131, 219], 0]
    assert np.abs(nose).max() <= out["al"] + 0.01
