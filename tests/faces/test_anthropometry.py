from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from rdface.errors import UsageError
from rdface.faces.anthropometry import BILATERAL, MEASURES, NAMES, measure_face, measure_sides
from rdface.faces.mirror import MIRROR, mirrored
from rdface.faces.pose import PAIRS
from rdface.faces.ruler import POINTS

PLACES = {
    "top": (0.00, -1.58, -0.01),
    "n": (0.00, -0.69, -0.18),
    "prn": (0.00, -0.04, -0.69),
    "sn": (0.00, 0.21, -0.36),
    "ls": (0.00, 0.47, -0.40),
    "sto_u": (0.00, 0.59, -0.29),
    "sto_l": (0.00, 0.65, -0.27),
    "li": (0.00, 0.83, -0.30),
    "sl": (0.00, 0.94, -0.19),
    "pg": (0.00, 1.21, -0.20),
    "gn": (0.00, 1.40, -0.00),
    "en": (0.36, -0.53, 0.14),
    "ex": (0.93, -0.55, 0.25),
    "ps": (0.68, -0.65, 0.09),
    "pi": (0.66, -0.47, 0.10),
    "brow_in": (0.31, -1.04, -0.16),
    "brow_mid": (0.85, -1.07, 0.02),
    "brow_out": (1.16, -0.87, 0.31),
    "mf": (0.16, -0.66, -0.10),
    "al": (0.40, 0.08, -0.12),
    "cph": (0.14, 0.45, -0.38),
    "ch": (0.49, 0.64, -0.03),
    "cheek": (0.80, 0.17, -0.04),
    "zy": (1.37, -0.19, 1.32),
    "go": (1.07, 0.85, 0.86),
    "ft": (1.33, -0.97, 0.84),
    "jaw": (0.43, 1.32, 0.13),
}
"""Where the points of a child's face lie about (x outward, y down, z to the back)."""
MOVES: dict[str, tuple[str, tuple[float, float, float]]] = {
    "inner_canthal_width": ("en", (1, 0, 0)),
    "outer_canthal_width": ("ex", (1, 0, 0)),
    "intercanthal_index": ("en", (1, 0, 0)),
    "eye_centre_width": ("en ex ps pi", (1, 0, 0)),
    "fissure_length": ("ex", (1, 0, 0)),
    "fissure_slant": ("ex", (0, -1, 0)),
    "lid_opening": ("ps", (0, -1, 0)),
    "brow_height": ("brow_in brow_mid brow_out", (0, -1, 0)),
    "brow_arch": ("brow_mid", (0, -1, 0)),
    "nasal_bridge_width": ("mf", (1, 0, 0)),
    "nasal_bridge_depth": ("n", (0, 0, -1)),
    "nose_width": ("al", (1, 0, 0)),
    "nose_length": ("sn", (0, 1, 0)),
    "nasal_index": ("al", (1, 0, 0)),
    "nasal_tip_protrusion": ("prn", (0, 0, -1)),
    "nasal_tip_rotation": ("prn", (0, -1, 0)),
    "philtrum_length": ("ls", (0, 1, 0)),
    "philtrum_width": ("cph", (1, 0, 0)),
    "mouth_width": ("ch", (1, 0, 0)),
    "mouth_corner_angle": ("ch", (0, -1, 0)),
    "upper_vermilion_height": ("ls", (0, -1, 0)),
    "lower_vermilion_height": ("li", (0, 1, 0)),
    "mouth_opening": ("sto_l", (0, 1, 0)),
    "face_height": ("gn", (0, 1, 0)),
    "face_width": ("zy", (1, 0, 0)),
    "facial_index": ("gn", (0, 1, 0)),
    "upper_face_ratio": ("sn", (0, 1, 0)),
    "mandible_width": ("go", (1, 0, 0)),
    "mandible_height": ("gn", (0, 1, 0)),
    "chin_height": ("gn", (0, 1, 0)),
    "chin_width": ("jaw", (1, 0, 0)),
    "chin_protrusion": ("pg", (0, 0, -1)),
    "cheek_protrusion": ("cheek", (0, 0, -1)),
    "forehead_height": ("top", (0, -1, 0)),
    "forehead_width": ("ft", (1, 0, 0)),
    "asymmetry": ("ex", (0, 0, 0)),  # moved on one side alone, see the test
}
"""Measure -> the points to move (x outward) for it to rise."""


def face(seed: int = 0) -> np.ndarray:
    """A symmetric face: the named points in their places, the others anywhere."""
    points = np.random.default_rng(seed).normal(size=(468, 3)) * [0.8, 0.8, 0.4]
    points = (points + mirrored(points)) / 2
    points[PAIRS[:, 0], 0] = -np.abs(points[PAIRS[:, 0], 0]) - 0.5
    points[PAIRS[:, 1], 0] = -points[PAIRS[:, 0], 0]
    for name, (x, y, z) in PLACES.items():
        points[POINTS[name][0]] = (-x, y, z)
        points[POINTS[name][-1]] = (x, y, z)
    return points


def value(points: np.ndarray, name: str) -> float:
    return float(measure_face(points)[NAMES.index(name)])


def test_the_mirror_map_is_its_own_inverse() -> None:
    """It pairs what the pose pairs, and leaves the midline where it is."""
    np.testing.assert_array_equal(MIRROR[MIRROR], np.arange(468))
    np.testing.assert_array_equal(MIRROR[PAIRS[:, 0]], PAIRS[:, 1])
    for vertices in POINTS.values():
        assert MIRROR[vertices[0]] == vertices[-1]


