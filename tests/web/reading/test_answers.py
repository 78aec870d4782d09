"""What a run said, against the plain way of counting it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rdface.bench import Run
from rdface.cohort import Cohort, load_cohort
from rdface.metrics import true_ranks
from rdface.pages.confusions import intrusion
from rdface.web.reading.answers import accuracy_on, answers_on, confusion, recognition_runs
from rdface.web.settings import Settings


@pytest.fixture(scope="module")
def cohort(cohort_folder: Path) -> Cohort:
    return load_cohort(cohort_folder)


@pytest.fixture(scope="module")
def run(settings: Settings) -> Run:
    assert settings.runs is not None
    return Run(settings.runs / "tiny" / "sface__lda")


def test_places_are_those_of_the_truth_in_each_test(run: Run, cohort: Cohort) -> None:
    p = run.predictions
    ranks = true_ranks(p.scores, p.truth_index)
    for image_id in cohort.image_ids:
        (answer,) = answers_on({"tiny": run}, image_id, {})
        rows = p.image_ids == image_id
        assert list(answer.places) == ranks[rows].tolist()
        best = answer.first[0]
        scores = p.scores[rows]
        column = p.conditions.index(best.condition)
        assert best.place == pytest.approx(np.mean([(one >= one[column]).sum() for one in scores]))
        assert answer.trained_on[0] <= answer.trained_on[1]


def test_a_run_that_did_not_test_an_image_says_nothing(run: Run) -> None:
    assert answers_on({"tiny": run}, "NOBODY_1", {}) == ()
    assert accuracy_on("tiny", run, "NONE") is None


def test_accuracy_is_over_images_and_its_interval_over_patients(run: Run, cohort: Cohort) -> None:
    p = run.predictions
    hit = true_ranks(p.scores, p.truth_index) == 1
    for condition in cohort.condition_ids:
        found = accuracy_on("tiny", run, condition)
        assert found is not None
        own = p.truth == condition
        images = np.unique(p.image_ids[own].astype(str))
        plain = np.mean([hit[p.image_ids == image].mean() for image in images])
        assert found.top1.value == pytest.approx(plain)
        assert found.top1.n == len(images)
        assert found.top1.n_patients == len(np.unique(p.patient_ids[own].astype(str)))
        assert found.top1.low <= found.top1.value <= found.top1.high


def test_a_confusion_is_that_of_the_report(run: Run) -> None:
    p = run.predictions
    shares = intrusion(p.scores, p.truth_index, p.image_index, k=5)
    for a, truth in enumerate(p.conditions):
        for b, listed in enumerate(p.conditions):
            if a != b:
                assert confusion(run, truth, listed).value == pytest.approx(shares[a, b])


def test_the_best_run_comes_first(settings: Settings) -> None:
    assert settings.runs is not None
    runs = {name: Run(settings.runs / name) for name in ("tiny/facenet__knn", "tiny/sface__lda")}
    assert list(recognition_runs(runs)) == ["tiny/sface__lda", "tiny/facenet__knn"]
