"""``rdface cohort restore`` from the shell's side."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from rdface.cli.main import rdface
from rdface.cohort import load_cohort
from rdface.errors import UsageError
from tests.conftest import MakeCohort


def test_the_command_says_how_many_pictures_were_restored(
    make_cohort: MakeCohort, tmp_path: Path
) -> None:
    cohort, out = make_cohort(), tmp_path / "new"
    words = ["cohort", "restore", str(cohort.root), "--steps", "pad:32", "--out", str(out)]
    run = CliRunner().invoke(rdface, [*words, "--only", "C0_P0_0", "--only", "C1_P0_0"])
    assert run.exit_code == 0, run.output
    assert "2 of 12 pictures restored" in run.output and "2\tpad:32" in run.output
    assert load_cohort(str(out)).info.name == "tiny-restored"


def test_a_choice_of_no_picture_is_said(make_cohort: MakeCohort, tmp_path: Path) -> None:
    words = ["cohort", "restore", str(make_cohort().root), "--steps", "pad:32", "--smaller-than"]
    run = CliRunner().invoke(rdface, [*words, "8", "--out", str(tmp_path / "new")])
    assert run.exit_code == 0 and "0 of 12 pictures restored" in run.output
    assert "all are copied as they were" in run.output


def test_the_help_lists_the_steps() -> None:
    run = CliRunner().invoke(rdface, ["cohort", "restore", "--help"])
    for name in ("pad", "realesrgan_x4plus", "realesr_animevideov3", "ddcolor", "gfpgan"):
        assert name in run.output


def test_an_unknown_step_is_refused_before_anything_is_written(
    make_cohort: MakeCohort, tmp_path: Path
) -> None:
    words = ["cohort", "restore", str(make_cohort().root), "--steps", "padd"]
    run = CliRunner().invoke(rdface, [*words, "--out", str(tmp_path / "new")])
    assert isinstance(run.exception, UsageError) and "pad" in str(run.exception.hint)
    assert not (tmp_path / "new").exists() and not (tmp_path / ".new.restoring").exists()
