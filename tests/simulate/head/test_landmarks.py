"""The named points lie where anatomy puts them, on every shape of the head."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.simulate.head.landmarks import MIDLINE, PAIRED, Landmarks, Points, find_landmarks
from rdface.simulate.head.mesh import HeadMesh, load_head
from rdface.weights import where

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def mesh() -> HeadMesh:
    return load_head(where("mpfb2"))


@pytest.fixture(scope="module")
def landmarks(mesh: HeadMesh) -> Landmarks:
    return find_landmarks(mesh)


@pytest.fixture(scope="module")
def usual(mesh: HeadMesh, landmarks: Landmarks) -> dict[str, Points]:
    return landmarks.points(mesh.rest)


def test_every_point_is_on_the_skin_where_it_was_looked_for(usual: dict[str, Points]) -> None:
    """Within 5 mm of the place in the table, the pairs mirrored."""
    for name, place in MIDLINE.items():
        assert np.linalg.norm(usual[name] - place) < 0.05, name
        assert abs(usual[name][0]) < 0.005, name
    for name, place in PAIRED.items():
        assert np.linalg.norm(usual[name][1] - place) < 0.05, name
        assert usual[name][0] == pytest.approx(usual[name][1] * [-1, 1, 1], abs=0.02), name


@pytest.mark.parametrize(
    "downward",
    [
        ("v", "top", "fore", "g", "n", "ridge", "prn", "c", "sn", "phil", "ls", "sto_u"),
        ("sto_u", "sto_l", "lip", "li", "sl", "pg", "chin", "gn"),
        ("brow_mid", "fold", "ps", "pi", "bag"),
        ("sa", "pa", "lobe", "sba"),
    ],
)
def test_points_follow_each_other_downward(
    usual: dict[str, Points], downward: tuple[str, ...]
) -> None:
    heights = [np.atleast_2d(usual[name])[-1, 1] for name in downward]
    assert heights == sorted(heights, reverse=True)


def test_the_inner_canthus_is_the_corner_that_eye_corner2_moves(
    mesh: HeadMesh, landmarks: Landmarks, usual: dict[str, Points]
) -> None:
    """MakeHuman numbers the corners from the outside; they were once taken the other way round."""
    for target, moved, still in (("corner1", "ex", "en"), ("corner2", "en", "ex")):
        turned = landmarks.points(mesh.morph({f"eyes/l-eye-{target}-up": 1.0}))
        assert turned[moved][1, 1] - usual[moved][1, 1] > 0.01
        assert abs(turned[still][1, 1] - usual[still][1, 1]) < 0.003
        assert np.allclose(turned[moved][0], usual[moved][0])  # the right eye stays
