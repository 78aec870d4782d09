"""A size of cohorts that a protocol cannot divide is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from rdface.bench.bias_study import StudyPlan, run_study
from rdface.bench.bias_study.fitting_size import check_size
from rdface.bench.bias_study.population import StudyPopulation
from rdface.errors import UsageError


def test_a_size_that_cannot_be_divided_is_refused(population: StudyPopulation) -> None:
    """Twelve conditions, 14 images: nearly all are alone, and scikit-learn's words are no help."""
    with pytest.raises(UsageError, match="14 images are too small for the study") as found:
        check_size(population.images, 14, 0, range(3))
    assert "--images" in (found.value.hint or "")


def test_nothing_is_made_for_a_study_that_cannot_be(tmp_path: Path, folder: Path) -> None:
    plan = StudyPlan(cohorts=2, images=14, learners=("prototype",), heads=False)
    with pytest.raises(UsageError, match="too small for the study"):
        run_study(plan, tmp_path / "study", folder=folder)
    assert not (tmp_path / "study").exists()


def test_what_cannot_be_drawn_is_said_as_such(population: StudyPopulation) -> None:
    with pytest.raises(UsageError, match="too many"):
        check_size(population.images, 260, 0, range(1))
