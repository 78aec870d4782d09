"""Cases that come block by block give the scores of all cases at once, to the bit of float32."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.learners.gallery import BestCosines, first_hits, nearest, streaming
from rdface.learners.preparation import unit_rows


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    patients=st.integers(1, 12),
    conditions=st.integers(1, 5),
    block=st.integers(1, 9),
    tile=st.integers(1, 5),
)
def test_blocks_are_the_whole(
    seed: int, patients: int, conditions: int, block: int, tile: int
) -> None:
    """Each patient is left out for himself; conditions may be absent from blocks, or from all."""
    rng = np.random.default_rng(seed)
    n, m = 3 * patients, int(rng.integers(1, 12))
    x, group = unit_rows(rng.normal(size=(n, 4))), rng.integers(0, patients, n)
    label = rng.integers(0, conditions, patients)[group]
    probes, of_probe = unit_rows(rng.normal(size=(m, 4))), rng.integers(0, patients, m)
    before, streaming.PROBES = streaming.PROBES, tile
    try:
        best = BestCosines(probes, of_probe, conditions)
        for start in range(0, n, block):
            here = slice(start, start + block)
            best.add(x[here], label[here], group[here])
    finally:
        streaming.PROBES = before
    for place in range(m):
        others = np.flatnonzero(group != of_probe[place])
        rows, cosines = nearest(x[others], probes[place : place + 1], len(others))
        expected = first_hits(rows, cosines, label[others], conditions)
        assert np.array_equal(best.scores[place], expected[0].astype(np.float32))


def test_nothing_is_added_by_an_empty_block() -> None:
    best = BestCosines(np.eye(2), np.array([0, 1]), 3)
    best.add(np.empty((0, 2)), np.empty(0, np.intp), np.empty(0, np.intp))
    assert np.isneginf(best.scores).all()
