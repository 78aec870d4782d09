"""The first page."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient


def test_the_overview_names_the_cohort(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "small" in page.text


def test_it_is_counted_once(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/").text
    monkeypatch.setattr("rdface.web.reading.overview.describe_cohort", None)
    assert client.get("/").text == first
    assert client.get("/api/v1/cohort").json()["name"] == "small"
