"""The leaderboard ranks runs of one split only, and compares two of them in pairs."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from rdface.bench import Run, compare_runs
from rdface.metrics import holm
from rdface.web.settings import Settings

GOOD, BAD, ELSEWHERE = "tiny/sface__lda", "tiny/facenet__knn", "other/sface__lda"


def test_runs_of_different_splits_are_different_boards(client: TestClient) -> None:
    boards = client.get("/api/v1/leaderboard").json()
    assert [[entry["run"] for entry in board["entries"]] for board in boards] == [
        [GOOD, BAD],
        [ELSEWHERE],
    ]
    assert [board["comparable"] for board in boards] == [True, False]
    assert all(board["n"] > board["n_patients"] > 1 for board in boards)


def test_a_number_on_the_page_is_that_of_the_run(client: TestClient, settings: Settings) -> None:
    assert settings.runs is not None
    found = Run(settings.runs / GOOD).result.metrics["top1_micro"]
    page = client.get("/leaderboard").text
    shown = re.search(r"<tr class=\"first\">.*?<td[^>]*>([\d.]+)<small>([\d.]+)–([\d.]+)<", page)
    assert shown is not None
    assert [float(one) for one in shown.groups()] == [
        round(100 * one, 1) for one in (found.value, found.low, found.high)
    ]


def test_the_best_stands_first_by_any_metric(client: TestClient) -> None:
    for metric in client.get("/api/v1/leaderboard").json()[0]["columns"]:
        entries = client.get("/api/v1/leaderboard", params={"by": metric}).json()[0]["entries"]
        values = [entry["metrics"][metric]["value"] for entry in entries]
        assert values == sorted(values, reverse=True)


def test_the_comparison_is_that_of_the_bench_with_holm_over_the_metrics(
    client: TestClient, settings: Settings
) -> None:
    assert settings.runs is not None
    said = client.get("/api/v1/comparison", params={"a": GOOD, "b": BAD}).json()
    (found,) = compare_runs([(Run(settings.runs / GOOD), Run(settings.runs / BAD))])
    assert [one["difference"] for one in said["contrasts"]] == [
        one.value for one in found.differences.values()
    ]
    assert [one["p_value"] for one in said["contrasts"]] == holm(
        [one.p_value for one in found.differences.values()]
    )
    assert said["contrasts"][0]["told_apart"]
    page = client.get("/leaderboard/compare", params={"a": GOOD, "b": BAD})
    assert page.status_code == 200 and "Told apart in" in page.text


def test_a_curve_goes_through_what_was_measured(client: TestClient) -> None:
    key = client.get("/api/v1/leaderboard").json()[0]["key"]
    for curve in client.get(f"/api/v1/leaderboard/{key}/curves").json():
        share = curve["share"]
        assert share == sorted(share) and share[-1] == 1
        for k, metric in curve["measured"].items():
            assert share[min(int(k), len(share)) - 1] == pytest.approx(metric["value"], abs=1e-6)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"a": GOOD, "b": "tiny/none"}, 404),
        ({"a": "../../etc/passwd", "b": GOOD}, 404),
        ({"a": GOOD, "b": GOOD}, 400),
        ({"a": GOOD, "b": ELSEWHERE}, 400),
        ({"a": GOOD}, 422),
    ],
)
def test_a_wrong_question_is_refused_in_words(
    client: TestClient, settings: Settings, asked: dict[str, str], status: int
) -> None:
    for path in ("/leaderboard/compare", "/api/v1/comparison"):
        answer = client.get(path, params=asked)
        assert answer.status_code == status
        assert str(settings.runs) not in answer.text


def test_an_unknown_metric_or_board_is_refused(client: TestClient) -> None:
    assert client.get("/leaderboard", params={"by": "beauty"}).status_code == 400
    assert client.get("/api/v1/leaderboard/0123/curves").status_code == 404
