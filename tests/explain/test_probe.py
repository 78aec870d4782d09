"""Who may be asked about a picture, and mistakes answered in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rdface.cohort import Cohort
from rdface.errors import ImageError, UsageError
from rdface.explain.probe import find_probe, left_out_with
from tests.explain.toys import faces_of

MakeCohort = Callable[..., Cohort]


@pytest.fixture
def cohort(make_cohort: MakeCohort) -> Cohort:
    return make_cohort(conditions=2, patients=3, images=2)


def test_an_image_of_the_cohort_brings_what_the_cohort_knows(cohort: Cohort) -> None:
    probe = find_probe("C1_P1_0", cohort, faces_of(cohort))
    assert (probe.condition, probe.patient, probe.sex) == ("C1", "C1_P1", "male")
    assert probe.age == 2.0
    assert probe.recorded == ("HP:0000316",)
    assert probe.simulated
    left = [name for name, out in zip(cohort.image_ids, probe.left_out, strict=True) if out]
    assert left == ["C1_P1_0", "C1_P1_1"]


def test_a_file_that_is_an_image_of_the_cohort_is_that_image(
    cohort: Cohort, tmp_path: Path
) -> None:
    """By its bytes, whatever it is called: its patient is left out and a note says so."""
    copy = tmp_path / "renamed.jpg"
    copy.write_bytes(cohort.path("C0_P2_1").read_bytes())
    probe = find_probe(str(copy), cohort, faces_of(cohort))
    assert probe.name == "C0_P2_1"
    assert probe.left_out.sum() == 2
    assert "left out" in probe.notes[0]


def test_synthetic_images_of_the_patient_are_left_out_too(cohort: Cohort) -> None:
    """Children and grandchildren; and for a synthetic probe its ancestors' patients."""
    images = cohort.images.copy()
    images.loc[images["image_id"] == "C1_P0_0", "synthetic_of"] = "C0_P0_1"
    images.loc[images["image_id"] == "C1_P1_0", "synthetic_of"] = "C1_P0_0|C0_P1_0"
    made = replace(cohort, images=images)
    ids = list(made.image_ids)

    def left(name: str) -> set[str]:
        out = left_out_with(ids.index(name), made)
        return {each for each, gone in zip(ids, out, strict=True) if gone}

    assert left("C0_P0_0") == {"C0_P0_0", "C0_P0_1", "C1_P0_0", "C1_P1_0"}
    assert left("C0_P1_1") == {"C0_P1_0", "C0_P1_1", "C1_P1_0"}
    assert {"C0_P0_0", "C0_P0_1"} <= left("C1_P0_0")


def test_a_cohort_without_patients_says_what_that_means(cohort: Cohort) -> None:
    info = cohort.info.model_copy(update={"patients": "images"})
    unknown = replace(cohort, info=type(info)(**{**info.model_dump(), "patients": "unknown"}))
    probe = find_probe("C0_P0_0", unknown, faces_of(unknown))
    assert any("does not say who" in note for note in probe.notes)


@pytest.mark.parametrize("asked", ["C0_P0_00", "nowhere.jpg", "."])
def test_neither_a_file_nor_an_image_is_answered_in_words(cohort: Cohort, asked: str) -> None:
    with pytest.raises(UsageError, match="neither a picture file nor an image of tiny") as caught:
        find_probe(asked, cohort, faces_of(cohort))
    assert caught.value.hint


def test_the_nearest_id_is_offered(cohort: Cohort) -> None:
    with pytest.raises(UsageError) as caught:
        find_probe("C0_P0_O", cohort, faces_of(cohort))
    assert "C0_P0_0" in str(caught.value.hint)


def test_a_file_that_is_no_picture_is_answered_in_words(cohort: Cohort, tmp_path: Path) -> None:
    path = tmp_path / "letter.jpg"
    path.write_text("no picture")
    with pytest.raises(ImageError, match=r"letter\.jpg is no image"):
        find_probe(str(path), cohort, faces_of(cohort))


def test_a_picture_without_a_face_is_answered_in_words(cohort: Cohort) -> None:
    faces = faces_of(cohort, without=("C0_P0_0",))
    with pytest.raises(ImageError, match="No face was found on C0_P0_0"):
        find_probe("C0_P0_0", cohort, faces)


@pytest.mark.parametrize(
    "given", [{"sex": "male"}, {"age": 3.0}, {"simulated": True}], ids=lambda each: next(iter(each))
)
def test_what_the_cohort_knows_cannot_be_said_anew(cohort: Cohort, given: dict) -> None:
    with pytest.raises(UsageError, match="The cohort knows"):
        find_probe("C0_P0_0", cohort, faces_of(cohort), **given)


@pytest.mark.weights
def test_a_file_from_elsewhere_leaves_nobody_out_and_is_not_taken_for_simulated(
    photos: dict[str, np.ndarray], cohort: Cohort, tmp_path: Path
) -> None:
    from rdface.imaging import encode_jpeg

    path = tmp_path / "astronaut.jpg"
    path.write_bytes(encode_jpeg(photos["astronaut"]))
    probe = find_probe(str(path), cohort, faces_of(cohort), sex="female", age=40.0)
    assert not probe.left_out.any()
    assert not probe.simulated
    assert (probe.sex, probe.age, probe.recorded) == ("female", 40.0, None)
    assert any("nothing says that this picture is" in note for note in probe.notes)
