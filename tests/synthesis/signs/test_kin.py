"""Which patients a condition's samples are drawn over, and how often."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rdface.synthesis.signs.kin import is_kin, kin_of, number_of


@given(st.floats(0, 1), st.integers(0, 200))
def test_numbers_count_what_came_before(share: float, number: int) -> None:
    """Each sample is one or the other, and both kinds are numbered without a gap."""
    before = sum(is_kin(k, share) for k in range(number))
    assert before == number_of(number, share)
    assert abs(before - number * share) < 1 + 1e-6


def test_patients_come_as_often_as_they_are_believed() -> None:
    """Shares of many draws are the weights; who speaks against the sign never comes."""
    weights = np.array([0.3, -0.5, 0.1, 0.6])
    drawn = [kin_of(weights, place, seed=5) for place in range(2000)]
    np.testing.assert_allclose(
        np.bincount(drawn, minlength=4) / 2000, [0.3, 0, 0.1, 0.6], atol=0.002
    )


def test_nobody_believed_means_everybody_alike() -> None:
    """A condition whose profile is everybody's has no kin of its own, and no division by 0."""
    assert {kin_of(np.zeros(3), place, seed=0) for place in range(30)} == {0, 1, 2}
