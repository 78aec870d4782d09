"""Lists that hold the truth as often as promised: thresholds from calibration rows alone.

The calibration patients of each model are divided once: a third fit the temperature, the others
give the threshold, so that the threshold's patients are strangers to everything that was fitted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rdface.bench.reliability.calibrate import ClosedRows, calibrate
from rdface.bench.reliability.judgement import Conformal, GroupSets, SetsOfMethod, metric_of
from rdface.bench.reliability.table import ReliabilityTable
from rdface.cohort.groups import GROUPINGS, groups_of, in_order
from rdface.metrics import bands
from rdface.metrics.conformal import (
    NONCONFORMITY,
    SetTable,
    coverages,
    expected_spread,
    least_patients,
    sets_of,
)
from rdface.metrics.ranking import Bools, Floats, Ints
from rdface.metrics.small_samples import FEWEST_PATIENTS

if TYPE_CHECKING:
    import pandas as pd

LEVELS = (0.8, 0.9, 0.95)
TEMPERATURE_SHARE = 1 / 3
"""Share of a model's calibration patients that fit the temperature."""

FREQUENCIES = (1, 2, 4)
"""Where groups of conditions begin, by number of patients in the cohort."""

Subsets = Mapping[tuple[str, str], Bools]


@dataclass(frozen=True, eq=False)
class Prepared:
    """Probabilities whose temperature was fitted on a third of the calibration patients.

    Attributes:
        rows: Of the table.
        used: ``bool [M]``: the other calibration rows, and the test rows.
        log_probabilities: ``[N, C]`` of the rows that are used.
        lots: ``[N]``, of APS and RAPS.
    """

    rows: ClosedRows
    used: Bools
    log_probabilities: Floats
    lots: Floats

    def sets(self, method: str, group: Ints) -> SetTable:
        """Nonconformity by a method; ``group [C]`` says which conditions share a threshold."""
        return SetTable(
            NONCONFORMITY[method](self.log_probabilities, self.lots),
            self.rows.truth[self.used],
            self.rows.model[self.used],
            self.rows.calibration[self.used],
            self.rows.image[self.used],
            self.rows.patient[self.used],
            group,
        )


def prepare(rows: ClosedRows, table: ReliabilityTable, *, seed: int = 0) -> Prepared:
    """Divide the calibration patients, fit the temperature, draw the lots."""
    for_temperature = rows.calibration & _first_third(rows, table, seed)
    logs = calibrate(rows, "temperature", for_temperature).log_probabilities
    used = ~for_temperature
    lots = [
        # Where nobody knows the patients, an image's id is its patient's: the word keeps the lot
        # apart from the one that divides the calibration patients.
        _lot("set", seed, table.repeat[i], table.fold[i], table.image_ids[i])
        for i in rows.index[used]
    ]
    return Prepared(rows, used, logs[used], np.array(lots))


def judge_conformal(
    rows: ClosedRows, table: ReliabilityTable, images: pd.DataFrame, *, seed: int = 0
) -> Conformal:
    """Sets of every method and level, and how often they hold the truth, for whom.

    Args:
        rows: Of the table.
        table: All rows.
        images: Table of the cohort, for the groups and the patients of each condition.
        seed: Divides the calibration patients and draws the lots.
    """
    prepared = prepare(rows, table, seed=seed)
    for_threshold = rows.calibration & prepared.used
    names, frequency = _frequency_groups(table, images)
    taxonomies = {
        "all": np.zeros(len(table.conditions), dtype=np.int64),
        "frequency": frequency,
        "condition": np.arange(len(table.conditions)),
    }
    subsets = _subsets(table, rows.index[~rows.calibration], images, names, frequency)
    plans = [(method, "all") for method in NONCONFORMITY]
    plans += [("lac", "frequency"), ("raps", "frequency"), ("lac", "condition")]
    sets = []
    for method, taxonomy in plans:
        sheet = prepared.sets(method, taxonomies[taxonomy])
        asked = subsets if taxonomy != "condition" else {("all", ""): subsets["all", ""]}
        sets += [_judge(sheet, method, taxonomy, level, asked) for level in LEVELS]
    per_model = rows.patients_of(for_threshold)
    of_frequency = {
        name: rows.patients_of(for_threshold & (frequency[rows.truth] == number))
        for number, name in enumerate(names)
    }
    return Conformal(
        n_models=rows.n_models,
        n_conditions=len(table.conditions),
        temperature_patients=_range(rows.patients_of(~prepared.used)),
        threshold_patients=_range(per_model),
        frequency_patients={name: _range(counts) for name, counts in of_frequency.items()},
        enough={f"{level:g}": _enough(rows, for_threshold, 1 - level) for level in LEVELS},
        sets=tuple(sets),
    )


