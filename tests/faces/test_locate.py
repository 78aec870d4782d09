from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.cohort import Cohort
from rdface.errors import ImageError, UsageError, WeightsError
from rdface.faces import (
    Face,
    FaceTable,
    find_faces,
    load_detector,
    locate_faces,
    locate_in_folder,
    main_face,
    mesh468,
)
from rdface.faces.locate import pictures_in
from rdface.files import write_bytes
from rdface.imaging import encode_jpeg

MakeCohort = Callable[..., Cohort]


def face(x: float, side: float, score: float) -> Face:
    points = np.full((5, 2), x, np.float32)
    return Face(np.array([x, x, side, side], np.float32), points, score)


class Scripted:
    """A detector that finds what it is told to, and remembers what it was shown."""

    name = "scripted"

    def __init__(self, *answers: list[Face], fingerprint: str = "scripted") -> None:
        self.answers = list(answers)
        self.shown: list[tuple[int, ...]] = []
        self.fingerprint = fingerprint

    def detect(self, image: np.ndarray) -> list[Face]:
        self.shown.append(image.shape)
        return self.answers.pop(0) if self.answers else []


def test_coordinates_are_those_of_the_large_picture() -> None:
    """Detection sees 640 pixels; the face comes back in the photograph's own."""
    detector = Scripted([face(64, 100, 0.9)])
    faces, attempt = find_faces(np.zeros((600, 1280, 3), np.uint8), detector)
    assert detector.shown == [(300, 640, 3)] and attempt == "plain"
    np.testing.assert_allclose(faces[0].box, [128, 128, 200, 200])


def test_the_second_try_has_a_border_and_its_coordinates_are_taken_off() -> None:
    detector = Scripted([], [face(160 + 16, 32, 0.9)])
    faces, attempt = find_faces(np.zeros((80, 80, 3), np.uint8), detector)
    assert detector.shown == [(80, 80, 3), (640, 640, 3)] and attempt == "border"
    np.testing.assert_allclose(faces[0].box, [4, 4, 8, 8])


def test_the_largest_face_weighted_by_its_score_counts() -> None:
    small_sure, large, large_unsure = face(0, 10, 1.0), face(1, 30, 0.8), face(2, 31, 0.3)
    assert main_face([small_sure, large, large_unsure]) is large
    assert main_face([]) is None


@pytest.mark.weights
def test_pictures_without_a_face_stay_in_and_are_reported(
    own_cache: Path, make_cohort: MakeCohort, caplog: pytest.LogCaptureFixture
) -> None:
    """Noise holds no face: every row is there, in order, with status none."""
    cohort = make_cohort(conditions=2, patients=2)
    with caplog.at_level("WARNING"):
        table = locate_faces(cohort)
    assert table.frame["image_id"].tolist() == list(cohort.image_ids)
    assert set(table.frame["status"]) == {"none"}
    assert table.counts()["none"] == 4 and "No face in 4 pictures" in caplog.text
    assert table.face(cohort.image_ids[0]) is None
    assert table.without_face() == list(cohort.image_ids)


@pytest.mark.weights
def test_results_are_cached_by_picture_and_detector(
    own_cache: Path, make_cohort: MakeCohort
) -> None:
    cohort = make_cohort(conditions=2, patients=2)
    first = Scripted()
    before = locate_faces(cohort, first)
    again = Scripted()
    after = locate_faces(cohort, again)
    assert len(first.shown) == 8 and again.shown == []
    pd.testing.assert_frame_equal(before.frame, after.frame)
    other = Scripted(fingerprint="another")
    locate_faces(cohort, other)
    assert len(other.shown) == 8


@pytest.mark.weights
def test_a_folder_of_pictures_gives_the_same_table(own_cache: Path, tmp_path: Path) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (40, 40, 3)).astype(np.uint8)
    for name in ("b.jpg", "a/c.JPG"):
        write_bytes(tmp_path / "pictures" / name, encode_jpeg(picture))
    (tmp_path / "pictures" / "notes.txt").write_text("no picture")
    table = locate_in_folder(tmp_path / "pictures")
    assert table.frame["image_id"].tolist() == ["a/c.JPG", "b.jpg"]
    table.to_parquet(tmp_path / "faces.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "faces.parquet"), table.frame)


@pytest.mark.weights
def test_a_picture_exchanged_after_the_check_never_reaches_the_cache(
    own_cache: Path, make_cohort: MakeCohort
) -> None:
    """Its face would stand under the original's hash for good."""
    cohort = make_cohort(conditions=2, patients=2)
    path = cohort.path(cohort.image_ids[1])
    original = path.read_bytes()
    path.write_bytes(cohort.path(cohort.image_ids[0]).read_bytes())
    with pytest.raises(ImageError, match=f"{cohort.image_ids[1]}.*altered since the cohort"):
        locate_faces(cohort, Scripted())
    assert not list((own_cache / "faces").rglob("*.npz"))
    path.write_bytes(original)
    assert len(locate_faces(cohort, Scripted()).frame) == 4


@pytest.mark.weights
def test_another_version_of_an_engine_works_anew(
    own_cache: Path, make_cohort: MakeCohort, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faces of another LiteRT are never taken for this one's."""
    cohort = make_cohort(conditions=2, patients=2)
    before = locate_faces(cohort, Scripted())
    monkeypatch.setattr(mesh468, "version", lambda name: "0.0.1")
    other = Scripted()
    assert locate_faces(cohort, other).detector != before.detector
    assert len(other.shown) == 8


@pytest.mark.parametrize("name", ["yunet", "mtcnn"])
def test_missing_weights_are_told_of_at_once(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RDFACE_CACHE", str(tmp_path))
    monkeypatch.delenv("RDFACE_WEIGHTS", raising=False)
    with pytest.raises(WeightsError, match=name):
        load_detector(name)


@pytest.mark.weights
def test_a_broken_picture_is_named(own_cache: Path, tmp_path: Path) -> None:
    write_bytes(tmp_path / "pictures" / "bad.jpg", b"\xff\xd8\xff no more")
    with pytest.raises(ImageError, match=r"bad\.jpg"):
        locate_in_folder(tmp_path / "pictures")


def test_no_folder_and_no_picture_are_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder"):
        locate_in_folder(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="no picture"):
        locate_in_folder(tmp_path)


@pytest.mark.parametrize("name", ["a/IMG_1.HEIC", "b.avif", "c.jp2"])
def test_pictures_that_cannot_be_opened_are_named(tmp_path: Path, name: str) -> None:
    """None is passed over because of its format; hidden files, as macOS leaves them, are."""
    write_bytes(tmp_path / "face.jpg", encode_jpeg(np.zeros((4, 4, 3), np.uint8)))
    write_bytes(tmp_path / "more.jfif", encode_jpeg(np.zeros((4, 4, 3), np.uint8)))
    write_bytes(tmp_path / "._IMG_1.HEIC", b"of macOS")
    assert [found for found, _ in pictures_in(tmp_path)] == ["face.jpg", "more.jfif"]
    write_bytes(tmp_path / name, b"of another format")
    with pytest.raises(UsageError, match=name) as refused:
        pictures_in(tmp_path)
    assert "magick" in (refused.value.hint or "")


def test_an_unknown_picture_or_detector_is_a_clear_error() -> None:
    with pytest.raises(UsageError, match="yunnet"):
        load_detector("yunnet")
    empty = FaceTable(pd.DataFrame({"image_id": []}))
    with pytest.raises(ImageError):
        empty.face("x")
