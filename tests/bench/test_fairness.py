"""A run by groups: joined by image, judged where patients are enough, corrected over groupings."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.bench import Run, tested
from rdface.bench.fairness import Fairness, fairness, image_groups, metric_names
from rdface.bench.fairness_tables import CSV_COLUMNS, as_csv, as_json
from rdface.cohort import Cohort, write_cohort
from rdface.errors import RunError, UsageError
from rdface.metrics import holm, summarise
from tests.pages.conftest import make_run, runs_folder

__all__ = ["make_run", "runs_folder"]

MakeCohort = Callable[..., Cohort]
MakeRun = Callable[..., Path]
QUICK = {"n_resamples": 200, "n_permutations": 199}


def with_groups(cohort: Cohort) -> Cohort:
    """The cohort with both sexes, two ancestries and some unknown countries in each condition."""
    number = np.arange(len(cohort))
    images = cohort.images.assign(
        sex=np.where(number % 2, "male", "female"),
        ancestry=np.where(number // 2 % 2, "Asian", "european "),
        country=np.where(number % 9 == 0, "", "DE"),
        age="P4Y",
    )
    return write_cohort(cohort.root, cohort.info, images, cohort.conditions)


@pytest.fixture
def cohort(make_cohort: MakeCohort) -> Cohort:
    return with_groups(make_cohort(conditions=6, patients=16, size=8))


@pytest.fixture
def run(cohort: Cohort, make_run: MakeRun) -> Run:
    return Run(make_run(cohort))


@pytest.fixture
def found(run: Run, cohort: Cohort) -> Fairness:
    return fairness(run, cohort, metrics=["top1_micro", "mrr_macro"], **QUICK)


def test_values_are_those_of_the_images_of_a_group(run: Run, cohort: Cohort) -> None:
    """Each group's value is the run's metric over the rows of that group's images alone."""
    predictions = run.predictions
    found = fairness(run, cohort, by=["sex"], **QUICK)
    assert {one.metric for one in found.findings} == set(metric_names(run))
    labels = image_groups(predictions.image_ids, cohort, "sex")
    sex = cohort.images.set_index("image_id")["sex"]
    assert labels.tolist() == sex.loc[list(predictions.image_ids)].tolist()
    for name in ("female", "male"):
        rows = labels == name
        plain = summarise(*(column[rows] for column in predictions.arrays), n_resamples=50)
        for finding in found.findings:
            (group,) = [one for one in finding.found.groups if one.name == name]
            assert group.value == pytest.approx(plain[finding.metric].value)


def test_the_whole_agrees_with_the_run(run: Run, cohort: Cohort) -> None:
    """The value over all images is that of result.json, with its very interval."""
    for finding in fairness(run, cohort, by=["sex"], crossed=False).findings:
        reported = run.result.metrics[finding.metric]
        overall = finding.found.overall
        assert overall.value == pytest.approx(reported.value)
        assert (overall.low, overall.high) == pytest.approx((reported.low, reported.high))
        assert (overall.n, overall.n_patients) == (reported.n, reported.n_patients)


def test_groupings_crossings_and_unknowns(found: Fairness) -> None:
    """Crossings are judged where each cell has 20 patients; the others are listed as too small."""
    assert {one.by for one in found.findings} == {
        "sex", "age", "ancestry", "region",
        "sex x age", "sex x ancestry", "sex x region", "age x ancestry", "age x region",
        "ancestry x region",
    }  # fmt: skip
    by = {one.by: one.found for one in found.findings if one.metric == "top1_micro"}
    assert [one.name for one in by["sex x ancestry"].groups] == [
        "female, asian", "female, european", "male, asian", "male, european"
    ]  # fmt: skip
    assert by["age"].gap is None and by["age"].p_value is None, "one group only"
    assert by["region"].n_unknown == 11


