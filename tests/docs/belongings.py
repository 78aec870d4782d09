"""What a reader of the pages has already: photographs (here simulated), and a finished demo."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from rdface.cohort import Cohort, load_cohort, write_cohort
from tests.docs.pages import ROOT
from tests.docs.shell import Shell


def lay_out(folder: Path) -> None:
    """Lay the pictures and cohorts that the pages call the reader's own into ``folder``."""
    cohort, controls = load_cohort("sim103"), load_cohort("sim103-controls")
    conditions = list(cohort.conditions["condition"])
    _take(cohort, "my-cohort", conditions[:8], folder)
    _take(cohort, "another-cohort", conditions[8:12], folder)
    _take(controls, "my-controls", list(controls.conditions["condition"]), folder)
    for name in ("child.jpg", "picture.jpg"):
        shutil.copy(cohort.path(cohort.image_ids[-1]), folder / name)


def _take(cohort: Cohort, name: str, conditions: list[str], folder: Path) -> None:
    """Those conditions as a cohort of their own."""
    images = cohort.images[cohort.images["condition"].isin(conditions)]
    for file in images["file"]:
        (folder / name / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(cohort.root / file, folder / name / file)
    listed = cohort.conditions[cohort.conditions["condition"].isin(conditions)]
    write_cohort(folder / name, cohort.info.model_copy(update={"name": name}), images, listed)


def keep_a_table(shell: Shell) -> None:
    """Lay ``patients.xlsx`` and ``photos`` down, a clinic's: those of the example of the docs."""
    answer = shell.type("rdface cohort build --example made && mv made/patients.xlsx made/photos .")
    assert answer.code == 0, answer.said
    shutil.rmtree(shell.folder / "made")


def finish_demo(shell: Shell) -> None:
    """Make ``runs/demo``, smaller than ``make demo`` does, which CI runs whole."""
    spec = yaml.safe_load((ROOT / "specs" / "demo.yaml").read_text(encoding="utf-8"))
    spec["protocol"]["repeats"] = 1
    spec |= {"backbones": ["sface", "landmarks"], "learners": ["prototype", "lda"]}
    short = shell.folder / "demo.yaml"
    short.write_text(yaml.safe_dump(spec), encoding="utf-8")
    answer = shell.type("rdface bench demo.yaml --out runs")
    assert answer.code == 0, answer.said
