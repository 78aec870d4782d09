"""Do the intervals also hold for a whole cross-validation, whose test patients train each other?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from rdface.learners import LEARNERS, Preparation, fit_model
from rdface.metrics import summarise
from rdface.protocols import PROTOCOLS

SIZES = [2] * 4 + [3] * 21 + [4] * 23 + [5] * 24 + [6] * 17 + [7] * 6 + [8] * 3
N_FRESH = 30
WIDTH = 30
N_COHORTS = 120
LEAST = 0.94
"""Measured: 99.2 and 98.3 %.

A true 98 % falls below it in 0.3 % of seeds; a true 85 % passes in 0.2 % of them.
"""


def cohort() -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Images table, condition and patient of each image; a third of conditions has a pair."""
    rows = []
    for condition, size in enumerate(SIZES):
        pair = 2 if size >= 3 and condition % 3 == 0 else 1
        for image in range(size):
            rows.append((condition, f"{condition}.{max(0, image - pair + 1)}"))
    condition = np.array([row[0] for row in rows])
    names, patient = np.unique([row[1] for row in rows], return_inverse=True)
    images = pd.DataFrame(
        {
            "image_id": [f"i{number}" for number in range(len(rows))],
            "patient_id": names[patient],
            "condition": [f"C{number:03d}" for number in condition],
            "synthetic_of": "",
        }
    )
    return images, condition, patient


@pytest.mark.slow
def test_intervals_hold_for_patients_who_train_each_other() -> None:
    """Cohorts are drawn anew, models fitted, and fresh patients say what the truth is.

    The truth of a condition is the accuracy of the models of the folds that test it, averaged over
    all cohorts. Weighing conditions anew in each resample covered 85 % here.
    """
    rng = np.random.default_rng(5)
    images, y, patient = cohort()
    condition_of = np.zeros(patient.max() + 1, dtype=int)
    condition_of[patient] = y
    centres = 0.55 * rng.normal(size=(len(SIZES), WIDTH)) * rng.gamma(2, 0.5, (len(SIZES), 1))
    fresh_y = np.repeat(np.arange(len(SIZES)), N_FRESH)

    def faces(people: np.ndarray, shown: np.ndarray) -> np.ndarray:
        known = centres[people] + rng.normal(size=(len(people), WIDTH))
        return known[shown] + 0.5 * rng.normal(size=(len(shown), WIDTH))

    intervals, truths = [], []
    for number in range(N_COHORTS):
        x, fresh = faces(condition_of, patient), faces(fresh_y, np.arange(len(fresh_y)))
        parts, seen, times = [], np.zeros(len(SIZES)), np.zeros(len(SIZES))
        for fold in PROTOCOLS.get("strict")(images, seed=number, repeats=2).folds:
            rows = fold.rows(list(images["image_id"]))
            development = np.concatenate([rows.train, rows.validation])
            model = fit_model(
                LEARNERS.get("prototype"),
                x[development],
                y[development],
                n_conditions=len(SIZES),
                preparation=Preparation(centre=True, unit=True),
                parameters={},
            )
            test = rows.test
            parts.append((model.scores(x[test]), y[test], test, patient[test], y[test]))
            hits = (model.scores(fresh).argmax(axis=1) == fresh_y).reshape(-1, N_FRESH)
            tested = np.bincount(y[test], minlength=len(SIZES))
            seen, times = seen + hits.mean(axis=1) * tested, times + tested
        columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
        found = summarise(*columns, ks=(1,), band_edges=None, n_resamples=500, seed=number)
        intervals.append([(found[n].low, found[n].high) for n in ("top1_micro", "top1_macro")])
        truths.append([np.average(seen / times, weights=SIZES), np.mean(seen / times)])
    low, high = np.array(intervals).transpose(2, 0, 1)
    truth = np.mean(truths, axis=0)
    held = np.mean((low <= truth) & (truth <= high), axis=0)
    print("micro, macro:", held, "width:", np.mean(high - low, axis=0))
    assert (held >= LEAST).all()
