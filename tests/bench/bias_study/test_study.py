"""A study goes on where it stopped, to the same numbers, and refuses what is not its own."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from rdface.bench.bias_study import StudyPlan, read_population, read_trials, run_study
from rdface.engines import Local
from rdface.errors import CohortError, RunError, UsageError

PLAN = StudyPlan(cohorts=2, images=60, learners=("prototype",), heads=False)


@pytest.fixture(scope="module")
def done(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("study") / "study"
    run_study(PLAN, out, folder=folder, engine=Local(1))
    return out


def test_a_study_goes_on_to_the_same_numbers(done: Path, folder: Path) -> None:
    before = read_trials(done)
    lost = done / "trials" / "cohort-001.parquet"
    kept = (done / "trials" / "cohort-000.parquet").stat().st_mtime_ns
    lost.write_bytes(b"half a file")
    again = run_study(PLAN, done, folder=folder, engine=Local(1))
    pd.testing.assert_frame_equal(before, again)
    assert (done / "trials" / "cohort-000.parquet").stat().st_mtime_ns == kept


def test_another_plan_is_refused_and_more_cohorts_are_not(done: Path, folder: Path) -> None:
    with pytest.raises(RunError, match="another plan"):
        run_study(
            StudyPlan(cohorts=2, images=48, learners=("lda",), heads=False), done, folder=folder
        )
    more = StudyPlan(cohorts=3, images=60, learners=("prototype",), heads=False)
    assert run_study(more, done, folder=folder, engine=Local(1))["cohort"].nunique() == 3
    assert run_study(PLAN, done, folder=folder, engine=Local(1))["cohort"].nunique() == 2


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(RunError, match="not empty"):
        run_study(PLAN, tmp_path, folder=folder)
    with pytest.raises(RunError, match="holds no study"):
        read_trials(tmp_path)


def test_what_the_population_lacks_is_said(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(UsageError, match="prototipe"):
        run_study(StudyPlan(learners=("prototipe",)), tmp_path / "a", folder=folder)
    with pytest.raises(UsageError, match="two cohorts at least"):
        run_study(StudyPlan(cohorts=1, heads=False), tmp_path / "b", folder=folder)
    with pytest.raises(CohortError, match="holds no population"):
        read_population(tmp_path)
