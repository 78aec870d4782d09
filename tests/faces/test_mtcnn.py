from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rdface.faces.mtcnn import suppress

corner = st.floats(0, 100)
box = st.tuples(corner, corner, st.floats(1, 50), st.floats(1, 50), st.floats(0, 1))


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    shared = np.prod(np.maximum(np.minimum(a[2:4], b[2:4]) - np.maximum(a[:2], b[:2]), 0))
    return float(shared / (np.prod(a[2:4] - a[:2]) + np.prod(b[2:4] - b[:2]) - shared))


@given(st.lists(box, max_size=20), st.floats(0.1, 0.9))
def test_what_is_kept_overlaps_little_and_what_is_dropped_overlaps_a_better_one(
    found: list[tuple[float, ...]], limit: float
) -> None:
    rows = np.array(found).reshape(-1, 5)
    boxes = np.concatenate([rows[:, :2], rows[:, :2] + rows[:, 2:4], rows[:, 4:]], axis=1)
    kept = suppress(boxes, limit)
    for i, a in enumerate(kept):
        assert all(overlap(boxes[a], boxes[b]) <= limit + 1e-9 for b in kept[:i])
    for row in set(range(len(boxes))) - set(kept.tolist()):
        assert any(
            overlap(boxes[row], boxes[best]) > limit - 1e-9 and boxes[best, 4] >= boxes[row, 4]
            for best in kept
        )
    assert (np.diff(boxes[kept, 4]) <= 0).all()


def test_nothing_found_is_no_error() -> None:
    assert suppress(np.empty((0, 5)), 0.5).shape == (0,)
