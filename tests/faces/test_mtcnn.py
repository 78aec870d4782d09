from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdface.faces.mtcnn import BATCH, Mtcnn, suppress

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


@pytest.mark.weights
def test_few_candidates_and_then_many_do_not_end_the_process() -> None:
    """OpenCV 5.0 jumps to a null pointer when the rows of a matrix product pass 12."""
    program = """
import numpy as np
from rdface.faces.mtcnn import Mtcnn
mtcnn = Mtcnn()
image = np.random.default_rng(0).integers(0, 256, (90, 70, 3), np.uint8)
for rows in (1, 8, 12, 13, 40, 3):
    boxes = np.tile([5.0, 5.0, 45.0, 45.0, 1.0], (rows, 1))
    for stage, side in ((1, 24), (2, 48)):
        mtcnn._judge(stage, image, boxes, side)
"""
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.weights
@pytest.mark.parametrize(("stage", "side"), [(1, 24), (2, 48)])
def test_a_cut_out_is_judged_alike_whatever_stands_beside_it(stage: int, side: int) -> None:
    mtcnn = Mtcnn()
    cuts = np.random.default_rng(1).uniform(-1, 1, (3 * BATCH - 1, side, side, 3))
    cuts = cuts.astype(np.float32)
    together = mtcnn._run_in_batches(stage, cuts)
    for row in range(len(cuts)):
        alone = mtcnn._run_in_batches(stage, cuts[row : row + 1])
        for channels, values in alone.items():
            assert values.shape == (1, channels)
            assert np.array_equal(values[0], together[channels][row])


@pytest.mark.weights
@pytest.mark.parametrize("shape", [(7, 9, 3), (20, 20, 3), (160, 120, 3)])
def test_a_picture_without_a_candidate_has_no_face(shape: tuple[int, int, int]) -> None:
    assert Mtcnn().detect(np.full(shape, 128, np.uint8)) == []
