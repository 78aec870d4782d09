"""Pareto fronts are those of the definition."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rdface.screening.pareto import fronts

values = arrays(float, st.tuples(st.integers(0, 12), st.integers(1, 3)), elements=st.integers(0, 3))


def dominates(a: np.ndarray, b: np.ndarray) -> bool:
    return bool((a >= b).all() and (a > b).any())


@given(values)
def test_a_row_is_beaten_by_one_of_the_front_before_and_by_none_of_its_own(x: np.ndarray) -> None:
    found = fronts(x)
    for row, front in zip(x, found, strict=True):
        assert not any(dominates(other, row) for other in x[found == front])
        if front > 1:
            assert any(dominates(other, row) for other in x[found == front - 1])


@given(values)
def test_fronts_do_not_depend_on_the_order_of_rows(x: np.ndarray) -> None:
    order = np.random.default_rng(len(x)).permutation(len(x))
    np.testing.assert_array_equal(fronts(x)[order], fronts(x[order]))


def test_one_score_gives_a_front_per_value() -> None:
    assert fronts(np.array([[3.0], [1.0], [3.0], [2.0]])).tolist() == [1, 3, 1, 2]
