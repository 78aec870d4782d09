from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.faces import Crop, Face, align
from rdface.faces.crop import TEMPLATE, crop_matrix, similarity, warp

angles = st.floats(-np.pi, np.pi)
scales = st.floats(0.1, 10)
shifts = st.floats(-500, 500)


def matrix(angle: float, scale: float, dx: float, dy: float) -> np.ndarray:
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    return np.array([[cos, -sin, dx], [sin, cos, dy]])


def face(points: np.ndarray) -> Face:
    low, high = points.min(axis=0), points.max(axis=0)
    box = np.concatenate([low, high - low]).astype(np.float32)
    return Face(box=box, points=points.astype(np.float32), score=1.0)


def smooth_picture(side: int = 200) -> np.ndarray:
    y, x = np.mgrid[:side, :side] / side
    channels = [np.sin(5 * x + 3 * y), np.cos(4 * y * x + 1), np.sin(6 * y - 2 * x)]
    return (127.5 + 100 * np.stack(channels, axis=-1)).astype(np.uint8)


@given(angles, scales, shifts, shifts)
def test_a_similarity_is_found_again(angle: float, scale: float, dx: float, dy: float) -> None:
    """Umeyama's closed form recovers what was applied."""
    true = matrix(angle, scale, dx, dy)
    moved = TEMPLATE @ true[:, :2].T + true[:, 2]
    np.testing.assert_allclose(similarity(TEMPLATE, moved), true, atol=1e-6 * max(1, scale) * 500)


@given(st.lists(st.tuples(shifts, shifts), min_size=5, max_size=5, unique=True))
def test_a_similarity_never_mirrors(points: list[tuple[float, float]]) -> None:
    """A face must not be turned into its mirror image, whatever the points."""
    assert np.linalg.det(similarity(np.array(points), TEMPLATE)[:, :2]) >= -1e-9


@settings(max_examples=25)
@given(st.floats(-0.6, 0.6), st.floats(0.6, 3.0))
def test_a_turned_and_scaled_picture_gives_the_same_crop(angle: float, scale: float) -> None:
    """The crop depends on the face, not on how the camera was held or how far away it was."""
    picture = smooth_picture()
    points = TEMPLATE * 0.8 + 55
    motion = matrix(angle, scale, 0, 0)
    corners = np.array([[0, 0], [200, 0], [0, 200], [200, 200]]) @ motion[:, :2].T
    motion[:, 2] = -corners.min(axis=0)
    width, height = np.ceil(np.ptp(corners, axis=0)).astype(int)
    turned = warp(picture, motion, width, height)
    moved = points @ motion[:, :2].T + motion[:, 2]
    crop = Crop(112, 112)
    first = align(picture, face(points), crop).astype(float)
    second = align(turned, face(moved), crop).astype(float)
    assert np.abs(first - second).mean() < 1.5


@pytest.mark.parametrize("margin", [0.0, 0.5])
@pytest.mark.parametrize("size", [(112, 112), (96, 128), (320, 320)])
def test_the_points_land_on_the_template(size: tuple[int, int], margin: float) -> None:
    crop = Crop(*size, "points", margin)
    points = TEMPLATE * 1.7 + 20
    found = crop_matrix(smooth_picture(), face(points), crop)
    landed = points @ found[:, :2].T + found[:, 2]
    np.testing.assert_allclose(landed, crop.template, atol=1e-3)


def test_a_box_crop_keeps_the_aspect_and_a_stretched_one_fills_the_crop() -> None:
    box = Face(np.array([50, 40, 60, 80], np.float32), np.zeros((5, 2), np.float32), 1.0)
    square = crop_matrix(smooth_picture(), box, Crop(160, 160, "box", 0.25))
    np.testing.assert_allclose(np.diag(square[:, :2]), [1.6, 1.6])
    stretched = crop_matrix(smooth_picture(), box, Crop(160, 160, "stretch", 0.25))
    np.testing.assert_allclose(np.diag(stretched[:, :2]), [160 / 75, 160 / 100])
    for found in (square, stretched):
        np.testing.assert_allclose(found[:, :2] @ [80, 80] + found[:, 2], [80, 80])


@pytest.mark.parametrize("alignment", ["points", "box", "stretch"])
def test_without_a_face_the_whole_picture_is_shown_unstretched(alignment: str) -> None:
    picture = np.full((50, 100, 3), 200, np.uint8)
    shown = align(picture, None, Crop(64, 64, alignment))  # type: ignore[arg-type]
    assert (shown[20:44, 2:-2] == 200).all()
    assert (shown[:14] == 0).all() and (shown[-14:] == 0).all()


def test_shrinking_does_not_alias() -> None:
    """A fine checkerboard becomes grey, not a coarse pattern of its own."""
    board = (np.indices((800, 800)).sum(axis=0) % 2 * 255).astype(np.uint8)
    shown = align(np.repeat(board[..., None], 3, axis=2), None, Crop(64, 64, "box"))
    assert shown[4:-4, 4:-4].std() < 8


def test_the_papers_picture_is_stretched_whole_as_pillow_does_it() -> None:
    """Alignment ``picture`` looks at no face, and gives torchvision's Resize to the bit."""
    from PIL import Image
    from torchvision.transforms import Resize

    picture = smooth_picture()[:150]
    crop = Crop(64, 96, "picture")
    drawn = align(picture, face(TEMPLATE), crop)
    np.testing.assert_array_equal(drawn, align(picture, None, crop))
    np.testing.assert_array_equal(drawn, np.asarray(Resize((96, 64))(Image.fromarray(picture))))
