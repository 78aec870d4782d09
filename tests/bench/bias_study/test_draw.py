"""A drawn cohort is like a simulated one, and nobody in it is held back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.bench.bias_study.draw import draw_cohort
from rdface.bench.bias_study.population import StudyPopulation
from rdface.errors import UsageError


@settings(max_examples=20)
@given(seed=st.integers(0, 2**31), images=st.integers(30, 60))
def test_no_patient_is_both_drawn_and_held_back(
    population: StudyPopulation, seed: int, images: int
) -> None:
    """Not even with a picture that was not drawn; and every image is asked for exactly once."""
    draw = draw_cohort(population.images, images, seed, 0)
    assert len(draw.cohort) == len(set(draw.cohort)) == images
    drawn, held = (set(population.patients[rows]) for rows in (draw.cohort, draw.held))
    assert not drawn & held
    assert drawn | held == set(population.patients)
    counts = np.bincount(population.labels[draw.cohort], minlength=12)
    assert counts.min() >= 1 and counts.max() <= 8


def test_each_number_is_another_cohort_and_the_same_number_the_same(
    population: StudyPopulation,
) -> None:
    first, again, other = (draw_cohort(population.images, 48, 5, number) for number in (0, 0, 1))
    assert np.array_equal(first.cohort, again.cohort)
    assert not np.array_equal(first.cohort, other.cohort)


def test_some_patients_have_several_images_as_in_sim103(population: StudyPopulation) -> None:
    draw = draw_cohort(population.images, 60, 0, 0)
    sizes = np.bincount(np.bincount(population.patients[draw.cohort]))
    assert sizes[2:].sum() >= 3


def test_a_population_that_is_too_small_is_refused(population: StudyPopulation) -> None:
    few = population.images.groupby("condition").head(4)
    with pytest.raises(UsageError, match="too few patients"):
        draw_cohort(few, 90, 0, 0)
