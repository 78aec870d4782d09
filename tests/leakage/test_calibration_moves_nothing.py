"""Canary: test rows, and other models' rows, move no temperature, no matrix and no threshold."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from rdface.bench.reliability.calibrate import calibrate, closed_rows
from rdface.bench.reliability.conformal import prepare
from rdface.bench.reliability.table import ReliabilityTable
from rdface.metrics.calibrators import CALIBRATORS
from rdface.metrics.conformal import NONCONFORMITY, sets_of
from tests.bench.reliability.tables import N_CONDITIONS, made_images, made_table

ALPHAS = (0.05, 0.1, 0.2)


@pytest.fixture(scope="module")
def images() -> pd.DataFrame:
    return made_images(60)


def damaged(table: ReliabilityTable, rows: np.ndarray) -> ReliabilityTable:
    """The table with wild scores and other truths in ``rows``."""
    scores, truth = table.scores.copy(), table.truth.copy()
    rng = np.random.default_rng(5)
    scores[rows] = 40 * rng.normal(size=(int(rows.sum()), N_CONDITIONS)) ** 3
    truth[rows] = [f"C{(int(name[1:]) + 3) % N_CONDITIONS}" for name in truth[rows]]
    return dataclasses.replace(table, scores=scores, truth=truth)


def watched_row(table: ReliabilityTable) -> int:
    """The first test row of model 0."""
    return int(np.flatnonzero((table.model == 0) & (table.role == "test"))[0])


def strangers(table: ReliabilityTable) -> np.ndarray:
    """All rows but that one and the calibration rows of its model."""
    other = ~((table.model == 0) & (table.role == "calibration"))
    other[watched_row(table)] = False
    return other


def probabilities(table: ReliabilityTable, name: str) -> np.ndarray:
    """Of the watched row."""
    rows = closed_rows(table)
    place = int(np.flatnonzero(rows.index == watched_row(table))[0])
    return calibrate(rows, name).log_probabilities[place]


def sets(table: ReliabilityTable, method: str, group: np.ndarray) -> list[tuple[int, bool]]:
    """Size and coverage of the watched row's sets."""
    rows = closed_rows(table)
    prepared = prepare(rows, table)
    made = prepared.sets(method, group)
    index = rows.index[prepared.used][~made.calibration]
    place = int(np.flatnonzero(index == watched_row(table))[0])
    found = [sets_of(made, alpha) for alpha in ALPHAS]
    return [(int(one.sizes[place]), bool(one.covered[place])) for one in found]


@pytest.mark.parametrize("name", CALIBRATORS.names())
def test_no_calibrator_looks_at_a_test_row_or_at_another_model(
    images: pd.DataFrame, name: str
) -> None:
    """To the bit; and its own calibration rows do move it, unless there is nothing to move."""
    table = made_table(images)
    before = probabilities(table, name)
    assert np.array_equal(before, probabilities(damaged(table, strangers(table)), name))
    own = (table.model == 0) & (table.role == "calibration")
    moved = not np.array_equal(before, probabilities(damaged(table, own), name))
    assert moved == (name != "none")


@pytest.mark.parametrize("method", list(NONCONFORMITY))
@pytest.mark.parametrize("group", [np.zeros(N_CONDITIONS, dtype=int), np.arange(N_CONDITIONS) % 2])
def test_no_threshold_looks_at_a_test_row_or_at_another_model(
    images: pd.DataFrame, method: str, group: np.ndarray
) -> None:
    """Nor do lots: an image's lot is its own, whoever is tested with it."""
    table = made_table(images)
    before = sets(table, method, group)
    assert before == sets(damaged(table, strangers(table)), method, group)
    own = (table.model == 0) & (table.role == "calibration")
    assert before != sets(damaged(table, own), method, group)


def test_nobody_gives_both_the_temperature_and_the_threshold(images: pd.DataFrame) -> None:
    """The threshold's patients are strangers to everything that was fitted."""
    table = made_table(images)
    rows = closed_rows(table)
    used = prepare(rows, table).used
    for model in range(rows.n_models):
        own = rows.calibration & (rows.model == model)
        first, second = (set(rows.patient[own & part].tolist()) for part in (~used, used))
        assert first and second
        assert not first & second


def test_control_a_temperature_of_all_rows_is_caught(images: pd.DataFrame) -> None:
    """The leaky twin: fitted on the test rows too, it moves."""

    def leaky(table: ReliabilityTable) -> np.ndarray:
        rows = closed_rows(table)
        everything = dataclasses.replace(rows, calibration=np.ones_like(rows.calibration))
        place = int(np.flatnonzero(rows.index == watched_row(table))[0])
        return calibrate(everything, "temperature").log_probabilities[place]

    table = made_table(images)
    tests = (table.role == "test") & (table.model == 0)
    tests[watched_row(table)] = False
    assert not np.array_equal(leaky(table), leaky(damaged(table, tests)))
