"""``rdface cohort diff`` and ``rdface cohort folds``, as they are typed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
from click.testing import CliRunner, Result

from rdface.cli.main import rdface
from rdface.cohort import Cohort, write_cohort
from rdface.files import write_bytes
from rdface.imaging import encode_jpeg


def run(*arguments: object) -> Result:
    return CliRunner().invoke(rdface, ["cohort", *map(str, arguments)])


def second(cohort: Cohort, folder: Path) -> Path:
    """A second version: one patient less, one more."""
    shutil.copytree(cohort.root, folder)
    images = cohort.images[cohort.images["patient_id"] != "C0_P0"]
    new = images.iloc[[0]].assign(image_id="new", patient_id="N", file="images/new.jpg")
    write_bytes(folder / "images/new.jpg", encode_jpeg(np.full((24, 24, 3), 99, np.uint8)))
    info = cohort.info.model_copy(update={"version": "2"})
    both = pd.concat([images, new], ignore_index=True)
    write_cohort(folder, info, both, cohort.conditions)
    return folder


def test_a_release_is_extended_and_used(make_cohort, tmp_path: Path) -> None:  # noqa: ANN001
    """Release, refuse to release again, extend, and have ``diff`` say what happens to folds."""
    cohort = make_cohort(conditions=4, patients=4)
    other = second(cohort, tmp_path / "second")
    file = tmp_path / "folds.json"
    made = run("folds", cohort.root, "--release", file, "--repeats", 2)
    assert made.exit_code == 0, made.output
    assert "repeat 1: patients per fold" in made.output
    bytes_before = file.read_bytes()
    again = run("folds", cohort.root, "--release", file)
    assert again.exception is not None
    assert "is there already" in str(again.exception)
    assert file.read_bytes() == bytes_before
    for option in ("--folds", "--repeats", "--seed"):
        refused = run("folds", other, "--from", file, option, 5)
        assert f"{option}: not with --from" in str(refused.exception)
    extended = run("folds", other, "--from", file, "--out", tmp_path / "two.json", "--forget")
    assert extended.exit_code == 0, extended.output
    assert "15 patients of tiny 1 stay" in extended.output
    assert "1 joined\n  N -> " in extended.output
    assert "1 left\n  C0_P0" in extended.output
    assert "C0_P0" not in (tmp_path / "two.json").read_text()
    said = run("diff", cohort.root, other, "--folds", file)
    assert "Folds: released folds: 0 of 15 images in both move" in said.output


def test_the_exit_code_is_gits(make_cohort, tmp_path: Path) -> None:  # noqa: ANN001
    """0 for an answer of either kind; --exit-code makes 1 of a difference."""
    cohort = make_cohort(conditions=2, patients=2)
    other = second(cohort, tmp_path / "second")
    assert run("diff", cohort.root, other).exit_code == 0
    assert run("diff", cohort.root, other, "--exit-code").exit_code == 1
    same = run("diff", cohort.root, cohort.root, "--exit-code")
    assert same.exit_code == 0
    assert "are the same" in same.output


def test_json_and_markdown_are_whole(make_cohort, tmp_path: Path) -> None:  # noqa: ANN001
    """Programs read the one, a CHANGELOG takes the other."""
    cohort = make_cohort(conditions=2, patients=3)
    other = second(cohort, tmp_path / "second")
    plain = json.loads(run("diff", cohort.root, other, "--json").output)
    assert plain["changes"]["images_removed"] == ["C0_P0_0"]
    assert plain["changes"]["patients_added"] == ["N"]
    assert plain["folds"][0].startswith("strict, seed 0")
    counts = json.loads(run("diff", cohort.root, other, "--json", "--counts").output)
    assert "changes" not in counts
    text = run("diff", cohort.root, other, "--markdown", "--date", "2026-11-22").output
    assert text.startswith("## tiny 2 (2026-11-22)\n")
