"""``rdface fairness``: tables for people and programs, and no bare value below 20 patients."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rdface.cli.main import rdface
from rdface.cohort import Cohort
from rdface.errors import UsageError
from tests.bench.test_fairness import with_groups
from tests.pages.conftest import make_run, runs_folder

__all__ = ["make_run", "runs_folder"]


@pytest.fixture
def call(
    make_cohort: Callable[..., Cohort], make_run: Callable[..., Path]
) -> Callable[..., Result]:
    """Call the command on a run of 48 patients, 24 of each sex, 12 in each crossing."""
    folder = make_run(with_groups(make_cohort(conditions=4, patients=12, size=8)))

    def call(*arguments: str) -> Result:
        command = ["fairness", str(folder), "--permutations", "99", *arguments]
        return CliRunner().invoke(rdface, command, catch_exceptions=False)

    return call


def test_tables_for_people(call: Callable[..., Result]) -> None:
    """Groups, then verdicts, then what is too small; Markdown has the same cells."""
    lines = call("--by", "sex", "--by", "ancestry").stdout.splitlines()
    assert lines[0].startswith("top5_micro, percent [95 % interval]")
    assert lines[1].split("\t")[:4] == ["by", "group", "images", "patients"]
    assert lines[2].split("\t")[:4] == ["sex", "female", "24", "24"]
    assert any(line.startswith("sex x ancestry: not judged") for line in lines)
    markdown = call("--by", "sex", "--markdown").stdout.splitlines()
    assert markdown[1].startswith("| by | group | images |")


def test_few_patients_have_no_bare_value(call: Callable[..., Result]) -> None:
    """A crossing asked for by name, with 12 patients a cell, is not judged either."""
    shown = call("--by", "sex x ancestry").stdout
    assert "not judged" in shown and "female, asian\t" not in shown


def test_output_for_programs(call: Callable[..., Result]) -> None:
    content = json.loads(call("--by", "sex", "--metric", "all", "--json").stdout)
    assert len(content["findings"]) == 10
    text = call("--by", "sex", "--metric", "mrr_macro", "--csv").stdout
    assert [line.split(",")[:3] for line in text.splitlines()[1:]] == [
        ["sex", "mrr_macro", "female"], ["sex", "mrr_macro", "male"]
    ]  # fmt: skip


def test_slips_are_named(call: Callable[..., Result]) -> None:
    with pytest.raises(UsageError, match="sex"):
        call("--by", "sx")
    with pytest.raises(UsageError, match="top5"):
        call("--metric", "top5")
    with pytest.raises(UsageError, match="exclude each other"):
        call("--csv", "--json")
