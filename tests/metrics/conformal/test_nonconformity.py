"""LAC, APS and RAPS are what a loop makes of their definitions."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rdface.metrics.conformal import NONCONFORMITY, aps, lac, raps
from rdface.metrics.probabilities import log_softmax

SCORES = arrays.arrays(np.float64, (3, 5), elements=st.floats(-5, 5))
LOTS = arrays.arrays(np.float64, 3, elements=st.floats(0, 1))


@given(SCORES, LOTS)
def test_aps_and_raps_are_sums_over_the_conditions_ahead(
    scores: np.ndarray, lots: np.ndarray
) -> None:
    """Of equal ones the first stands ahead."""
    logs = log_softmax(scores)
    p = np.exp(logs)
    found, punished = aps(logs, lots), raps(logs, lots, penalty=0.1, free_ranks=2)
    for row in range(3):
        order = sorted(range(5), key=lambda c, row=row: (-logs[row, c], c))
        for rank, condition in enumerate(order, start=1):
            expected = sum(p[row, c] for c in order[: rank - 1]) + lots[row] * p[row, condition]
            assert np.isclose(found[row, condition], expected)
            expected += 0.1 * max(0, rank - 2)
            assert np.isclose(punished[row, condition], expected)


@given(SCORES, LOTS)
def test_likelier_conditions_are_never_stranger(scores: np.ndarray, lots: np.ndarray) -> None:
    """So that every set is a head of the ranking."""
    logs = log_softmax(scores)
    for score in NONCONFORMITY.values():
        strange = score(logs, lots)
        for row in range(3):
            order = np.argsort(-logs[row], kind="stable")
            assert (np.diff(strange[row, order]) >= -1e-12).all()


def test_an_untrained_condition_is_infinitely_strange() -> None:
    logs = np.array([[0.0, -np.inf]])
    for score in NONCONFORMITY.values():
        assert np.isposinf(score(logs, np.array([0.5]))[0, 1])


def test_lac_orders_as_one_minus_p_does_and_tells_small_ones_apart() -> None:
    logs = np.array([[np.log(0.999), -40.0, -50.0]])
    strange = lac(logs, np.zeros(1))[0]
    assert (np.diff(strange) > 0).all()
    assert (1 - np.exp(logs[0]))[1] == (1 - np.exp(logs[0]))[2]
