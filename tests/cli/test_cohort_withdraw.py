"""`rdface cohort withdraw` as a user calls it, on folders that rdface's own commands have made."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.cli.main import rdface
from rdface.cohort import Cohort, load_cohort, write_cohort
from rdface.files import cache_dir, sha256_bytes

SPEC = """\
version: 1
name: small
task: closed-set recognition
cohort: {cohort}
protocol: {{name: strict, seed: 0, repeats: 1, folds: 2}}
backbones: [sface]
learners: [prototype]
"""


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from rdface.cli.main import main; main()", "cohort"]
    return subprocess.run(
        [*command, "withdraw", *map(str, arguments)], capture_output=True, text=True, check=False
    )


def test_a_dry_run_then_the_withdrawal_then_nobody(
    make_cohort: Callable[..., Cohort], own_cache: Path
) -> None:
    cohort = make_cohort(conditions=2, patients=2)
    given = ["C0_P0", "--cohort", cohort.root]
    planned = run(*given, "--dry-run")
    assert planned.returncode == 0, planned.stderr
    assert "would take 1 image(s)" in planned.stdout and "Nothing was touched" in planned.stderr
    unsigned = run(*given)
    assert unsigned.returncode == 2 and "--signed-by" in unsigned.stderr
    done = run(*given, "--signed-by", "A. Lead")
    assert done.returncode == 0, done.stderr
    assert "version 1.w1" in done.stdout and "signed by A. Lead" in done.stdout
    assert len(load_cohort(cohort.root)) == 3
    again = run(*given, "--signed-by", "A. Lead")
    assert again.returncode == 2 and "no patient" in again.stderr


def test_what_names_the_patient_still_is_listed_with_exit_code_1(
    make_cohort: Callable[..., Cohort], own_cache: Path, tmp_path: Path
) -> None:
    cohort = make_cohort(conditions=2, patients=2)
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "visits.txt").write_text("C0_P0: came in May")
    done = run("C0_P0", "--cohort", cohort.root, "--also", notes, "--signed-by", "A. Lead")
    assert done.returncode == 1
    assert "visits.txt" in done.stderr.split("still:")[1]


@pytest.mark.slow
@pytest.mark.weights
def test_folders_of_the_real_commands(
    tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run, report, pool, joined cohort, gallery, faces, scores, reports, Phenopackets, export.

    After the withdrawal no file of workspace or cache has an id or a picture hash of the patient.
    """
    monkeypatch.chdir(tmp_path)
    cohort = _small(tmp_path / "cohort")
    (tmp_path / "spec.yaml").write_text(SPEC.format(cohort=tmp_path / "cohort"))
    for line in (
        "bench spec.yaml --out ws/runs --workers 1",
        "report ws/runs/small",
        "synthesize make morph cohort --out ws/pool --per-condition 4 --all",
        "synthesize join cohort ws/pool --out ws/joined",
        "gallery make cohort --out ws/gallery",
        "faces find cohort --out ws/faces.parquet",
        "faces measure cohort --out ws/measures.csv",
        "screen score ws/pool --real cohort --out ws/scores.parquet --scorer face",
        "describe cohort --with measured --out ws/reports",
        "phenotype phenopackets ws/reports --cohort cohort --out ws/packets",
        "cohort export rdface-real cohort --out ws/export",
    ):
        rdface.main(line.split(), standalone_mode=False)
    patient = "P0032"
    own = cohort.images[cohort.images["patient_id"] == patient]
    pool = load_cohort("ws/pool").images
    children = pool[[not set(own["image_id"]).isdisjoint(p.split("|")) for p in pool.synthetic_of]]
    assert len(own) == 2 and len(children)
    words = {patient, *own["image_id"], *own["sha256"], *children["image_id"], *children["sha256"]}
    assert len(_naming(tmp_path, words)) > 15
    rdface.main(
        [*"cohort withdraw P0032 --cohort cohort --also ws --signed-by".split(), "A. Lead"],
        standalone_mode=False,
    )
    assert _naming(tmp_path, words) == []
    assert not (tmp_path / "ws" / "gallery").exists()
    assert len(load_cohort("ws/joined")) == len(cohort) - 2 + len(pool) - len(children)
    rdface.main("bench spec.yaml --out ws/runs --workers 1".split(), standalone_mode=False)
    assert (tmp_path / "ws" / "runs" / "small" / "sface__prototype" / "result.json").is_file()


def _small(root: Path) -> Cohort:
    """Two conditions of sim103, one patient with two images among them."""
    source = load_cohort("sim103")
    images = source.images[source.images["condition"].isin(["BSS", "BRPS"])].reset_index(drop=True)
    for file in images["file"]:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source.root / file, root / file)
    conditions = source.conditions[source.conditions["condition"].isin(["BSS", "BRPS"])]
    info = source.info.model_copy(update={"name": "clinic"})
    return write_cohort(root, info, images, conditions)


def _naming(folder: Path, words: set[str]) -> list[Path]:
    """Files with one of the words, opened where they are compressed, or with such a hash."""
    found = []
    files = [path for path in folder.rglob("*") if path.is_file()]
    caches = [path for path in cache_dir().rglob("*.npz") if "weights" not in path.parts]
    for path in {*files, *caches}:
        if "weights" in path.parts:
            continue
        data = path.read_bytes()
        text = data.decode("latin-1")
        if path.suffix == ".parquet":
            text += pd.read_parquet(path).to_csv()
        elif path.suffix == ".npz":
            with np.load(path) as content:
                text += " ".join(str(content[name].tolist()) for name in content.files)
        if sha256_bytes(data) in words or any(word in text or word in path.name for word in words):
            found.append(path)
    return found
