"""Intervals by leaving out groups hold what they should, and know whole patients."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.metrics.jackknife import jackknife
from rdface.metrics.realism import frechet_distance, kid


def test_of_a_mean_it_is_the_standard_error() -> None:
    """With one in each part it is the textbook's; two sides add their variances."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=25), rng.normal(size=30)
    one = jackknife(lambda a: (x[a].mean(),), [np.arange(25)])[0]
    error = x.std(ddof=1) / 5
    assert one.high - one.value == pytest.approx(1.959964 * error, rel=1e-6)
    both = jackknife(lambda a, b: (x[a].mean() - y[b].mean(),), [np.arange(25), np.arange(30)])[0]
    error = np.hypot(error, y.std(ddof=1) / np.sqrt(30))
    assert both.value - both.low == pytest.approx(1.959964 * error, rel=1e-6)


def test_pictures_of_one_patient_are_left_out_together() -> None:
    """Doubled pictures give the same interval if they are known to be doubles."""
    x = np.random.default_rng(1).normal(size=20)
    people = np.repeat(np.arange(20), 2)
    twice = np.repeat(x, 2)
    known = jackknife(lambda a: (twice[a].mean(),), [people])[0]
    assert known == pytest.approx(jackknife(lambda a: (x[a].mean(),), [np.arange(20)])[0])


def test_two_groups_have_no_interval() -> None:
    found = jackknife(lambda a: (float(len(a)),), [np.array([0, 0, 1])])[0]
    assert found.value == 3 and np.isnan(found.low)


@pytest.mark.slow
@pytest.mark.parametrize("measure", ["kid", "fd"])
def test_coverage_of_distances(measure: str) -> None:
    """95 % intervals hold the mean of the statistic at this n in at least 90 % of worlds.

    Two different normal distributions, patients with two pictures each; 200 worlds.
    """
    rng, n = np.random.default_rng(2), 50
    people = np.repeat(np.arange(n // 2), 2)

    def world() -> tuple[np.ndarray, np.ndarray]:
        centres = rng.normal(size=(n // 2, 6))
        real = centres[people] + 0.5 * rng.normal(size=(n, 6))
        return real, 0.8 + rng.normal(size=(n, 6))

    def value(real: np.ndarray, fake: np.ndarray, own: np.ndarray) -> float:
        return kid(real, fake, x_groups=own) if measure == "kid" else frechet_distance(real, fake)

    truth = np.mean([value(*world(), people) for _ in range(800)])
    held = 0
    for _ in range(200):
        real, fake = world()
        found = jackknife(
            lambda a, b, r=real, f=fake: (value(r[a], f[b], people[a]),),
            [people, np.arange(n)],
            parts=25,
        )[0]
        held += found.low <= truth <= found.high
    assert held / 200 >= 0.9
