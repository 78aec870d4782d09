"""What a table of reliability comes to: calibrated scores, kept promises, honest files."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest

from rdface.bench.reliability.calibrate import closed_rows
from rdface.bench.reliability.conformal import prepare
from rdface.bench.reliability.judge import judge
from rdface.bench.reliability.judgement import JUDGEMENT_FILE, Judgement
from rdface.bench.reliability.table import ReliabilityTable
from rdface.errors import RunError
from tests.bench.reliability.tables import N_CONDITIONS, made_images, made_table


@pytest.fixture(scope="module")
def images() -> pd.DataFrame:
    return made_images()


@pytest.fixture(scope="module")
def judgement(images: pd.DataFrame) -> Judgement:
    return judge(made_table(images), images)


def test_temperature_mends_scores_that_are_five_times_too_sharp(judgement: Judgement) -> None:
    calibration = judgement.calibration
    assert calibration.n_models == 4
    before, after = (calibration.calibrators[name] for name in ("none", "temperature"))
    assert before.over_confidence.low > 0.05
    assert before.ece.p_value < 0.01
    assert after.over_confidence.low < 0.03
    assert after.ece.found.value < before.ece.found.value / 2
    assert after.nll.value < before.nll.value
    assert float(after.settings["temperature"]) > 2
    assert sum(calibration.calibrators["dirichlet"].chosen.values()) == 4
    assert calibration.selective["1"].aurc.value < calibration.selective["1"].random


def test_promises_are_kept_and_lists_grow_with_them(judgement: Judgement) -> None:
    conformal = judgement.conformal
    for method in ("lac", "aps", "raps"):
        made = [conformal.find(method, "all", level) for level in (0.8, 0.9, 0.95)]
        sizes = []
        for one in made:
            assert one is not None
            assert one.groups[0].coverage.high >= one.level
            assert one.models_inside is not None and one.models_inside >= 3
            sizes.append(one.groups[0].size.value)
        assert sizes == sorted(sizes)
    assert conformal.find("lac", "all", 0.5) is None
    low, high = conformal.temperature_patients
    assert low + conformal.threshold_patients[0] == judgement.calibration.calibration_patients[0]
    assert high < conformal.threshold_patients[0]


def test_groups_are_those_of_the_cohort_and_small_ones_get_intervals(
    judgement: Judgement,
) -> None:
    made = judgement.conformal.find("lac", "all", 0.9)
    assert made is not None
    groups = {(one.grouping, one.group): one.coverage for one in made.groups}
    assert made.groups[0].grouping == "all"
    assert groups["sex", "female"].n_patients == 60
    assert groups["ancestry", "asian"].n_patients + groups["ancestry", "european"].n_patients == 114
    assert ("ancestry", "") not in groups
    assert groups["region", "Americas"].value == pytest.approx(groups["all", ""].value)
    for one in made.groups:
        assert (one.median_size is None) == (one.coverage.n_patients < 20)
    for found in groups.values():
        assert found.low <= found.value <= found.high
        assert found.n_patients >= 20 or found.method == "wilson"


def test_a_condition_with_too_few_patients_is_on_every_list(judgement: Judgement) -> None:
    """Six conditions of about seven calibration patients each: enough for 80 %, not for 90 %."""
    conformal = judgement.conformal
    assert conformal.enough["0.95"] == 0
    strict = conformal.find("lac", "condition", 0.95)
    assert strict is not None
    assert (strict.groups[0].full, strict.groups[0].median_size) == (1, N_CONDITIONS)
    assert strict.groups[0].coverage.value == 1


def test_equal_tables_give_equal_bytes_and_the_file_comes_back(
    images: pd.DataFrame, judgement: Judgement, tmp_path: Path
) -> None:
    judgement.write(tmp_path)
    first = (tmp_path / JUDGEMENT_FILE).read_bytes()
    assert Judgement.read(tmp_path) == judgement
    judge(made_table(images), images).write(tmp_path)
    assert (tmp_path / JUDGEMENT_FILE).read_bytes() == first
    (tmp_path / JUDGEMENT_FILE).write_text("{}")
    with pytest.raises(RunError, match="cannot be read"):
        Judgement.read(tmp_path)
    assert Judgement.read(tmp_path / "nowhere") is None


def test_the_heads_name_calibrator_method_and_level(judgement: Judgement) -> None:
    heads = judgement.heads()
    assert "ece@temperature" in heads["calibration"]
    assert "aurc_top5" in heads["calibration"]
    assert {"coverage@raps/0.9", "size@lac-by-frequency/0.95"} <= set(heads["conformal"])


def test_other_worlds_and_roles_are_left_out_and_gaps_are_refused(images: pd.DataFrame) -> None:
    table = made_table(images)
    world = table.world.copy()
    world[:5] = "open"
    role = table.role.copy()
    role[5:9] = "unaffected"
    rows = closed_rows(dataclasses.replace(table, world=world, role=role))
    assert rows.index.tolist() == list(range(9, len(table)))
    without = table.role.copy()
    without[(table.model == 0) & (table.role == "calibration")] = "unseen"
    with pytest.raises(RunError, match="without calibration rows"):
        closed_rows(dataclasses.replace(table, role=without))
    with pytest.raises(RunError, match="no test row"):
        closed_rows(dataclasses.replace(table, role=np.full(len(table), "calibration")))


def test_what_divides_the_calibration_patients_draws_no_lot(images: pd.DataFrame) -> None:
    """Where patients are unknown their ids are the images': lots stay uniform among the used."""
    alone = images.drop_duplicates("patient_id")
    table = made_table(alone.assign(patient_id=alone["image_id"]), repeats=20)
    prepared = prepare(closed_rows(table), table)
    calibrating = prepared.lots[prepared.rows.calibration[prepared.used]]
    assert len(calibrating) > 700
    assert kstest(calibrating, "uniform").pvalue > 0.001
    assert calibrating.min() < 0.05


def test_a_handful_of_patients_is_judged_without_a_crash(images: pd.DataFrame) -> None:
    """Two patients of each condition: every list holds everything at 95 %."""
    few = images[images["patient_id"].isin([f"p{i}" for i in range(2 * N_CONDITIONS)])]
    made = judge(made_table(few, repeats=1), few)
    whole = made.conformal.find("lac", "all", 0.95)
    assert whole is not None
    assert whole.groups[0].size.value == N_CONDITIONS
    assert {one.median_size for one in whole.groups} == {None}
    assert made.calibration.calibrators["temperature"].brier.method == "wilson"


def test_an_untrained_condition_costs_the_floor_and_is_never_listed_below_infinity(
    images: pd.DataFrame,
) -> None:
    table = made_table(images)
    scores = table.scores.copy()
    scores[:, 5] = -np.inf
    changed: ReliabilityTable = dataclasses.replace(table, scores=scores)
    made = judge(changed, images)
    share = float(np.mean(images.drop_duplicates("image_id")["condition"] == "C5"))
    found = made.calibration.calibrators["temperature"]
    assert found.floored == pytest.approx(share, abs=0.02)
    assert np.isfinite(found.nll.value)
    loose = made.conformal.find("lac", "all", 0.8)
    assert loose is not None
    assert loose.groups[0].coverage.value > 0.7
