"""What is measured of lists and warnings is what is so, in worlds whose truth is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from rdface.cohort import Cohort
from rdface.learners.full_conformal import Fits
from rdface.photograph.people import one_of_each
from rdface.photograph.trust import LEVELS, WARNED, judge_strangers, measure_trust, share

MakeCohort = Callable[..., Cohort]


@pytest.fixture(scope="module")
def embeddings_of() -> Callable[[Cohort, float], np.ndarray]:
    """Embeddings around a mean for each condition; ``noise`` against means of length one."""

    def make(cohort: Cohort, noise: float) -> np.ndarray:
        rng = np.random.default_rng(5)
        place = {name: k for k, name in enumerate(cohort.condition_ids)}
        means = rng.normal(size=(len(place), 32))
        rows = [means[place[name]] for name in cohort.images["condition"]]
        return np.array(rows) + noise * rng.normal(size=(len(rows), 32))

    return make


def test_lists_of_clear_faces_are_short_and_of_noise_long(
    make_cohort: MakeCohort, embeddings_of: Callable[[Cohort, float], np.ndarray]
) -> None:
    """Both keep the promise; strangers are told where faces are clear, and nowhere else."""
    cohort = make_cohort(conditions=10, patients=12, images=1)
    rows = one_of_each(cohort)
    clear, noisy = (measure_trust(cohort, embeddings_of(cohort, s), rows) for s in (0.3, 30.0))
    assert clear.n_patients == 120
    for trust in (clear, noisy):
        for each, level in zip(trust.lists, LEVELS, strict=True):
            assert each.level == level
            assert each.coverage.low <= level + 0.02
            assert each.coverage.high >= level
    assert clear.lists[1].mean_length < 2 < 8 < noisy.lists[1].mean_length
    assert clear.first[1].value > 0.95 and noisy.first[1].value < 0.3
    assert clear.strangers is not None and noisy.strangers is not None
    assert clear.strangers.auroc.value > 0.95
    assert clear.strangers.warned_strangers.value > 0.5
    assert abs(noisy.strangers.auroc.value - 0.5) < 0.15
    for trust in (clear, noisy):
        assert trust.strangers is not None
        assert trust.strangers.warned_known.low <= WARNED


def test_few_conditions_have_no_strangers(
    make_cohort: MakeCohort, embeddings_of: Callable[[Cohort, float], np.ndarray]
) -> None:
    cohort = make_cohort(conditions=3, patients=6, images=2)
    found = measure_trust(cohort, embeddings_of(cohort, 1.0), one_of_each(cohort))
    assert found.strangers is None


def test_the_interval_knows_of_both_samples() -> None:
    """400 patients asked about 400 others are worth 200 trials."""
    both = share([True] * 360 + [False] * 40, 400)
    wide = (both.high - both.low) / 2
    assert both.value == 0.9
    assert wide == pytest.approx(1.96 * np.sqrt(0.09 / 200), rel=0.05)


def test_who_is_asked_about_four_times_counts_once() -> None:
    """20 patients who are known to four parts each and strangers to the fifth are 20, not 80."""
    fits = [Fits(np.array([0.5]), np.array([0.1]), k / 20) for k in range(20)]
    names = [f"P{k}" for k in range(20)]
    parts = [[k for k in range(20) if k % 5 == part] for part in range(5)]
    known = [[fits[k] for k in range(20) if k not in part] for part in parts]
    strange = [[fits[k] for k in part] for part in parts]
    who = [
        ([names[k] for k in range(20) if k not in part], [names[k] for k in part]) for part in parts
    ]
    found = judge_strangers(known, strange, who, 80)
    assert (found.warned_known.n, found.warned_known.n_patients) == (80, 20)
    once = share([True] * 2 + [False] * 18, 80)
    assert (found.warned_known.low, found.warned_known.high) == (once.low, once.high)
    assert (found.warned_strangers.low, found.warned_strangers.high) == (once.low, once.high)
