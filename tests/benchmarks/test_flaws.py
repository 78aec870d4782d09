"""What the pages of docs/flaws rest on: the parts of benchmarks/flaws do what they say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.flaws.descriptor import condition_means, cosines, descriptors
from benchmarks.flaws.f03_means import on_test
from benchmarks.flaws.frozen import Answers, Frozen, difference, open_frozen
from benchmarks.flaws.selection import Pool, gini
from rdface.cohort import Cohort, load_cohort
from rdface.faces import Face

POINTS = np.array([[30, 40], [70, 40], [50, 60], [35, 80], [65, 80]], dtype=np.float32)


class OneFace:
    """A table of faces that all are the same."""

    def __init__(self, stretch: float) -> None:
        factor = np.array([stretch, 1.0], dtype=np.float32)
        box = np.array([0, 0, 100 * stretch, 100], dtype=np.float32)
        self._face = Face(box=box, points=POINTS * factor, score=1.0)

    def face(self, image: str) -> Face:
        return self._face


def described(cohort: Cohort, stretch: float, scale: str) -> np.ndarray:
    return descriptors(cohort, OneFace(stretch), scale)[0]  # type: ignore[arg-type]


def test_the_papers_descriptor_does_not_see_how_broad_a_face_is_and_the_others_do() -> None:
    cohort = load_cohort("sim103")
    narrow, broad = (described(cohort, stretch, "apart") for stretch in (1.0, 1.5))
    assert narrow.shape == (25,)
    np.testing.assert_allclose(narrow, broad, rtol=1e-5)
    for scale in ("area", "eyes"):
        a, b = (described(cohort, stretch, scale) for stretch in (1.0, 1.5))
        assert np.abs(a - b).max() > 0.05


def test_a_condition_without_images_has_no_mean_and_is_never_nearest() -> None:
    x = np.array([[1.0, 0.0], [0.0, 1.0]])
    scores = cosines(x, condition_means(x, np.array([0, 2]), 3))
    assert np.isneginf(scores[:, 1]).all()
    np.testing.assert_allclose(scores[:, [0, 2]], np.eye(2), atol=1e-12)


def test_rounds_deal_evenly_and_the_whole_pool_does_not() -> None:
    """Condition 0 has the three best; by rounds each condition gets its best first."""
    pool = Pool.__new__(Pool)
    pool.rows = np.arange(6)
    pool.labels = np.array([0, 0, 0, 1, 1, 2])
    pool.scores = np.array([0.9, 0.95, 0.8, 0.5, 0.6, 0.1])
    assert pool.over_all(3).tolist() == [1, 0, 2]
    assert pool.per_condition(3).tolist() == [1, 4, 5]
    assert gini(np.array([3, 3, 3])) == 0
    assert gini(np.array([0, 0, 3])) > 0.6


def test_a_difference_is_taken_on_images_that_both_tested() -> None:
    images = pd.DataFrame({"image_id": list("abcd")})
    data = Frozen(
        cohort=Cohort.__new__(Cohort),
        faces=None,  # type: ignore[arg-type]
        features={},
        labels=np.array([0, 0, 1, 1]),
        patients=np.arange(len(images)),
    )
    object.__setattr__(data.cohort, "conditions", pd.DataFrame({"condition": ["x", "y"]}))
    right, wrong = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[0.0, 1.0], [1.0, 0.0]])
    a, b = Answers(data), Answers(data)
    a.add(right, np.array([0, 2]), np.array([1, 3]))
    b.add(wrong, np.array([0, 2]), np.array([1, 3]))
    b.add(right, np.array([1, 3]), np.array([0, 2]))  # only b: must not count
    gap = difference(a, b)["top1_micro"]
    assert (gap.value, gap.n) == (1.0, 2)


@pytest.mark.weights
def test_means_with_the_test_images_raise_the_number() -> None:
    """F3 on two seeds: top-10 with the flaw is above that without by more than a few points."""
    data = open_frozen()
    rows = on_test(data, descriptors(data.cohort, data.faces), 2, "patient")
    top10 = next(row for row in rows if row[1] == "top10_micro")
    assert float(top10[4].split()[0]) > 8
