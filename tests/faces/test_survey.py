"""Pictures in, measures and z-scores out."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from rdface.backbones import embed_cohort
from rdface.cli.main import rdface
from rdface.cohort import Cohort, CohortInfo, load_cohort, write_cohort
from rdface.errors import UsageError
from rdface.faces import Face, align, find_faces, load_detector, locate_faces, main_face, survey
from rdface.faces.anthropometry import NAMES, measuring_fingerprint
from rdface.faces.mesh468 import Mesh468
from rdface.faces.mesh_crop import MESH_CROP
from rdface.faces.mirror import MIRROR
from rdface.faces.norms import Reference
from rdface.faces.norms_table import read_reference
from rdface.faces.survey import (
    TOOL,
    measure_cohort,
    measure_pictures,
    reference_of,
    with_z_scores,
)
from rdface.imaging import encode_jpeg, read_image
from tests.cli.test_main import run

pytestmark = pytest.mark.weights


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    """48 pictures of the shipped cohort as if unaffected, one with a term, one without a face."""
    root = tmp_path_factory.mktemp("people")
    source = load_cohort("sim103")
    images = source.images.iloc[:48].copy()
    images["hpo_terms"] = ""
    images.loc[images.index[3], "hpo_terms"] = "HP:0000316"
    for image_id in images["image_id"]:
        place = root / "images" / f"{image_id}.jpg"
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(source.path(image_id).read_bytes())
    blank = encode_jpeg(np.full((64, 64, 3), 128, np.uint8))
    (root / images["file"].iloc[5]).write_bytes(blank)
    known = source.conditions["condition"].isin(images["condition"])
    info = CohortInfo(name="people", version="1", title="People", licence="CC0-1.0", simulated=True)
    return write_cohort(root, info, images, source.conditions[known])


@pytest.fixture(scope="module")
def table(people: Cohort) -> pd.DataFrame:
    return measure_cohort(people)


@pytest.fixture(scope="module")
def made(people: Cohort) -> Reference:
    return reference_of(people)


def test_a_cohort_is_measured_as_by_the_backbone(people: Cohort, table: pd.DataFrame) -> None:
    assert list(table["image_id"]) == list(people.image_ids)
    rows = embed_cohort(people, "anthropometry", locate_faces(people))
    seen = (table["status"] != "none").to_numpy()
    assert (~seen).sum() == 1 and table.loc[~seen, list(NAMES)].isna().all(axis=None)
    np.testing.assert_allclose(table.loc[seen, list(NAMES)], rows[seen], rtol=2e-4, atol=2e-5)


def test_the_pose_is_about_the_known_one(people: Cohort, table: pd.DataFrame) -> None:
    """Within 4 degrees of the simulator's yaw, and no side favoured."""
    seen = (table["status"] != "none").to_numpy()
    wrong = table.loc[seen, "yaw"] - people.images["yaw"].astype(float).to_numpy()[seen]
    assert np.median(np.abs(wrong)) < 4 and abs(wrong.mean()) < 3


def test_a_reference_says_who_was_fitted(people: Cohort, made: Reference, tmp_path: Path) -> None:
    """The patient with a term and the picture without a face are left out; one row a person."""
    images = people.images
    left = images[(images["hpo_terms"] == "")].drop(index=images.index[5])
    left = left[~left["patient_id"].isin(images.loc[images["hpo_terms"] != "", "patient_id"])]
    assert made.n[""].sum() == left["patient_id"].nunique()
    assert made.provenance["fitted on"].startswith(f"{left['patient_id'].nunique()} simulated")
    assert people.sha256 in made.provenance["cohort"]
    assert made.provenance[TOOL] == measuring_fingerprint()[:16]
    made.write(tmp_path / "own.csv")
    assert read_reference(tmp_path / "own.csv").provenance == dict(made.provenance)


def test_z_scores_stand_beside_the_measures(
    table: pd.DataFrame, made: Reference, caplog: pytest.LogCaptureFixture
) -> None:
    scored = with_z_scores(table, made)
    scores = scored[[f"z:{name}" for name in NAMES]].to_numpy()
    assert np.isnan(scores).any(axis=1).sum() == 1 and set(scored["age_in_reference"]) == {"yes"}
    assert np.abs(np.nanmean(scores, axis=0)).max() < 0.4
    assert "ruler" not in caplog.text
    with caplog.at_level(logging.WARNING):
        with_z_scores(table, replace(made, provenance={TOOL: "callipers"}))
    assert "another ruler (callipers)" in caplog.text
    with pytest.raises(UsageError, match="does not take: height"):
        with_z_scores(table, replace(made, names=("height", *made.names[1:])))