def test_a_planted_difference_is_found(cohort: Cohort, make_run: MakeRun) -> None:
    """Half of the pictures of one sex are read as another's: sex is found out, ancestry is not."""
    run = Run(make_run(cohort, skill=2.0))
    predictions = run.predictions
    female = np.flatnonzero(image_groups(predictions.image_ids, cohort, "sex") == "female")
    spoilt = predictions.scores.copy()
    rows = np.random.default_rng(0).permutation(female)[: len(female) // 2]
    spoilt[rows] = spoilt[rows, ::-1]
    replace(predictions, scores=spoilt).to_parquet(run.folder / "predictions.parquet")
    found = fairness(Run(run.folder), cohort, by=["sex", "ancestry"], metrics=["top1_micro"])
    by = {one.by: one for one in found.findings}
    assert by["sex"].p_value is not None and by["sex"].p_value <= 0.05
    assert by["sex"].found.gap and by["sex"].found.gap.worst == "female"
    assert by["sex"].found.gap.low > 0 and by["sex"].found.groups[0].adjusted is None
    assert by["ancestry"].p_value is not None and by["ancestry"].p_value > 0.05


def test_small_cells_are_listed(make_cohort: MakeCohort, make_run: MakeRun) -> None:
    """A crossing with a cell below 20 patients is not judged at all."""
    cohort = with_groups(make_cohort(conditions=4, patients=12, size=8, folder="small"))
    found = fairness(Run(make_run(cohort)), cohort, by=["sex", "ancestry"], **QUICK)
    assert {one.by for one in found.findings} == {"sex", "ancestry"}
    (small,) = found.too_small
    assert (small.by, small.smallest, len(small.cells)) == ("sex x ancestry", 12, 4)


def test_holm_runs_over_the_groupings_of_a_metric(found: Fairness) -> None:
    for metric in ("top1_micro", "mrr_macro"):
        tested = [
            one for one in found.findings if one.metric == metric and one.found.p_value is not None
        ]
        assert len(tested) > 2
        expected = holm([one.found.p_value or 0.0 for one in tested])
        assert [one.p_value for one in tested] == pytest.approx(expected)


def test_order_of_rows_and_of_images_does_not_matter(
    cohort: Cohort, run: Run, make_run: MakeRun
) -> None:
    """Images are joined by their id: a cohort in another order tells the same."""
    shuffled = cohort.images.sample(frac=1, random_state=1)
    other = Cohort(cohort.root, cohort.info, shuffled, cohort.conditions)
    one, two = (as_json(fairness(run, c, by=["sex"], **QUICK)) for c in (cohort, other))
    assert one == two


def test_mistakes_are_refused(cohort: Cohort, run: Run, make_run: MakeRun) -> None:
    with pytest.raises(UsageError, match="ancestry"):
        fairness(run, cohort, by=["ancestri"])
    with pytest.raises(UsageError, match="top7_micro"):
        fairness(run, cohort, metrics=["top7_micro"])
    fewer = Cohort(cohort.root, cohort.info, cohort.images.iloc[1:], cohort.conditions)
    with pytest.raises(RunError, match="C0_P0_0"):
        fairness(run, fewer)
    gallery = Run(make_run(cohort, backbone="sface", task="few-shot"))
    with pytest.raises(RunError, match="few-shot"):
        fairness(gallery, cohort)


def test_the_cohort_must_be_the_one_that_was_tested(cohort: Cohort, run: Run) -> None:
    """Found by the run's spec; refused where its content is another."""
    assert tested.tested_cohort(run).sha256 == cohort.sha256
    images = cohort.images.assign(sex="female")
    write_cohort(cohort.root, cohort.info, images, cohort.conditions)
    with pytest.raises(RunError, match="not the one that was tested"):
        tested.tested_cohort(run)


def test_tables_for_programs(found: Fairness) -> None:
    """CSV has a row per metric and group, JSON keeps to its numbers; neither has a NaN."""
    rows = list(csv.DictReader(io.StringIO(as_csv(found))))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert len(rows) == sum(len(one.found.groups) for one in found.findings)
    content = json.loads(as_json(found))
    first = content["findings"][0]
    assert first["by"] == "sex" and first["groups"][0]["name"] == "female"
    assert float(rows[0]["value"]) == pytest.approx(first["groups"][0]["value"])
    table = pd.DataFrame(rows)
    few = table["n_patients"].astype(int) < 20
    assert (table.loc[few, "value"] == "").all() and (table.loc[~few, "value"] != "").all()
