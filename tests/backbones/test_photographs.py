"""FaceNet and SFace know a person again, as they were trained to."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from rdface.backbones import load_backbone
from rdface.faces import align, find_faces, load_detector, main_face
from rdface.faces.finder import refined
from rdface.faces.mesh468 import Mesh468
from tests.faces.conftest import photos  # noqa: F401 - a fixture

pytestmark = pytest.mark.weights


def crops(pictures: dict[str, np.ndarray], name: str) -> dict[str, np.ndarray]:
    detector, mesh, backbone = load_detector("yunet"), Mesh468(), load_backbone(name)
    found = {}
    for key, picture in pictures.items():
        face = main_face(find_faces(picture, detector)[0])
        assert face is not None
        found[key] = align(picture, refined(picture, face, mesh)[0], backbone.crop)
    return found


@pytest.mark.parametrize(("name", "margin"), [("facenet", 0.2), ("sface", 0.35)])
def test_the_same_person_is_nearer_than_any_other(
    photos: dict[str, np.ndarray],  # noqa: F811
    name: str,
    margin: float,
) -> None:
    cut = crops(photos, name)
    rows = load_backbone(name).embed(np.stack(list(cut.values())))
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    person = ["obama" if key.startswith("obama") else key for key in cut]
    same, different = [], []
    for i, j in combinations(range(len(rows)), 2):
        (same if person[i] == person[j] else different).append(float(rows[i] @ rows[j]))
    assert min(same) - max(different) > margin


@pytest.mark.parametrize("name", ["facenet", "sface", "landmarks", "anthropometry"])
def test_an_embedding_does_not_depend_on_the_batch(
    photos: dict[str, np.ndarray],  # noqa: F811
    name: str,
) -> None:
    """Bit for bit: alone, in another order, in a fresh network."""
    cut = np.stack(list(crops(photos, name).values()))
    rows = load_backbone(name).embed(cut)
    assert rows.shape == (len(cut), load_backbone(name).dim) and rows.dtype == np.float32
    backwards = load_backbone(name).embed(cut[::-1])[::-1]
    assert backwards.tobytes() == rows.tobytes()
    assert load_backbone(name).embed(cut[2:3]).tobytes() == rows[2:3].tobytes()
