"""The permutation test: deals keep what they must keep, and the p-value is what it says."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.metrics import by_group
from rdface.metrics.subgroups import Division
from tests.metrics.subgroups.conftest import grouped_run

Arrays = dict[str, np.ndarray[Any, Any]]


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(2, 4))
def test_deals_keep_the_groups_of_every_condition(seed: int, n: int) -> None:
    """A deal moves labels within conditions only; the unlabelled stay as they are."""
    run = grouped_run(patients=90, conditions=12, groups="abcd"[:n], seed=seed)
    run["group"] = np.where(run["patient"] % 7 == 0, "", run["group"])
    del run["values"]
    division = Division.of(**run, n_permutations=20, seed=seed)
    for dealt in division.permuted:
        assert ((dealt < 0) == (division.label < 0)).all()
        for condition in np.unique(division.condition):
            own = division.condition == condition
            assert sorted(dealt[own]) == sorted(division.label[own])


def test_p_value_is_that_of_all_deals() -> None:
    """One condition of 40 patients in 20 + 20: with all right in one group only, p is 1 / (1 + T).

    And in a small layout the share of deals agrees with counting all of them.
    """
    patient = np.arange(40)
    group = np.array(["a"] * 20 + ["b"] * 20, dtype=object)
    found = by_group(
        (patient < 20).astype(float), patient, patient, np.zeros(40, int), group, n_permutations=500
    )
    assert found.p_value == pytest.approx(1 / 501)


def test_p_value_agrees_with_counting() -> None:
    """20 conditions of a pair, one patient of each group: the count over sign patterns is exact."""
    rng = np.random.default_rng(1)
    patient, condition = np.arange(40), np.arange(40) // 2
    group = np.tile(np.array(["a", "b"], dtype=object), 20)
    hits = (rng.random(40) < np.tile([0.7, 0.3], 20)).astype(float)
    found = by_group(hits, patient, patient, condition, group, n_permutations=20_000)
    uneven = hits[0::2] != hits[1::2]
    n, difference = int(uneven.sum()), int((hits[0::2] - hits[1::2]).sum())
    signs = np.array(np.meshgrid(*[[-1, 1]] * n)).reshape(n, -1).sum(axis=0)
    assert found.p_value == pytest.approx(np.mean(np.abs(signs) >= abs(difference)), abs=0.01)


def test_variance_is_that_of_all_deals() -> None:
    """The formula of V_g against all 120 orders of five patients."""
    from rdface.metrics.subgroups import permutation

    labels = ["a", "a", "b", "b", "b"] + ["a", "b"] * 20
    truth = np.array([0] * 5 + list(range(1, 41)))
    patient = np.arange(45)
    division = Division.of(patient, patient, truth, np.array(labels, dtype=object))
    centred = np.zeros(45)
    centred[:5] = np.array([0.5, -0.2, 0.4, -0.9, 0.2])
    sums = [sum(centred[:5][i] for i in order[:2]) for order in permutations(range(5))]
    assert permutation._variance(division, centred)[0] == pytest.approx(np.var(sums))


def test_a_planted_difference_is_found(make_groups: Callable[..., Arrays]) -> None:
    """30 points between two groups of 100 are found, micro and macro."""
    run = make_groups(effect=0.3)
    for macro in (False, True):
        found = by_group(**run, macro=macro, n_permutations=999)
        assert found.p_value is not None and found.p_value <= 0.01


def test_equal_groups_are_rarely_told_apart() -> None:
    """Of 60 equal worlds at most 8 have p <= 0.05 (3 are expected; more happen in 0.4 %)."""
    tests = [
        by_group(**grouped_run(groups="abc", seed=seed), n_permutations=199, n_resamples=50).p_value
        for seed in range(60)
    ]
    assert sum(p is not None and p <= 0.05 for p in tests) <= 8
    assert 0.35 <= np.mean([p for p in tests if p is not None]) <= 0.65


def test_two_groups_of_hits_are_cochrans_mantels_and_haenszels_test(
    make_groups: Callable[..., Arrays],
) -> None:
    """S^2 / V of hits in two groups is the statistic of the 2 x 2 tables of all conditions.

    Mantel and Haenszel, J. Natl. Cancer Inst. 1959, without their correction for continuity; the
    p-value of the deals agrees with its chi-squared distribution.
    """
    from scipy.stats import chi2

    from rdface.metrics.subgroups import permutation
    from rdface.metrics.subgroups.averages import shares

    run = make_groups(patients=400, conditions=40, effect=0.1, seed=5)
    run = {name: column[:400] for name, column in run.items()}  # one image a patient
    excess, variance = 0.0, 0.0
    for c in range(40):
        own = run["truth"] == c
        hit, first = run["values"][own] == 1, run["group"][own] == "a"
        n, hits, members = own.sum(), hit.sum(), first.sum()
        excess += (hit & first).sum() - hits * members / n
        variance += hits * (n - hits) * members * (n - members) / (n**2 * (n - 1))
    values = run.pop("values")
    division = Division.of(**run, n_permutations=9999)
    amounts = division.per_patient(division.per_image(values))
    share = shares(division, division.images.sum(axis=1), macro=False)
    centred = permutation._centred(division, share, amounts.sum(axis=1))
    found = centred[division.label == 0].sum() ** 2 / permutation._variance(division, centred)[0]
    assert found == pytest.approx(excess**2 / variance)
    p_value = permutation.deal(division, amounts, macro=False).p_value
    assert p_value == pytest.approx(chi2.sf(found, 1), abs=0.05), "hits are discrete"


def test_one_condition_agrees_with_scipy() -> None:
    """Of one condition the test is the plain permutation test of two means."""
    from scipy.stats import permutation_test

    rng = np.random.default_rng(2)
    values, patient = rng.random(50), np.arange(50)
    values[:25] += 0.1
    group = np.repeat(np.array(["a", "b"], dtype=object), 25)
    found = by_group(values, patient, patient, 0 * patient, group, bounds=None, n_permutations=9999)
    plain = permutation_test(
        (values[:25], values[25:]),
        lambda x, y: abs(x.mean() - y.mean()),
        n_resamples=9999,
        alternative="greater",
        rng=0,
    )
    assert found.p_value == pytest.approx(plain.pvalue, abs=0.02)
