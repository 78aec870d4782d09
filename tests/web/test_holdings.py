"""What an explorer holds, where some of it is missing or damaged."""

from __future__ import annotations

import logging
import shutil
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from rdface.cohort import Cohort, load_cohort, write_cohort
from rdface.explain.cases import Neighbours, find_neighbours
from rdface.explain.deviations import measure_probe, mesh_points, reference_without
from rdface.explain.probe import find_probe
from rdface.faces import locate_faces, survey
from rdface.faces.norms import FEWEST
from rdface.faces.survey import reference_of
from rdface.web.app import create_app
from rdface.web.holdings import Holdings
from rdface.web.reading import case
from rdface.web.reading.measures import say_measures
from rdface.web.settings import Settings
from tests.web.conftest import form_token

PAGES = ("/", "/gallery", "/conditions", "/conditions/AAR", "/leaderboard", "/api/v1/leaderboard")


def test_a_folder_without_runs_is_an_explorer_without_runs(
    settings: Settings, tmp_path: Path
) -> None:
    app = create_app(replace(settings, runs=tmp_path, pools=()))
    asking = TestClient(app, base_url="http://127.0.0.1")
    assert [asking.get(page).status_code for page in PAGES] == [200] * len(PAGES)
    assert "No finished run in the folder" in asking.get("/leaderboard").text


def test_a_damaged_run_is_left_out_and_told_to_the_log(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The other runs are shown."""
    assert settings.runs is not None
    shutil.copytree(settings.runs, tmp_path / "runs")
    damaged = tmp_path / "runs" / "tiny" / "facenet__knn"
    (damaged / "result.json").write_text("{")
    app = create_app(replace(settings, runs=tmp_path / "runs", pools=()))
    asking = TestClient(app, base_url="http://127.0.0.1")
    with caplog.at_level(logging.WARNING):
        assert [asking.get(page).status_code for page in PAGES] == [200] * len(PAGES)
    assert sorted(app.state.holdings.named_runs) == ["other/sface__lda", "tiny/sface__lda"]
    assert caplog.text.count(str(damaged)) == 1


def few(root: Path, shipped: str, patients: int) -> Cohort:
    """The first picture of each of the first patients of a cohort that comes with rdface."""
    whole = load_cohort(shipped)
    images = whole.images.drop_duplicates("patient_id").head(patients).reset_index(drop=True)
    for file in images["file"]:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(whole.root / file, root / file)
    kept = whole.conditions["condition"].isin(images["condition"])
    return write_cohort(root, whole.info, images, whole.conditions[kept].reset_index(drop=True))


@pytest.mark.weights
def test_a_cohort_too_small_to_be_asked_says_so(tmp_path: Path, stranger: bytes) -> None:
    """To everybody, in words, and no page promises that it gets ready."""
    few(tmp_path, "sim103", 6)
    app = create_app(Settings(cohort=str(tmp_path)))
    with TestClient(app, base_url="http://127.0.0.1") as asking:
        asking.headers["X-CSRF-Token"] = form_token(asking)
        sent = {"photograph": ("a.jpg", stranger)}
        answers = [asking.post("/try", files=sent), asking.get("/try")]
        assert [answer.status_code for answer in answers] == [422, 200]
        for answer in answers:
            assert "faces of 6 patients" in answer.text and "getting ready" not in answer.text
            assert 'type="file"' not in answer.text
        told = asking.post("/api/v1/photograph", files=sent)
        assert told.status_code == 400 and "faces of 6 patients" in told.json()["error"]


@pytest.mark.weights
def test_a_case_without_whom_nobody_can_be_compared_lacks_its_measures_alone(
    tmp_path: Path,
) -> None:
    """The reference was fitted to as many people as it takes, the case among them."""
    cohort = few(tmp_path / "cohort", "sim103-controls", FEWEST)
    reference_of(cohort).write(tmp_path / "reference.csv")
    own = Settings(cohort=str(tmp_path / "cohort"), reference=tmp_path / "reference.csv")
    asking = TestClient(create_app(own), base_url="http://127.0.0.1")
    said = asking.get(f"/api/v1/images/{cohort.image_ids[0]}").json()
    assert f"leaves {FEWEST - 1} people" in said["measures"]["left_out"]
    assert said["measures"]["rows"] == [] and said["near"]["cases"]
    assert asking.get(f"/cases/{cohort.image_ids[0]}").status_code == 200


@pytest.mark.weights
def test_the_people_of_a_reference_are_measured_once_and_its_numbers_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many cases are shown; each says what it says if all others are measured for it."""
    cohort = few(tmp_path / "cohort", "sim103-controls", FEWEST + 3)
    reference = reference_of(cohort)
    reference.write(tmp_path / "reference.csv")
    own = Settings(cohort=str(tmp_path / "cohort"), reference=tmp_path / "reference.csv")
    faces, alone = locate_faces(cohort), {}
    for image_id in cohort.image_ids[:3]:
        probe = find_probe(image_id, cohort, faces)
        points = mesh_points(probe)
        left = measure_probe(probe, reference_without(probe, cohort, reference), points)
        alone[image_id] = say_measures(left, points)

    counted: list[int] = []
    measure = survey.measure_cohort

    def counting(asked: Cohort, detector: str) -> pd.DataFrame:
        counted.append(len(asked))
        return measure(asked, detector)

    monkeypatch.setattr(survey, "measure_cohort", counting)
    holdings = Holdings(own)
    assert {each: case.read_case(holdings, each).measures for each in alone} == alone
    assert counted == [FEWEST + 3]


@pytest.mark.weights
def test_pairs_are_counted_for_one_page_at_a_time(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are what a page of a large cohort takes the most memory for."""
    holdings = Holdings(settings)
    inside, second = [0], Event()

    def finding(*given: Any, **named: Any) -> Neighbours:  # noqa: ANN401 - as it is called
        inside[0] += 1
        if inside[0] > 1:
            second.set()
        second.wait(0.5)
        found = find_neighbours(*given, **named)
        inside[0] -= 1
        return found

    monkeypatch.setattr(case, "find_neighbours", finding)
    _ = holdings.embeddings, holdings.catalogue, holdings.faces
    ids = holdings.cohort.image_ids
    threads = [Thread(target=case.read_case, args=(holdings, each)) for each in ids[:2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert inside == [0] and not second.is_set()