def _judge(
    table: SetTable, method: str, taxonomy: str, level: float, subsets: Subsets
) -> SetsOfMethod:
    alpha = round(1.0 - level, 10)
    made = sets_of(table, alpha)
    n_conditions = table.scores.shape[1]
    share = table.tested.shares()
    names = {f"{grouping}\n{group}": rows for (grouping, group), rows in subsets.items()}
    sizes = made.sizes
    groups = []
    for key, found in coverages(table, alpha, names).items():
        grouping, group = key.split("\n")
        rows = names[key]
        few = found.coverage.n_patients < FEWEST_PATIENTS
        groups.append(
            GroupSets(
                grouping=grouping,
                group=group,
                coverage=metric_of(found.coverage),
                size=metric_of(found.size),
                median_size=None if few else _median(sizes[rows], share[rows]),
                empty=None if few else float(np.average(sizes[rows] == 0, weights=share[rows])),
                full=None
                if few
                else float(np.average(sizes[rows] == n_conditions, weights=share[rows])),
            )
        )
    inside, spread = _against_law(table, made.covered, alpha) if taxonomy == "all" else (None, None)
    return SetsOfMethod(
        method=method,
        taxonomy=taxonomy,
        level=level,
        single=None
        if groups[0].median_size is None
        else float(np.average(sizes == 1, weights=share)),
        groups=tuple(groups),
        models_inside=inside,
        spread=spread,
    )


def _median(sizes: Ints, share: Floats) -> float:
    """Over images: the first length that half of the weight does not exceed."""
    order = np.argsort(sizes, kind="stable")
    return float(sizes[order][np.searchsorted(np.cumsum(share[order]), share.sum() / 2)])


def _against_law(table: SetTable, hits: Bools, alpha: float) -> tuple[int, tuple[float, float]]:
    """Models whose coverage lies within the 95 % of their beta-binomial law; a typical range."""
    covered = hits.astype(np.float64)
    test = ~table.calibration
    share = np.zeros(len(test))
    ranges, inside = [], 0
    for model in np.unique(table.model):
        own = table.model == model
        asked = own & test
        part = table.patient[asked]
        _, place, times = np.unique(part, return_inverse=True, return_counts=True)
        share[asked] = 1.0 / times[place.reshape(-1)]
        value = float(np.average(covered[own[test]], weights=share[asked]))
        n = len(np.unique(table.patient[own & table.calibration]))
        law = expected_spread(n, len(times), alpha)
        inside += law.low - 1e-9 <= value <= law.high + 1e-9
        ranges.append((n, law.low, law.high))
    _, low, high = sorted(ranges)[len(ranges) // 2]
    return inside, (low, high)


def _enough(rows: ClosedRows, for_threshold: Bools, alpha: float) -> int:
    """Most conditions of any model with enough patients for a threshold of their own."""
    most = 0
    for model in range(rows.n_models):
        own = for_threshold & (rows.model == model)
        pairs = np.unique(np.stack([rows.truth[own], rows.patient[own]]), axis=1)
        counts = np.unique(pairs[0], return_counts=True)[1]
        most = max(most, int((counts >= least_patients(round(alpha, 10))).sum()))
    return most


def _first_third(rows: ClosedRows, table: ReliabilityTable, seed: int) -> Bools:
    """Rows of the calibration patients that fit the temperature."""
    chosen = np.zeros(len(rows.model), dtype=np.bool_)
    for model in range(rows.n_models):
        own = np.flatnonzero(rows.calibration & (rows.model == model))
        at = rows.index[own]
        repeat, fold = table.repeat[at[0]], table.fold[at[0]]
        lots = {name: _lot(seed, repeat, fold, name) for name in set(table.patient_ids[at])}
        ordered = sorted(lots, key=lambda name: (lots[name], name))
        first = set(ordered[: int(len(ordered) * TEMPERATURE_SHARE)])
        chosen[own] = [name in first for name in table.patient_ids[at]]
    return chosen


def _lot(*drawn_for: object) -> float:
    """A number between 0 and 1 that depends on nothing but what it is drawn for."""
    text = "/".join(map(str, drawn_for))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") / 2.0**48


def _frequency_groups(table: ReliabilityTable, images: pd.DataFrame) -> tuple[list[str], Ints]:
    """Names of the groups, and the group of each condition, by its patients in the cohort."""
    real = images[images["synthetic_of"] == ""] if "synthetic_of" in images else images
    counts = real.groupby("condition")["patient_id"].nunique().to_dict()
    patients = np.array([counts.get(condition, 0) for condition in table.conditions])
    made = bands(patients, FREQUENCIES)
    group = np.zeros(len(patients), dtype=np.int64)
    for number, members in enumerate(made.values()):
        group[members] = number
    return list(made), group


def _subsets(
    table: ReliabilityTable,
    index: Ints,
    images: pd.DataFrame,
    names: list[str],
    frequency: Ints,
) -> dict[tuple[str, str], Bools]:
    """Grouping and group -> which test rows; all of them first."""
    subsets: dict[tuple[str, str], Bools] = {("all", ""): np.ones(len(index), dtype=np.bool_)}
    for label, rows in bands(table.training_count[index]).items():
        subsets["training images", label] = rows
    of_truth = frequency[table.truth_index[index]]
    for number, label in enumerate(names):
        subsets["patients of the condition", label] = np.asarray(of_truth == number)
    row = {name: number for number, name in enumerate(images["image_id"])}
    at = np.array([row[name] for name in table.image_ids[index]], dtype=np.intp)
    for by in GROUPINGS:
        labels: NDArray[np.object_] = groups_of(images, by)[at]
        for label in in_order(labels.tolist()):
            subsets[by, label] = np.asarray(labels == label)
    return {key: rows for key, rows in subsets.items() if rows.any()}


def _range(counts: list[int]) -> tuple[int, int]:
    return min(counts), max(counts)
