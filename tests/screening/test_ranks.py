"""Ranks among conditions: what is missing is no rival and has no rank."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rdface.screening.ranks import own_ranks

tables = arrays(float, (5, 7), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0, np.nan]))
labels = arrays(np.intp, 5, elements=st.integers(0, 6))


@given(tables, labels, st.permutations(range(7)))
def test_ranks_do_not_depend_on_the_order_of_conditions(
    table: np.ndarray, own: np.ndarray, order: list[int]
) -> None:
    place = np.argsort(order)
    np.testing.assert_array_equal(own_ranks(table, own), own_ranks(table[:, order], place[own]))


@given(tables, labels)
def test_a_rank_counts_the_numbers_that_are_as_near_and_nothing_else(
    table: np.ndarray, own: np.ndarray
) -> None:
    for row, rank in enumerate(own_ranks(table, own)):
        mine = table[row, own[row]]
        if np.isnan(mine):
            assert np.isnan(rank)
        else:
            assert rank == sum(1 for other in table[row] if other >= mine)
            assert 1 <= rank <= np.isfinite(table[row]).sum()


def test_a_condition_without_training_images_takes_no_rank() -> None:
    """With NaN in its column the others' ranks are those without it."""
    table = np.array([[0.5, np.nan, 0.9, 0.1]])
    assert own_ranks(table, np.array([0])).tolist() == [2]
    assert own_ranks(table[:, [0, 2, 3]], np.array([0])).tolist() == [2]
