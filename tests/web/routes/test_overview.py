"""The first page."""

from __future__ import annotations

from fastapi.testclient import TestClient


def test_the_overview_names_the_cohort(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "small" in page.text
