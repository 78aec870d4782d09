"""What the detectors and the mesh do on real photographs."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.faces import find_faces, load_detector, main_face
from rdface.faces.finder import refined
from rdface.faces.mesh468 import Mesh468

NAMES = ("astronaut", "biden", "obama", "obama2", "obama3")
# Eyes and mouth read off the pictures by hand, pixels (x, y).
ASTRONAUT = np.array([[204, 102], [247, 104], [223, 127], [200, 141], [245, 142]])

pytestmark = pytest.mark.weights


@pytest.mark.parametrize("detector", ["yunet", "mtcnn"])
@pytest.mark.parametrize("name", NAMES)
def test_every_portrait_has_its_face(
    photos: dict[str, np.ndarray], name: str, detector: str
) -> None:
    faces, attempt = find_faces(photos[name], load_detector(detector))
    face = main_face(faces)
    assert face is not None and attempt == "plain"
    right_eye, left_eye, nose, right_mouth, left_mouth = face.points
    assert right_eye[0] < left_eye[0] and right_mouth[0] < left_mouth[0]
    assert max(right_eye[1], left_eye[1]) < nose[1] < min(right_mouth[1], left_mouth[1])


def test_two_detectors_agree(photos: dict[str, np.ndarray]) -> None:
    """They were trained apart, so their agreement is a check on our own MTCNN."""
    for name in NAMES:
        boxes = [
            main_face(find_faces(photos[name], load_detector(detector))[0])
            for detector in ("yunet", "mtcnn")
        ]
        first, second = (face for face in boxes if face is not None)
        low = np.maximum(first.box[:2], second.box[:2])
        high = np.minimum(first.box[:2] + first.box[2:], second.box[:2] + second.box[2:])
        shared = np.prod(np.maximum(high - low, 0))
        assert shared / (first.area + second.area - shared) > 0.75, name


def test_the_mesh_puts_the_points_where_a_person_would(photos: dict[str, np.ndarray]) -> None:
    picture = photos["astronaut"]
    face = main_face(find_faces(picture, load_detector("yunet"))[0])
    assert face is not None
    better, points_by = refined(picture, face, Mesh468())
    assert points_by == "mesh468"
    assert np.linalg.norm(better.points - ASTRONAUT, axis=1).max() < 6


def test_a_face_that_fills_the_picture_is_found(photos: dict[str, np.ndarray]) -> None:
    """As the paper's border is for."""
    picture = photos["obama"]
    face = main_face(find_faces(picture, load_detector("yunet"))[0])
    assert face is not None
    x, y, width, height = face.box.astype(int)
    close = picture[y : y + height, x : x + width]
    assert find_faces(close, load_detector("yunet"))[0]


def test_a_mesh_where_there_is_no_face_is_not_believed() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3)).astype(np.uint8)
    detector = load_detector("yunet")
    assert find_faces(noise, detector)[0] == []


def test_the_mesh_follows_the_face_when_the_picture_is_turned(
    photos: dict[str, np.ndarray],
) -> None:
    """Half a right angle more, and the points turn with it."""
    from rdface.faces.crop import warp

    picture = photos["astronaut"][:256, 96:352]
    detector, mesh = load_detector("yunet"), Mesh468()
    face = main_face(find_faces(picture, detector)[0])
    assert face is not None
    points, _ = mesh.landmarks(picture, face)
    angle = np.deg2rad(25)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    motion = np.concatenate([turn, (128 - turn @ [128, 128])[:, None]], axis=1)
    turned = warp(picture, motion, 256, 256)
    face = main_face(find_faces(turned, detector)[0])
    assert face is not None
    again, _ = mesh.landmarks(turned, face)
    expected = points[:, :2] @ turn.T + motion[:, 2]
    assert np.linalg.norm(again[:, :2] - expected, axis=1).mean() < 2.5
