"""An explorer over a few simulated faces, with a run and a pool, made once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from rdface.cohort import CohortInfo, load_cohort, write_cohort
from rdface.web.app import create_app
from rdface.web.settings import Settings
from tests.web.holdings import write_runs, write_scored_pool

CONDITIONS = 6


def form_token(asking: TestClient) -> str:
    """The token of the visit that ``asking`` is on; any page carries it."""
    shown = asking.get("/nowhere", headers={"Accept": "text/html"}).text
    found = re.search(r'name="csrf-token" content="([0-9a-f]{64})"', shown)
    assert found is not None
    return found[1]


@pytest.fixture(scope="session")
def cohort_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first six conditions of sim103."""
    shipped = load_cohort("sim103")
    kept = list(shipped.condition_ids[:CONDITIONS])
    root = tmp_path_factory.mktemp("web") / "cohort"
    images = shipped.images[shipped.images["condition"].isin(kept)].reset_index(drop=True)
    for file in images["file"]:
        target = root / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((shipped.root / file).read_bytes())
    conditions = shipped.conditions[shipped.conditions["condition"].isin(kept)]
    info = CohortInfo(name="small", version="1", licence="CC0-1.0", simulated=True)
    write_cohort(root, info, images, conditions.reset_index(drop=True))
    return root


@pytest.fixture(scope="session")
def settings(cohort_folder: Path) -> Settings:
    """Of an explorer on the loopback, without accounts."""
    cohort = load_cohort(cohort_folder)
    runs, pool = cohort_folder.with_name("runs"), cohort_folder.with_name("pool")
    write_runs(runs, cohort)
    write_scored_pool(pool, cohort)
    return Settings(cohort=str(cohort_folder), runs=runs, pools=(pool,))


@pytest.fixture(scope="session")
def client(settings: Settings) -> Iterator[TestClient]:
    """Asks that explorer, as its own pages do: with the token that they carry."""
    with TestClient(create_app(settings), base_url="http://127.0.0.1") as asking:
        asking.headers["X-CSRF-Token"] = form_token(asking)
        yield asking


@pytest.fixture(scope="session")
def stranger() -> bytes:
    """A picture of an unaffected simulated child, who is in no cohort of these tests."""
    controls = load_cohort("sim103-controls")
    return controls.path(controls.image_ids[3]).read_bytes()
