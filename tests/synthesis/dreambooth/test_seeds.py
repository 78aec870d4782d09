"""What is drawn follows from a seed and a purpose, and needs no memory."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rdface.synthesis.dreambooth.seeds import derive, rows_at


def test_seeds_differ_by_purpose_and_fit_torch() -> None:
    """Also where two purposes would read the same when written one after the other."""
    assert derive(1, "a", 1) == derive(1, "a", 1)
    assert len({derive(1, "a", 1), derive(1, "a1"), derive(1, "a", 11), derive(11, "a", 1)}) == 4
    assert all(0 <= derive(seed, "x") < 2**63 for seed in range(50))


@given(st.integers(1, 7), st.integers(1, 5), st.integers(0, 9))
def test_every_row_comes_once_in_every_turn(n: int, batch: int, seed: int) -> None:
    """Whatever the batch; no row is passed over, and any batch can be drawn by itself."""
    count = 3 * n
    drawn = [rows_at(number, batch=batch, n=n, seed=seed) for number in range(count)]
    flat = np.concatenate(drawn)[: 3 * n].reshape(3, n)
    np.testing.assert_array_equal(np.sort(flat, axis=1), np.tile(np.arange(n), (3, 1)))
    np.testing.assert_array_equal(drawn[-1], rows_at(count - 1, batch=batch, n=n, seed=seed))
