"""Intervals for few patients, against SciPy and against the formulae's own limits."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.metrics import comparison, small_samples
from rdface.metrics.small_samples import (
    agresti_min_interval,
    effective_number,
    wilson_interval,
)


@given(st.integers(1, 500), st.data())
def test_wilson_is_scipys(n: int, data: st.DataObject) -> None:
    """Equal to SciPy's score interval for whole hits."""
    from scipy.stats import binomtest

    hits = data.draw(st.integers(0, n))
    expected = binomtest(hits, n).proportion_ci(0.95, method="wilson")
    assert wilson_interval(hits / n, n) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_effective_number_counts_equal_shares() -> None:
    """Equal shares count fully, zeros not at all, one giant as one."""
    assert effective_number(np.full(7, 0.3)) == pytest.approx(7)
    assert effective_number(np.array([1.0, 1.0, 0.0])) == pytest.approx(2)
    assert effective_number(np.array([1e6, 1.0, 1.0])) == pytest.approx(1, abs=1e-4)
    assert effective_number(np.zeros(3)) == 0


def test_agresti_min_by_hand_and_without_any_difference() -> None:
    """Half a pair in each cell; no difference at all is still no certainty."""
    b, c, n = 8, 3, 50
    low, high, p_value = agresti_min_interval((b - c) / n, (b + c) / n, n)
    shrunk = (b - c) / (n + 2)
    spread = np.sqrt(((b + c + 1) / (n + 2) - shrunk**2) / (n + 2))
    assert (low, high) == pytest.approx((shrunk - 1.959964 * spread, shrunk + 1.959964 * spread))
    assert 0.05 < p_value < 0.3
    low, high, p_value = agresti_min_interval(0.0, 0.0, 50)
    assert low == pytest.approx(-high)
    assert high == pytest.approx(1.959964 / 52)
    assert p_value == 1.0


def test_examples() -> None:
    """The docstrings tell the truth."""
    assert doctest.testmod(small_samples).failed == 0
    assert doctest.testmod(comparison).failed == 0
