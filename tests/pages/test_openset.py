"""The section on strangers says what the tables of the runs say."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

from rdface.bench.reliability.open_set import measure_open_set
from rdface.bench.reliability.table import ReliabilityTable
from rdface.cohort import Cohort
from rdface.pages import write_report
from rdface.pages.evidence import gather
from rdface.pages.sections.openset import draw_openset

MakeCohort = Callable[..., Cohort]
MakeRun = Callable[..., Path]


def judged(cohort: Cohort, *, seed: int, shift: float, controls: bool = True) -> ReliabilityTable:
    """Every image is known to one model and a stranger to the other, stranger by ``shift``."""
    rng = np.random.default_rng(seed)
    images = cohort.images
    half = np.arange(len(images)) % 2
    rows = [
        (image, patient, truth, fold, "open", "unseen" if half[n] == fold else role)
        for fold in (0, 1)
        for role in ("calibration", "test")
        for n, (image, patient, truth) in enumerate(
            zip(images["image_id"], images["patient_id"], images["condition"], strict=True)
        )
        if role == "test" or half[n] != fold
    ]
    if controls:
        rows += [(f"k/{n}", f"k/{n}", "", 0, "closed", "unaffected") for n in range(25)]
        rows += [(f"{row[0]}", row[1], row[2], 0, "closed", row[5]) for row in rows[:60]]
        rows = [row for row in rows if row[4] == "open" or row[5] != "unseen"]
    ids, patients, truths, folds, worlds, roles = zip(*rows, strict=True)
    strange = np.isin(np.array(roles), ["unseen", "unaffected"])
    return ReliabilityTable(
        image_ids=np.array(ids, dtype=object),
        patient_ids=np.array(patients, dtype=object),
        truth=np.array(truths, dtype=object),
        repeat=np.zeros(len(rows), dtype=np.int64),
        fold=np.array(folds),
        training_count=np.ones(len(rows), dtype=np.int64),
        world=np.array(worlds, dtype=object),
        role=np.array(roles, dtype=object),
        conditions=cohort.condition_ids,
        scores=rng.normal(size=(len(rows), len(cohort.condition_ids))).astype(np.float32),
        novelty={"knn_distance": (rng.normal(size=len(rows)) + shift * strange).astype("float32")},
    )


def add(folder: Path, table: ReliabilityTable, make_run: MakeRun, cohort: Cohort) -> None:
    table.to_parquet(folder / "reliability.parquet")
    make_run(cohort, reliability={"open_set": measure_open_set(table)})


def test_the_section_shows_every_score_and_says_what_came_out(
    make_cohort: MakeCohort, make_run: MakeRun, runs_folder: Path
) -> None:
    """Strangers far off: the table is bold, and the page does not complain."""
    cohort = make_cohort(conditions=8, patients=8)
    folder = make_run(cohort)
    table = judged(cohort, seed=0, shift=2.0)
    add(folder, table, make_run, cohort)
    section = draw_openset(gather(runs_folder))
    assert section is not None
    unseen, unaffected = section.parts
    assert section.scores[0] == "nearest image"
    found = measure_open_set(table)["auroc_unseen:knn_distance"]
    cell = unseen.rows[0].cells[0]
    assert (cell.value, cell.above) == (f"{found.value:.2f}", True)
    assert unseen.rows[0].best == "nearest image"
    assert "No score refuses" not in unseen.verdict
    assert unaffected.strangers == "25 images of 25 children"
    page = write_report(runs_folder).read_text(encoding="utf-8")
    assert 'id="openset"' in page
    assert unseen.verdict in page
    assert write_report(runs_folder).read_text(encoding="utf-8") == page


def test_scores_that_know_nothing_are_called_that(
    make_cohort: MakeCohort, make_run: MakeRun, runs_folder: Path
) -> None:
    """And without controls nothing is said of unaffected children."""
    cohort = make_cohort(conditions=8, patients=8)
    folder = make_run(cohort)
    add(folder, judged(cohort, seed=1, shift=0.0, controls=False), make_run, cohort)
    section = draw_openset(gather(runs_folder))
    assert section is not None
    (unseen,) = section.parts
    assert "No score refuses such strangers well" in unseen.verdict
    assert not any(cell.above for row in unseen.rows for cell in row.cells)


def test_few_patients_leave_no_gap_in_the_curve(
    make_cohort: MakeCohort, make_run: MakeRun, runs_folder: Path
) -> None:
    """Some resamples leave a model, or both, without known images or strangers."""
    cohort = make_cohort(conditions=2, patients=2)
    folder = make_run(cohort)
    table = judged(cohort, seed=2, shift=1.0, controls=False)
    add(folder, table, make_run, cohort)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        section = draw_openset(gather(runs_folder))
    assert section is not None and "nan" not in str(section.parts[0].curve)


def test_a_page_without_such_runs_has_no_such_section(
    make_cohort: MakeCohort, make_run: MakeRun, runs_folder: Path
) -> None:
    make_run(make_cohort(conditions=6, patients=3))
    assert draw_openset(gather(runs_folder)) is None
    assert 'id="openset"' not in write_report(runs_folder).read_text(encoding="utf-8")
