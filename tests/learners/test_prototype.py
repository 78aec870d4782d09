"""Nearest prototype against its definition."""

from __future__ import annotations

import numpy as np

from rdface.learners import LEARNERS


def test_scores_are_cosines_to_the_mean_direction(clusters) -> None:  # noqa: ANN001
    """Written out in loops."""
    x, y, x_test, _ = clusters
    scores = LEARNERS.get("prototype")().fit(x, y, n_conditions=7).scores(x_test)
    for condition in (0, 4, 6):
        units = [row / np.linalg.norm(row) for row in x[y == condition]]
        mean = np.mean(units, axis=0)
        for row, score in zip(x_test, scores[:, condition], strict=True):
            cosine = row @ mean / np.linalg.norm(row) / np.linalg.norm(mean)
            np.testing.assert_allclose(score, cosine)
