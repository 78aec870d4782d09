"""`rdface cohort import` and `export` as a user calls them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rdface.cohort import Cohort, load_cohort


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Call the installed command as a user does."""
    command = [sys.executable, "-c", "from rdface.cli.main import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=120)


def test_there_and_back(make_cohort: Callable[..., Cohort], tmp_path: Path) -> None:
    cohort = make_cohort(conditions=2, patients=2)
    done = run("cohort", "export", "rdface-real", "cohort", "--out", "ex", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "ex: 4 pictures\n")
    done = run("cohort", "import", "rdface-real", "ex", "--out", "one", cwd=tmp_path)
    assert done.returncode == 0
    assert "Warning: The published table names no patients" in done.stderr
    assert "4 images of 2 conditions" in done.stdout
    assert (
        "not known: each image counts as one" in run("cohort", "show", "one", cwd=tmp_path).stdout
    )
    done = run(
        *("cohort", "import", "rdface-real", "ex", "--out", "two"),
        *("--patients", "ex/image_ids.csv"),
        cwd=tmp_path,
    )
    assert done.returncode == 0
    assert "names no patients" not in done.stderr
    again = load_cohort(tmp_path / "two")
    assert list(again.images["patient_id"]) == list(cohort.images["patient_id"])
    assert run("cohort", "check", "two", cwd=tmp_path).stdout == "two: sound\n"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["import", "rdface-real", "nowhere", "--out", "x"], 1, "nowhere does not exist"),
        (["import", "rdface-real", "empty", "--out", "x"], 1, "empty is empty"),
        (["import", "rdface-real", "full", "--out", "x"], 1, "not in the published layout"),
        (["import", "rdface-real", "wrong", "--out", "x"], 1, "column disease_name: this column"),
        (["import", "rdface-real", "wrong", "--out", "full"], 2, "is there and is not empty"),
        (["import", "rdface-real", "wrong", "--out", "full/file"], 2, "is a file"),
        (["import", "rdface-real", "wrong"], 2, "Missing option '--out'"),
        (["import", "rdface-rel", "wrong", "--out", "x"], 2, "Did you mean rdface-real"),
        (["import", "rdface-real", "wrong", "--out", "x", "--real", "y"], 2, "no option 'real'"),
        (["import", "rdface-syn", "full", "--out", "x"], 2, "--real COHORT"),
        (["import", "rdface-syn", "full", "--out", "x", "--real", "y"], 1, "no cohort folder 'y'"),
        (["export", "rdface-rael", "sim103", "--out", "x"], 2, "Did you mean rdface-real"),
        (["export", "rdface-real", "sim10", "--out", "x"], 1, "no cohort folder 'sim10'"),
        (["export", "rdface-real", "sim103", "--out", "full"], 2, "is there and is not empty"),
    ],
)
def test_mistakes_are_answered_in_words(
    arguments: list[str], code: int, said: str, tmp_path: Path
) -> None:
    """With an exit code, without a traceback, and with nothing left behind."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("x")
    images = tmp_path / "wrong" / "data" / "rd_images"
    images.mkdir(parents=True)
    (images.parent / "disease_images.csv").write_text("image_name,disease\nA.1.jpg,A\n")
    before = sorted(tmp_path.rglob("*"))
    done = run("cohort", *arguments, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("command", ["import", "export"])
def test_help_lists_the_layouts(command: str) -> None:
    shown = run("cohort", command, "--help").stdout
    assert "Layouts:" in shown
    assert "data/rd_images/<abbr>/" in shown
