"""What is taken from a picture: the same of a mirror image, and whatever the picture's size."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from rdface.cohort import load_cohort
from rdface.faces import Face, locate_faces
from rdface.imaging import Image, read_image
from rdface.phenotype.appearance import CROP, PATCHES, appearance, colours, edges


@pytest.fixture
def crop() -> Image:
    """Smooth coloured blobs."""
    rng = np.random.default_rng(0)
    small = rng.integers(0, 255, (16, 13, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(small, (CROP.width, CROP.height), interpolation=cv2.INTER_CUBIC))


@pytest.mark.parametrize("name", list(PATCHES))
def test_a_mirror_image_has_the_same_edges_and_colours(crop: Image, name: str) -> None:
    mirror = np.ascontiguousarray(crop[:, ::-1])
    patch = PATCHES[name]
    np.testing.assert_allclose(edges(mirror, patch), edges(crop, patch), atol=0.02)
    np.testing.assert_allclose(colours(mirror, patch), colours(crop, patch), atol=1e-9)


def test_edges_are_shares_and_do_not_know_the_light(crop: Image) -> None:
    dim = np.asarray(crop // 2, np.uint8)
    for patch in PATCHES.values():
        found: NDArray[np.float64] = edges(crop, patch)
        assert np.linalg.norm(found) == pytest.approx(1)
        assert found @ edges(dim, patch) > 0.99
    assert not edges(np.full_like(crop, 90), PATCHES["eyes"]).any()


@pytest.mark.weights
def test_a_larger_picture_says_nearly_the_same() -> None:
    """Trained on 160 pixels, used on 256: the crop is small enough for both."""
    cohort = load_cohort("sim103-controls")
    faces = locate_faces(cohort)
    alike, strange = [], []
    rows: list[NDArray[np.float64]] = []
    for name in cohort.image_ids[:4]:
        image, face = read_image(cohort.path(name)), faces.face(name)
        assert face is not None
        scale = 160 / max(image.shape[:2])
        less = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
        moved = Face(face.box * scale, face.points * np.float32(scale), face.score)
        rows.append(appearance(image, face))
        alike.append(float(np.linalg.norm(rows[-1] - appearance(less, moved))))
    strange = [float(np.linalg.norm(a - b)) for k, a in enumerate(rows) for b in rows[:k]]
    assert max(alike) < 0.5 * min(strange)
