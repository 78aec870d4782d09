"""The numbers of docs/screening.md rest on two scripts: their parts do what they say."""

from __future__ import annotations

import numpy as np

from benchmarks.screening import landmarks
from benchmarks.screening_trust import halves, interval
from rdface.cohort import load_cohort


def test_both_ways_of_the_benchmark_give_the_same_numbers() -> None:
    what, size, *_, gap = landmarks(40, 5)
    assert (what, size) == ("landmark scores and ranks", "40 x 5")
    assert float(str(gap)) < 1e-12


def test_nobody_who_trains_is_scored_and_every_patient_counts_once() -> None:
    cohort = load_cohort("sim103")
    ids, pool = halves(cohort, 2, 1, seed=0)
    patient_of = cohort.images.set_index("image_id")["patient_id"]
    trained = patient_of[ids]
    assert not set(trained) & set(pool.images["patient_id"])
    assert not trained.duplicated().any() and not pool.images["patient_id"].duplicated().any()
    assert cohort.images.set_index("image_id").loc[ids, "condition"].value_counts().max() == 2
    assert (
        pool.images["synthetic_of"] == pool.images["image_id"].str.removeprefix("as-pool:")
    ).all()


def test_an_interval_holds_the_mean_and_narrows_with_patients() -> None:
    rng = np.random.default_rng(0)

    def width(n: int) -> float:
        values = np.random.default_rng(1).normal(size=n)
        text = interval(values, rng, ".4f")
        mean, low, _, high = text.replace("(", "").replace(")", "").split()
        assert float(low) < float(mean) < float(high)
        return float(high) - float(low)

    assert width(1000) < 0.5 * width(100)
