"""The API's description is whole, and nothing that it allows makes the explorer fail."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from rdface.web.api.description import PREFIX
from rdface.web.app import all_routes, create_app
from rdface.web.settings import Settings
from tests.web.conftest import form_token

if TYPE_CHECKING:
    import schemathesis
    from schemathesis.schemas import APIOperation

EXAMPLES = 30
"""For each route and phase of schemathesis."""


def test_every_route_of_the_api_is_described(client: TestClient) -> None:
    """With a schema for its answer, and no page among them."""
    described = client.get(f"{PREFIX}/openapi.json").json()
    found = {(path, way.upper()) for path, ways in described["paths"].items() for way in ways}
    for route in all_routes():
        assert isinstance(route, APIRoute)
        if route.path.startswith(PREFIX) and route.include_in_schema:
            assert {(route.path, method) for method in route.methods} <= found
            assert route.description, route.path
    assert all(path.startswith(PREFIX) for path, _ in found)
    for path, ways in described["paths"].items():
        for way in ways.values():
            answer = way["responses"].get("200", {}).get("content", {})
            if "application/json" in answer:
                assert answer["application/json"]["schema"], path


def held_by(asking: TestClient) -> dict[str, Any]:
    """Real values of parameters, by their names, as the API itself says them."""
    images = asking.get(f"{PREFIX}/images").json()["cards"]
    (pool,) = asking.get(f"{PREFIX}/pools").json()
    faces = asking.get(f"{PREFIX}/pools/{pool['name']}").json()["faces"]
    board = max(asking.get(f"{PREFIX}/leaderboard").json(), key=lambda one: len(one["entries"]))
    runs = [entry["run"] for entry in board["entries"]]
    return {
        "image_id": images[0]["image_id"],
        "condition": asking.get(f"{PREFIX}/conditions").json()[0]["condition"],
        "run": runs[0],
        "a": runs[0],
        "b": runs[1],
        "by": board["by"],
        "key": board["key"],
        "name": pool["name"],
        "image_ids": [faces[0]["image_id"]],
    }


def told_by(
    operation: APIOperation,
    headers: dict[str, str],
    cookies: dict[str, str],
    real: Mapping[str, Any],
) -> Counter[int]:
    """Ask one route everything that its description allows: how often it answered what.

    Every other request names what the explorer holds and sends a real photograph, so that what
    stands behind the search for an id, and behind the decoder, is asked, too.
    """
    from hypothesis import HealthCheck, Phase, given
    from hypothesis import settings as effort
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
    )

    told: Counter[int] = Counter()

    def named(values: Mapping[str, Any] | None) -> dict[str, Any]:
        return {name: real[name] for name in values or {} if name in real}

    @effort(
        max_examples=EXAMPLES,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: schemathesis.Case) -> None:
        if told.total() % 2:
            case.path_parameters = named(case.path_parameters)
            case.query = named(case.query)
            if isinstance(case.body, dict):
                case.body |= named(case.body)
        answer = case.call(headers=headers, cookies=cookies, timeout=120)
        told[answer.status_code] += 1
        checks = [not_a_server_error]
        if answer.status_code == 200:
            checks += [response_schema_conformance, content_type_conformance]
        case.validate_response(answer, checks=checks)

    ask()
    return told


@pytest.mark.slow
@pytest.mark.weights
def test_nothing_that_the_description_allows_is_a_failure(
    settings: Settings, stranger: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Schemathesis: no 500, every route answers 200 to something, in the described shape."""
    import schemathesis

    (pool,) = settings.pools  # a copy: decisions are written into it
    shutil.copy(pool.with_name("pool.parquet"), tmp_path / "pool.parquet")
    app = create_app(replace(settings, pools=(Path(shutil.copytree(pool, tmp_path / "pool")),)))
    with TestClient(app, base_url="http://127.0.0.1") as asking:
        headers = {"X-CSRF-Token": form_token(asking), "Sec-Fetch-Site": "same-origin"}
        assert asking.get(f"{PREFIX}/photograph/trust").is_success  # which takes seconds once
        schema = schemathesis.openapi.from_dict(asking.get(f"{PREFIX}/openapi.json").json())
        schema.app = app
        schema.config.update(base_url="http://127.0.0.1")
        real = held_by(asking) | {"photograph": stranger}
        counts = {
            f"{operation.method.upper()} {operation.path}": told_by(
                operation, headers, dict(asking.cookies), real
            )
            for operation in (each.ok() for each in schema.get_all_operations())
        }
    with capsys.disabled():
        for name, told in counts.items():
            print(f"\n{name}: {dict(sorted(told.items()))}", end="")
    assert len(counts) >= 2
    assert not [name for name, told in counts.items() if max(told) >= 500]
    assert not [name for name, told in counts.items() if not told[200]]
