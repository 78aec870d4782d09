"""Overview, gallery, cases and conditions: what the pages show, and that the API says the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from rdface.cohort import load_cohort, write_cohort
from rdface.imaging import decode_image
from rdface.web.app import create_app
from rdface.web.routes import pictures as picture_routes
from rdface.web.settings import Settings

IMAGE, CONDITION = "AAR_P0001_1", "AAR"
PAGES = ("/", "/gallery", f"/cases/{IMAGE}", "/conditions", f"/conditions/{CONDITION}")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_keeps_the_policy_and_every_link_leads_somewhere(
    client: TestClient, path: str
) -> None:
    page = client.get(path).text
    assert " style=" not in page
    assert "<style" not in page
    assert re.findall(r"<script(?![^>]* src=)", page) == []
    content = page.partition("<main")[2].partition("</main>")[0]
    for link in sorted(set(re.findall(r'href="(/[^"#]*)', content)))[:20]:
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link


def test_a_filter_in_the_address_decides_what_is_shown(client: TestClient) -> None:
    asked = {"condition": CONDITION, "sex": "male", "age_from": "", "age_to": "5"}
    said = client.get("/api/v1/images", params=asked).json()
    assert said["n_images"] == len(said["cards"]) > 0
    page = client.get("/gallery", params=asked).text
    assert re.findall(r'href="/cases/([^"]+)"', page) == [c["image_id"] for c in said["cards"]]
    assert re.search(r'value="AAR" selected', page)


def test_the_case_page_says_what_the_api_says(client: TestClient) -> None:
    case = client.get(f"/api/v1/images/{IMAGE}").json()
    page = client.get(f"/cases/{IMAGE}").text
    assert len(case["measures"]["points"]) == 468
    assert page.count('class="point c1"') == len(case["measures"]["rows"]) > 20
    patient = case["card"]["patient_id"]
    near = [each["card"] for each in case["near"]["cases"]]
    assert patient not in {card["patient_id"] for card in near}  # the own one is left out
    assert all(card["image_id"] in page for card in near)
    assert [answer["run"] for answer in case["answers"]][-1] == "tiny/facenet__knn"
    assert all(0 <= x <= 100 and 0 <= y <= 100 for x, y in case["measures"]["points"])


def test_the_condition_page_shows_the_run_that_is_asked_for(client: TestClient) -> None:
    params = {"run": "tiny/facenet__knn"}
    assert client.get(f"/api/v1/conditions/{CONDITION}").json()["run"] != params["run"]
    said = client.get(f"/api/v1/conditions/{CONDITION}", params=params).json()
    assert said["run"] == params["run"]
    page = client.get(f"/conditions/{CONDITION}", params=params).text
    assert f"What {said['run_name']} confuses it with" in page.replace("<wbr>", "")


@pytest.mark.parametrize(
    "path",
    ["/cases/AAR_P0001_9", "/conditions/AARR", "/thumbnails/AAR_P0001_9", "/portraits/..%2F..%2Fx"],
)
def test_what_is_not_there_is_404(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [("condition=AARR", 400), ("age_from=old", 422), ("page=0", 422), ("kind=x", 422)],
)
def test_a_filter_that_means_nothing_is_told(client: TestClient, query: str, status: int) -> None:
    for path in ("/gallery", "/api/v1/images"):
        assert client.get(f"{path}?{query}").status_code == status


def test_thumbnails_travel_in_rows_of_twenty_at_most(client: TestClient) -> None:
    answer = client.get(f"/thumbnails/{IMAGE},{IMAGE}")
    assert answer.headers["content-type"] == "image/jpeg"
    assert decode_image(answer.content).shape == (160, 320, 3)
    assert client.get("/thumbnails/" + ",".join([IMAGE] * 21)).status_code == 400


def test_pixels_of_real_people_leave_after_it_is_written_down(
    cohort_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every route that sends pixels names all images that are in them; without a log it refuses."""
    cohort = load_cohort(cohort_folder)
    (tmp_path / "images").mkdir()
    for file in cohort.images["file"]:
        (tmp_path / file).write_bytes((cohort.root / file).read_bytes())
    images = cohort.images.assign(condition=CONDITION, hpo_terms="")
    info = cohort.info.model_copy(update={"simulated": False})
    write_cohort(tmp_path, info, images, cohort.conditions)
    paths = (f"/thumbnails/{IMAGE}", f"/portraits/{IMAGE}", f"/average-faces/{CONDITION}")
    with TestClient(
        create_app(Settings(cohort=str(tmp_path))), base_url="http://127.0.0.1"
    ) as asking:
        assert [asking.get(path).status_code for path in paths] == [403, 403, 403]
        seen: list[tuple[list[str], bool]] = []
        monkeypatch.setattr(
            picture_routes,
            "record_viewing",
            lambda request, ids, *, simulated: seen.append((list(ids), simulated)),
        )
        assert [asking.get(path).status_code for path in paths] == [200, 200, 200]
    assert seen == [([IMAGE], False), ([IMAGE], False), (list(images["image_id"]), False)]
