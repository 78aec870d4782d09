"""The truth counts each patient once, and weighs conditions as the test does."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.bench.bias_study.truth import hits_of_models, mix_of, truth_of


def test_a_patient_with_many_images_counts_once() -> None:
    hits = np.array([1.0, 1.0, 1.0, 0.0])
    truth = truth_of(hits, np.zeros(4, dtype=np.intp), np.array([7, 7, 7, 8]), 1)
    assert truth.accuracy.tolist() == [0.5]
    assert truth.variance.tolist() == [0.25]  # of two patients with 0 and 1: 0.5 / 2


def test_conditions_weigh_as_they_were_tested() -> None:
    truth = truth_of(
        np.array([1.0, 1.0, 0.0, 0.0]), np.array([0, 0, 1, 1]), np.array([0, 1, 2, 3]), 3
    )
    tested = [np.array([0, 0, 0, 1])]
    by_image, by_condition = (mix_of(tested, 3, macro=macro).sum(axis=0) for macro in (False, True))
    assert truth.weighted(by_image)[0] == pytest.approx(0.75)
    assert truth.weighted(by_condition)[0] == pytest.approx(0.5)


def test_a_model_counts_for_the_conditions_that_it_tests() -> None:
    """The first tests condition 0 twice, the second condition 0 once and condition 1 once."""
    mix = mix_of([np.array([0, 0]), np.array([0, 1])], 2, macro=False)
    np.testing.assert_allclose(mix, [[0.5, 0.0], [0.25, 0.25]])
    np.testing.assert_allclose(
        mix_of([np.array([0, 0]), np.array([0, 1])], 2, macro=True), [[1 / 3, 0], [1 / 6, 1 / 2]]
    )
    correct = [np.array([True, True]), np.array([False, True])]
    np.testing.assert_allclose(hits_of_models(correct, np.array([0, 1]), mix), [2 / 3, 1.0])
