"""Kernel distances: against torchmetrics, against the closed form, and by their symmetries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.metrics.realism import cmmd, gaussian_mmd, kid, median_distance
from rdface.metrics.realism.kernel_distance import cubic_kernel, mmd_of_kernels

Two = tuple[np.ndarray, np.ndarray]


@st.composite
def two_sets(draw: st.DrawFn) -> Two:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, m, d = draw(st.integers(2, 20)), draw(st.integers(2, 20)), draw(st.integers(1, 6))
    return rng.normal(size=(n, d)), draw(st.floats(0, 2)) + rng.normal(size=(m, d))


def test_kid_is_torchmetrics() -> None:
    """The same unbiased estimate as torchmetrics' on the same features."""
    import torch
    from torchmetrics.image.kid import maximum_mean_discrepancy, poly_kernel

    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, 16)), rng.normal(0.3, 1, size=(50, 16))
    first, second = torch.from_numpy(x), torch.from_numpy(y)
    # torchmetrics divides every block by m (m - 1) of the first set, so sets of one size are given
    second = second[:40]
    expected = maximum_mean_discrepancy(
        poly_kernel(first, first), poly_kernel(first, second), poly_kernel(second, second)
    )
    assert kid(x, y[:40]) == pytest.approx(float(expected), rel=1e-9)


def test_the_gaussian_distance_is_unbiased_for_its_closed_form() -> None:
    """Two normal distributions have a known distance; the mean of small samples hits it."""
    rng, d, shift, s = np.random.default_rng(1), 3, 0.7, 1.5
    truth = 2 * (s**2 / (s**2 + 2)) ** (d / 2) * (1 - np.exp(-d * shift**2 / (2 * (s**2 + 2))))
    found = [
        gaussian_mmd(rng.normal(size=(12, d)), shift + rng.normal(size=(9, d)), s)
        for _ in range(3000)
    ]
    assert np.mean(found) == pytest.approx(truth, abs=4 * np.std(found) / np.sqrt(len(found)))
    same = [gaussian_mmd(rng.normal(size=(12, d)), rng.normal(size=(9, d)), s) for _ in range(3000)]
    assert np.mean(same) == pytest.approx(0, abs=4 * np.std(same) / np.sqrt(len(same)))
    assert min(same) < 0


@settings(max_examples=40)
@given(two_sets())
def test_distances_are_symmetric_and_blind_to_order(sets: Two) -> None:
    x, y = sets
    turned = x[::-1]
    for distance in (kid, cmmd, lambda a, b: gaussian_mmd(a, b, 1.3)):
        assert distance(x, y) == pytest.approx(distance(y, x), rel=1e-9, abs=1e-9)
        assert distance(turned, y) == pytest.approx(distance(x, y), rel=1e-9, abs=1e-9)


def test_cmmd_does_not_know_lengths_and_has_the_bandwidth_of_the_paper() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(20, 5)), rng.normal(size=(20, 5))
    unit = [rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (x, y)]
    assert cmmd(7 * x, y) == pytest.approx(cmmd(x, y), abs=1e-12)
    assert cmmd(x, y) == pytest.approx(gaussian_mmd(*unit, 10.0), abs=1e-12)


def test_pairs_of_one_patient_do_not_count() -> None:
    """Twins of every picture change nothing if they are known to be one patient's."""
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=(15, 4)), rng.normal(size=(15, 4))
    twins, people = np.repeat(x, 2, axis=0), np.repeat(np.arange(15), 2)
    assert kid(twins, y, x_groups=people) == pytest.approx(kid(x, y), rel=1e-9)
    assert kid(twins, y) > kid(x, y)


def test_too_few_say_nothing() -> None:
    one = np.ones((1, 3))
    assert np.isnan(kid(one, np.eye(3)))
    assert np.isnan(mmd_of_kernels(np.ones((0, 0)), np.ones((2, 2)), np.ones((0, 2))))


def test_the_bandwidth_is_the_median_distance() -> None:
    assert median_distance(np.array([[0.0], [1.0], [3.0]])) == pytest.approx(2.0)
    assert cubic_kernel(np.array([[1.0, 1.0]]), np.array([[1.0, 3.0]]))[0, 0] == 27
