"""Pictures leave marked, from memory only while their file is there, and never a mean of few."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from rdface.cohort import load_cohort, write_cohort
from rdface.errors import ImageError, TermsError
from rdface.faces import align
from rdface.imaging import decode_image, read_image
from rdface.web.holdings import Holdings
from rdface.web.reading.pictures import AVERAGE, THUMBNAIL
from rdface.web.settings import Settings
from tests.explain.small import small_cohort


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dozen simulated faces whose cohort says that they are photographs."""
    root = tmp_path_factory.mktemp("real") / "small"
    small_cohort(root, simulated=False)
    return root


def _holdings(root: Path) -> Holdings:
    return Holdings(Settings(cohort=str(root)))


def _as_real(root: Path, patients: int, tmp: Path) -> Path:
    """The images of so many patients of one condition, of which one patient has several."""
    cohort = load_cohort(root)
    images = cohort.images.copy()
    several = images["patient_id"].value_counts().index[0]
    kept = [several, *[p for p in images["patient_id"].unique() if p != several]][:patients]
    images = images[images["patient_id"].isin(kept)].reset_index(drop=True)
    images["condition"] = cohort.condition_ids[0]
    images["hpo_terms"] = ""
    shutil.copytree(root / "images", tmp / "images")
    write_cohort(tmp, cohort.info, images, cohort.conditions)
    return tmp


def test_a_row_shows_each_face_with_its_mark(real: Path) -> None:
    holdings = _holdings(real)
    ids = holdings.cohort.image_ids[:3]
    row = decode_image(holdings.pictures.thumbnails(ids))
    assert row.shape == (THUMBNAIL, 3 * THUMBNAIL, 3)
    for place, image_id in enumerate(ids):
        tile = row[:, place * THUMBNAIL : (place + 1) * THUMBNAIL].astype(float)
        picture = read_image(holdings.cohort.path(image_id)).astype(float)
        top = picture[: picture.shape[0] // 2].mean(axis=(0, 1))
        assert np.abs(tile[: THUMBNAIL // 2].mean(axis=(0, 1)) - top).max() < 2
        assert tile[-3:].mean() < 110  # the dark strip that the word stands on
        assert tile[-THUMBNAIL // 10 :].max() > 200  # and the word


def test_a_picture_that_is_gone_is_not_shown_from_memory(real: Path, tmp_path: Path) -> None:
    root = _as_real(real, 2, tmp_path / "two")
    holdings = _holdings(root)
    first, second = holdings.cohort.image_ids[:2]
    assert holdings.pictures.thumbnails([first, second])
    holdings.cohort.path(first).unlink()
    for ids in ([first, second], [first]):
        with pytest.raises(ImageError, match="cannot be read"):
            holdings.pictures.thumbnails(ids)
    with pytest.raises(ImageError):
        holdings.pictures.portrait(first)


def test_nothing_is_shown_after_consent_has_ended(real: Path, tmp_path: Path) -> None:
    root = _as_real(real, 2, tmp_path / "two")
    cohort = load_cohort(root)
    info = cohort.info.model_copy(update={"consent_expires": "2020-01-01"})
    write_cohort(root, info, cohort.images, cohort.conditions)
    holdings = _holdings(root)
    image_id = holdings.cohort.image_ids[0]
    with pytest.raises(TermsError, match="consent ended"):
        holdings.pictures.thumbnails([image_id])
    with pytest.raises(TermsError, match="consent ended"):
        holdings.pictures.portrait(image_id)


@pytest.mark.parametrize("patients", [1, 4, 5])
def test_five_real_patients_make_an_average_and_four_do_not(
    real: Path, tmp_path: Path, patients: int
) -> None:
    holdings = _holdings(_as_real(real, patients, tmp_path / "some"))
    made_of = holdings.pictures.can_average(holdings.cohort.condition_ids[0])
    assert made_of.n_patients == patients
    assert bool(made_of.image_ids) == (patients >= 5)
    if patients < 5:
        assert "5 patients or more" in made_of.why_not
        with pytest.raises(ImageError):
            holdings.pictures.average(made_of)


def test_generated_faces_are_no_patients_of_an_average(real: Path, tmp_path: Path) -> None:
    """Children of a patient's picture would let one patient count as five."""
    root = _as_real(real, 5, tmp_path / "some")
    cohort = load_cohort(root)
    images = cohort.images.copy()
    last = images["patient_id"].iloc[-1]
    images.loc[images["patient_id"] == last, "synthetic_of"] = images["image_id"].iloc[0]
    write_cohort(root, cohort.info, images, cohort.conditions)
    made_of = _holdings(root).pictures.can_average(cohort.condition_ids[0])
    assert made_of.n_patients == 4
    assert made_of.why_not


def test_patients_whose_identity_is_not_known_are_not_averaged(real: Path, tmp_path: Path) -> None:
    root = _as_real(real, 6, tmp_path / "some")
    cohort = load_cohort(root)
    info = cohort.info.model_copy(update={"patients": "image"})
    write_cohort(root, info, cohort.images, cohort.conditions)
    made_of = _holdings(root).pictures.can_average(cohort.condition_ids[0])
    assert made_of.why_not


def test_every_patient_weighs_the_same_in_an_average(real: Path, tmp_path: Path) -> None:
    holdings = _holdings(_as_real(real, 5, tmp_path / "some"))
    made_of = holdings.pictures.can_average(holdings.cohort.condition_ids[0])
    crops: dict[str, list[np.ndarray]] = {}
    for image_id in made_of.image_ids:
        face = holdings.faces.face(image_id)
        crop = align(read_image(holdings.cohort.path(image_id)), face, AVERAGE)
        crops.setdefault(holdings.catalogue.card(image_id).patient_id, []).append(crop)
    assert max(map(len, crops.values())) > 1
    wanted = np.mean([np.mean(own, axis=0) for own in crops.values()], axis=0)
    shown = decode_image(holdings.pictures.average(made_of)).astype(float)
    above = slice(0, AVERAGE.height - 30)  # the mark stands below
    assert np.abs(shown[above] - wanted[above]).mean() < 2  # what JPEG alters


def test_nothing_is_written(real: Path, tmp_path: Path) -> None:
    root = _as_real(real, 5, tmp_path / "some")
    holdings = _holdings(root)
    before = sorted(root.rglob("*"))
    holdings.pictures.thumbnails(holdings.cohort.image_ids[:2])
    holdings.pictures.portrait(holdings.cohort.image_ids[0])
    assert sorted(root.rglob("*")) == before
