"""Nearest gallery images against their definition."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.learners import LEARNERS


@pytest.mark.parametrize("k", [1, 2, 3])
def test_scores_are_means_of_the_nearest_cosines(clusters, k: int) -> None:  # noqa: ANN001
    """Written out in loops; condition 4 has two rows, 6 has one."""
    x, y, x_test, _ = clusters
    scores = LEARNERS.get("knn")(k=k).fit(x, y, n_conditions=7).scores(x_test)
    for condition in (0, 4, 6):
        for row, score in zip(x_test, scores[:, condition], strict=True):
            cosines = sorted(
                row @ other / np.linalg.norm(row) / np.linalg.norm(other)
                for other in x[y == condition]
            )
            np.testing.assert_allclose(score, np.mean(cosines[-k:]))


def test_the_first_hit_ranks_the_conditions(clusters) -> None:  # noqa: ANN001
    """With k = 1 the best condition is that of scikit-learn's nearest neighbour."""
    from sklearn.neighbors import KNeighborsClassifier

    x, y, x_test, _ = clusters
    nearest = KNeighborsClassifier(1, metric="cosine").fit(x, y).predict(x_test)
    scores = LEARNERS.get("knn")(k=1).fit(x, y, n_conditions=7).scores(x_test)
    assert (scores.argmax(axis=1) == nearest).all()