@settings(max_examples=60)
@given(
    st.integers(0, 20),
    st.tuples(st.floats(-60, 60), st.floats(-40, 40), st.floats(-180, 180)),
    st.floats(0.01, 300),
    st.tuples(st.floats(-300, 300), st.floats(-300, 300), st.floats(-300, 300)),
)
def test_turning_moving_and_enlarging_measured_points_changes_no_measure(
    seed: int,
    angles: tuple[float, float, float],
    scale: float,
    shift: tuple[float, float, float],
) -> None:
    points = face(seed) + np.random.default_rng(seed).normal(size=(468, 3)) * 0.02
    moved = scale * Rotation.from_euler("xyz", angles, degrees=True).apply(points) + shift
    np.testing.assert_allclose(
        measure_face(moved, correct_pose=False),
        measure_face(points, correct_pose=False),
        rtol=1e-5,
        atol=1e-6,
    )


@settings(max_examples=40)
@given(st.integers(0, 20), st.floats(-180, 180), st.floats(0.01, 300), st.floats(-300, 300))
def test_corrected_for_pose_place_size_and_roll_change_no_measure(
    seed: int, roll: float, scale: float, shift: float
) -> None:
    """Yaw and pitch do, for they say what the network will have made of the shape."""
    points = face(seed) + np.random.default_rng(seed).normal(size=(468, 3)) * 0.02
    points = Rotation.from_euler("yx", (18, -6), degrees=True).apply(points)
    moved = scale * Rotation.from_euler("z", roll, degrees=True).apply(points) + shift
    np.testing.assert_allclose(measure_face(moved), measure_face(points), rtol=1e-5, atol=1e-6)


@settings(max_examples=30)
@given(st.integers(0, 100))
def test_a_mirrored_face_swaps_its_sides_and_keeps_its_measures(seed: int) -> None:
    points = face(seed) + np.random.default_rng(seed).normal(size=(468, 3)) * 0.05
    np.testing.assert_allclose(measure_face(mirrored(points)), measure_face(points), rtol=1e-7)
    sides = measure_sides(points)
    assert np.abs(sides[:, 0] - sides[:, 1]).min() > 0
    np.testing.assert_allclose(measure_sides(mirrored(points)), sides[:, ::-1], rtol=1e-7)


def test_a_face_made_symmetric_has_no_asymmetry_and_equal_sides() -> None:
    points = face() + np.random.default_rng(1).normal(size=(468, 3)) * 0.05
    even = (points + mirrored(points)) / 2
    assert value(points, "asymmetry") > 0.02
    assert value(even, "asymmetry") < 1e-9
    np.testing.assert_allclose(measure_sides(even)[:, 0], measure_sides(even)[:, 1], atol=1e-9)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("by", [0.04, -0.04])
def test_moving_its_points_moves_a_measure_the_right_way(name: str, by: float) -> None:
    """Wider eyes are wider eyes, and so on through the table."""
    plain, moved = face(), face()
    points, way = MOVES[name]
    if name == "asymmetry":
        moved[POINTS["ex"][0], 1] += by
        assert value(moved, name) > value(plain, name) + 1e-5
        return
    for point in points.split():
        vertices = POINTS[point]
        for vertex, side in zip(vertices, (-1, 1) if len(vertices) == 2 else (0,), strict=True):
            moved[vertex] += by * np.array(way) * [side, 1, 1]
    assert (value(moved, name) - value(plain, name)) * np.sign(by) > 1e-4


def test_a_tilted_head_is_no_slanted_eye() -> None:
    """Degrees are taken in the head's frame: roll adds to one side what it takes from the other."""
    tilted = Rotation.from_euler("z", 20, degrees=True).apply(face())
    assert value(tilted, "fissure_slant") == pytest.approx(value(face(), "fissure_slant"))
    assert abs(value(face(), "fissure_slant")) < 10


def test_many_faces_are_measured_as_one_by_one() -> None:
    faces = np.stack([face(seed) for seed in range(5)]).astype(np.float32)
    table = measure_face(faces)
    assert table.shape == (5, len(MEASURES)) and measure_face(faces[:0]).shape == (0, len(MEASURES))
    np.testing.assert_allclose(table, [measure_face(each) for each in faces], rtol=1e-9)
    assert measure_sides(faces).shape == (5, len(BILATERAL), 2)


def test_two_sides_are_listed_as_such() -> None:
    """What gives two columns is bilateral, and nothing else is."""
    two = {m.name for m in MEASURES if m.ruler(face()[None]).shape[1] == 2}
    assert two == set(BILATERAL) and len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize(
    "points", [np.zeros((5, 3)), np.zeros((468, 2)), np.full((468, 3), np.nan)]
)
def test_what_is_no_face_is_refused(points: np.ndarray) -> None:
    with pytest.raises(UsageError, match=r"468|finite"):
        measure_face(points)


def test_the_page_lists_every_measure_as_it_is() -> None:
    page = (Path(__file__).parents[2] / "docs" / "anthropometry.md").read_text()
    for m in MEASURES:
        terms = f"{m.hpo_high or '–'} | {m.hpo_low or '–'}"
        assert f"| `{m.name}` | {m.definition} | {m.unit} | {terms} | {m.source} |" in page
