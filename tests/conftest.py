"""Tiny pictures and cohorts, made in place."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings

from rdface.cohort import Cohort, CohortInfo, write_cohort
from rdface.files import cache_dir, write_bytes
from rdface.imaging import encode_jpeg

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from xdist.remote import Producer
    from xdist.scheduler import LoadFileScheduling

MakeCohort = Callable[..., Cohort]
# No example is timed, at home or on CI: the machine may have other things to do.
settings.register_profile(
    "untimed", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("untimed")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """A file stays with a process, for its fixtures; the documentation's pages share none."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return nodeid if file == "tests/docs/test_commands.py" else file

    return Scheduling(config, log)


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache for this test alone, but for the weights, which are the user's."""
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / "weights").symlink_to(cache_dir("weights"))
    monkeypatch.setenv("RDFACE_CACHE", str(cache))
    return cache


@pytest.fixture
def make_cohort(tmp_path: Path) -> MakeCohort:
    """Make a cohort of random pictures: ``patients`` a condition, ``images`` a patient."""

    def make(
        *,
        conditions: int = 4,
        patients: int = 3,
        images: int = 1,
        size: int = 24,
        seed: int = 0,
        folder: str = "cohort",
    ) -> Cohort:
        rng = np.random.default_rng(seed)
        root = tmp_path / folder
        rows = []
        for c in range(conditions):
            for p in range(patients):
                for i in range(images):
                    image_id = f"C{c}_P{p}_{i}"
                    picture = rng.integers(0, 256, (size, size, 3)).astype(np.uint8)
                    write_bytes(root / "images" / f"{image_id}.jpg", encode_jpeg(picture))
                    rows.append(
                        {
                            "image_id": image_id,
                            "file": f"images/{image_id}.jpg",
                            "patient_id": f"C{c}_P{p}",
                            "condition": f"C{c}",
                            "sex": ("female", "male")[p % 2],
                            "age": f"P{1 + p}Y{i}M",
                            "ancestry": "asian",
                            "country": ("DE", "KE", "JP")[p % 3],
                            "hpo_terms": "HP:0000316",
                        }
                    )
        listed = pd.DataFrame(
            {
                "condition": [f"C{c}" for c in range(conditions)],
                "name": [f"Condition {c}" for c in range(conditions)],
                "facial_hpo": "HP:0000316~Hypertelorism=9/14|HP:0000343~Long philtrum=HP:0040282",
            }
        )
        info = CohortInfo(name="tiny", version="1", licence="CC0-1.0", simulated=True)
        return write_cohort(root, info, pd.DataFrame(rows), listed)

    return make


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, one for all tests; a machine that has none says so."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield launched
        launched.close()
