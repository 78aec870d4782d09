"""A fold is answered by the cases that are filed, and by nobody else."""

from __future__ import annotations

import numpy as np

from rdface.learners.gallery import answer_fold, make_metric
from rdface.protocols.gallery import GalleryRows


def test_scores_are_the_best_cosine_of_each_filed_condition() -> None:
    """By hand; and with another gallery than the fold's own, only its cases answer."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(12, 5)), np.repeat(np.arange(4), 3)
    rows = GalleryRows(*(np.array(part) for part in ([0, 3], [1, 4], [6, 9], [2, 5, 8, 11])))
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    cosines = unit @ unit.T
    for filed in (None, np.array([0, 1, 7, 6])):
        found = answer_fold(make_metric("cosine"), x, y, np.arange(12), rows, 5, filed=filed)
        cases = rows.gallery if filed is None else filed
        for row, probe in enumerate(rows.probes):
            for condition in range(5):
                own = [cosines[probe, case] for case in cases if y[case] == condition]
                expected = max(own, default=-np.inf)
                np.testing.assert_allclose(found.scores[row, condition], expected, atol=1e-12)
