"""``rdface study`` on a population of numbers, and on what is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from rdface.cli.study import study
from rdface.errors import CohortError, UsageError
from tests.bench.bias_study.conftest import write_numbers
from tests.conftest import MakeCohort
from tests.screening.pools import hand_made_pool


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("numbers")
    write_numbers(folder, of_patient=1.0)
    return folder


@pytest.mark.slow
def test_it_prints_the_tables_and_writes_the_page(numbers: Path, tmp_path: Path) -> None:
    words = f"protocol-bias --population {numbers} --images 60 --cohorts 2 --workers 1 --markdown"
    out = tmp_path / "study"
    done = CliRunner().invoke(study, [*words.split(), "--out", str(out)], catch_exceptions=False)
    assert done.exit_code == 0
    assert "| paper + split-by-image (F1) |" in done.output
    assert "| best model picked by |" in done.output
    assert (out / "protocol-bias.html").read_text().startswith("<!doctype html>")


def test_faults_are_said_before_any_work(numbers: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    none = runner.invoke(study, ["protocol-bias", "--population", str(tmp_path)])
    assert isinstance(none.exception, CohortError)
    large = ["protocol-bias", "--population", str(numbers), "--images", "97"]
    refused = runner.invoke(study, [*large, "--out", str(tmp_path / "x")])
    assert isinstance(refused.exception, UsageError)
    wrong = ["protocol-bias", "--population", str(numbers), "--metric", "top2_micro"]
    assert isinstance(runner.invoke(study, wrong).exception, UsageError)


@pytest.mark.parametrize("spec", ["augmentation", "augmentation-paper-offline"])
def test_a_pool_cannot_be_studied_and_nothing_is_left_behind(
    make_cohort: MakeCohort, tmp_path: Path, spec: str
) -> None:
    """Its images are synthetic: nobody can be tested. The message says which cohort to name."""
    real = make_cohort(conditions=3, patients=6, folder="real", size=40)
    pool = hand_made_pool(real, tmp_path / "pool")
    words = ["augmentation", f"specs/{spec}.yaml", "--cohort", str(pool.root)]
    with pytest.raises(UsageError, match="pool of synthetic images") as caught:
        CliRunner().invoke(study, [*words, "--out", str(tmp_path / "out")], catch_exceptions=False)
    assert "real cohort" in str(caught.value.hint) and not (tmp_path / "out").exists()
