"""The cache must be the user's alone; weights that are missing say how to get them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rdface.doctor.finding import without_home
from rdface.doctor.storage import NEEDED, examine_cache, examine_weights


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    cache = tmp_path / "cache"
    cache.mkdir(mode=0o700)
    monkeypatch.setenv("RDFACE_CACHE", str(cache))
    return cache


def test_an_empty_cache_lacks_what_the_demo_needs_and_nothing_else_is_wrong(
    empty_cache: Path,
) -> None:
    found = {one.name: one for one in examine_weights()}
    assert {name for name, one in found.items() if one.state == "wrong"} == set(NEEDED)
    assert found["facenet"].mend == "Run `rdface weights pull facenet`."
    assert "rdface weights pull efficientnet_lite0" in found["other backbone weights"].mend


def test_a_cache_that_others_can_read_is_wrong(empty_cache: Path) -> None:
    (empty_cache / "embeddings").mkdir()
    (empty_cache / "embeddings" / "rows.npz").write_bytes(b"0" * 2_000_000)
    folder, _, held = examine_cache()
    assert folder.state == "good" and held.about == "embeddings 2 MB"
    empty_cache.chmod(0o750)
    folder, *_ = examine_cache()
    assert folder.state == "wrong" and "chmod 700" in folder.mend


def test_a_cache_that_cannot_be_made_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RDFACE_CACHE", "/proc/nowhere")
    (found,) = examine_cache()
    assert found.state == "wrong" and "RDFACE_CACHE" in found.mend


def test_weights_in_a_folder_that_is_not_there_are_told_of(
    empty_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RDFACE_WEIGHTS", str(empty_cache / "nowhere"))
    (found,) = examine_weights()
    assert found.state == "wrong" and found.name == "RDFACE_WEIGHTS"


def test_the_home_folder_is_not_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert without_home(tmp_path / "data") == "~/data"
    assert without_home(Path("/srv/data")) == "/srv/data"
