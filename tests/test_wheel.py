"""The wheel holds all that rdface needs, the source archive all that the wheel is made of."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
TOP = Path(__file__).parents[1]


def _run(*words: object, path: Path, cwd: Path) -> str:
    done = subprocess.run(
        [sys.executable, *map(str, words)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(path)},
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive of this tree; hatchling comes from PyPI."""
    folder = tmp_path_factory.mktemp("built")
    _run("-m", "pip", "install", "-q", "--target", folder / "tools", "hatchling", path=TOP, cwd=TOP)
    words = ("-m", "hatchling", "build", "-t", "sdist", "-t", "wheel", "-d", folder)
    _run(*words, path=folder / "tools", cwd=TOP)
    return folder


def _members(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_source_archive_makes_the_same_wheel(built: Path, tmp_path: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as content:
        content.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    for name in ("CONTRIBUTING.md", "CITATION.cff", "CHANGELOG.md", "LICENSE", "tests", "specs"):
        assert (source / name).exists(), name
    words = ("-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "again")
    _run(*words, path=built / "tools", cwd=source)
    (wheel,), (again,) = built.glob("*.whl"), (tmp_path / "again").glob("*.whl")
    assert _members(again) == _members(wheel)


@pytest.mark.weights
def test_the_wheel_runs_by_itself(built: Path, tmp_path: Path) -> None:
    """Its dependencies are those of this environment; docs/install.md has it in a fresh one."""
    (wheel,) = built.glob("*.whl")
    site = tmp_path / "site"
    words = ("-m", "pip", "install", "-q", "--no-deps", "--target", site, wheel)
    _run(*words, path=site, cwd=tmp_path)
    place = _run("-c", "import rdface; print(rdface.__file__)", path=site, cwd=tmp_path)
    assert Path(place.strip()).is_relative_to(site)
    assert "demo\t" in _run("-m", "rdface", "specs", path=site, cwd=tmp_path)
    assert "sim103" in _run("-m", "rdface", "cohort", "show", "sim103", path=site, cwd=tmp_path)
    assert "one face" in _run("-m", "rdface", "doctor", path=site, cwd=tmp_path)
    tracked = subprocess.run(
        ["git", "ls-files", "src/rdface"], cwd=TOP, capture_output=True, text=True
    ).stdout.split("\n")
    files = {line.removeprefix("src/") for line in tracked if line}
    assert files - _members(wheel) == set()