def test_too_few_unaffected_people_are_said(
    people: Cohort, table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey, "measure_cohort", lambda cohort, detector: table)
    few = replace(people, images=people.images.assign(hpo_terms="HP:0000316"))
    with pytest.raises(UsageError, match="leaves 0 people"):
        reference_of(few)


def test_the_mirror_image_of_a_picture_has_the_mirror_image_of_its_points() -> None:
    """Steady looks favour no side; a single look does."""
    cohort = load_cohort("sim103")
    mesh, detector = Mesh468(), load_detector("yunet")
    steady, single = [], []
    for image_id in cohort.image_ids[:6]:
        image = read_image(cohort.path(image_id))
        face = main_face(find_faces(image, detector)[0])
        assert face is not None
        crop = align(image, face, MESH_CROP)
        flipped = np.ascontiguousarray(crop[:, ::-1])
        here = Face(np.array([60, 40, 200, 240], np.float32), MESH_CROP.template, 1.0)
        for look, found in ((mesh.steady_landmarks, steady), (mesh.landmarks, single)):
            one, other = look(crop, here)[0], look(flipped, here)[0][MIRROR]
            other = np.column_stack([crop.shape[1] - 1 - other[:, 0], other[:, 1:]])
            found.append(np.linalg.norm(one - other, axis=1).mean())
    assert np.mean(steady) < 0.6 * np.mean(single)


@pytest.mark.slow
def test_the_command_measures_cohorts_folders_and_pictures(people: Cohort, tmp_path: Path) -> None:
    made, out = tmp_path / "reference.csv", tmp_path / "measures.csv"
    done = run("faces", "reference", str(people.root), "--out", str(made))
    assert done.returncode == 0 and "fitted on: " in done.stdout, done.stderr
    done = run("faces", "measure", str(people.root), "--reference", str(made), "--out", str(out))
    assert done.returncode == 0 and "48 pictures, 1 of them" in done.stdout, done.stderr
    rows = pd.read_csv(out)
    assert len(rows) == 48 and f"z:{NAMES[0]}" in rows and "diagnos" not in done.stdout
    one = str(people.path(people.image_ids[0]))
    asked = ["--age", "P6Y", "--sex", "male", "--reference", str(made), "--out", str(out)]
    assert run("faces", "measure", one, *asked).returncode == 0
    again = pd.read_csv(out)
    assert again.loc[0, NAMES[0]] == rows.loc[0, NAMES[0]] and again.loc[0, "age"] == 6


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["measure", ".", "--out", "m.parquet"], ".csv"),
        (["measure", ".", "--out", "m.csv", "--age", "six"], "six"),
        (["measure", ".", "--out", "m.csv", "--reference", "none.csv"], "none.csv"),
        (["reference", "sim103", "--out", "m.txt"], ".csv"),
        (["measure", "sim103", "--out", "m.csv", "--sex", "male"], "knows ages"),
    ],
)
def test_mistakes_are_answered_in_words(arguments: list[str], said: str, tmp_path: Path) -> None:
    done = run("faces", *arguments, cwd=tmp_path)
    assert done.returncode == 2 and said in done.stderr and "Traceback" not in done.stderr


def test_a_picture_without_a_face_has_a_row(tmp_path: Path) -> None:
    path = tmp_path / "wall.jpg"
    path.write_bytes(encode_jpeg(np.full((80, 80, 3), 90, np.uint8)))
    rows = measure_pictures([("wall", path)])
    assert rows["status"].tolist() == ["none"] and rows[list(NAMES)].isna().all(axis=None)


def test_only_z_scores_that_are_there_are_counted(tmp_path: Path) -> None:
    """An age alone gives none: a picture without a face has nothing to score."""
    wall = encode_jpeg(np.full((80, 80, 3), 90, np.uint8))
    cohort = load_cohort("sim103")
    (tmp_path / "pictures").mkdir()
    for name, data in (
        ("child.jpg", cohort.path(cohort.image_ids[0]).read_bytes()),
        ("wall.jpg", wall),
        ("wall2.jpg", wall),
    ):
        (tmp_path / "pictures" / name).write_bytes(data)
    asked = ["--age", "P6Y", "--sex", "male", "--out", str(tmp_path / "m.csv")]
    done = CliRunner().invoke(
        rdface, ["faces", "measure", str(tmp_path / "pictures"), *asked], catch_exceptions=False
    )
    assert "3 pictures, 2 of them without a face" in done.output
    assert "z-scores for 1;" in done.output
