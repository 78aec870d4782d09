"""No id leads to a file: ids are looked up in tables, and what is not there is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from rdface.web.app import all_routes

PLANTED = b"a face that nobody may see"
IDS = (
    "..",
    "../outside",
    "../outside.jpg",
    "..%2foutside.jpg",
    "%2e%2e%2foutside.jpg",
    "..%252foutside.jpg",
    "..%5coutside.jpg",
    "%2fetc%2fpasswd",
    "/etc/passwd",
    "....//outside.jpg",
    "images%2flink.jpg",
    "link.jpg",
    "link",
    "outside.jpg%00",
    "%00",
    "a%00.jpg",
    "a%0d%0aSet-Cookie:%20a=b",
    "%c0%ae%c0%ae%c0%af",
    "%ff%fe",
    "~root",
    "-rf",
    "*",
    "'%20OR%201=1--",
    "{{7*7}}",
    "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
    "x" * 4000,
    "\u202e".encode().hex(),
)


@pytest.fixture(scope="module")
def planted(cohort_folder: Path) -> None:
    """A picture beside the cohort, and a link to it inside that no table names."""
    outside = cohort_folder.parent / "outside.jpg"
    outside.write_bytes(PLANTED)
    link = cohort_folder / "images" / "link.jpg"
    if not link.is_symlink():
        link.symlink_to(outside)


def _addresses() -> list[str]:
    paths = {
        route.path
        for route in all_routes()
        if isinstance(route, APIRoute) and "GET" in route.methods and "{" in route.path
    }
    return [*sorted(paths), "/assets/{file}"]


@pytest.mark.parametrize("path", _addresses())
def test_no_id_leads_out(client: TestClient, planted: None, path: str) -> None:
    for i, bad in enumerate(IDS):
        address = re.sub(r"\{[^}]*\}", bad.replace("\\", "/"), path)
        headers = {"Accept": "text/html"} if i % 2 else {}
        answer = client.get(f"http://127.0.0.1{address}", headers=headers)
        where = f"{address}: {answer.status_code}"
        if answer.status_code == 200:  # ".." was resolved by the client to another page
            assert answer.request.url.path != address, where
        else:
            assert 400 <= answer.status_code < 500, where
        assert PLANTED not in answer.content, where
        assert b"root:" not in answer.content, where
        assert b"<script>alert" not in answer.content, where
        assert "a" not in answer.cookies, where
