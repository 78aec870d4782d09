"""Targets are what their words say, without the probe's patient, and are told from each other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from rdface.cohort import Cohort
from rdface.errors import UsageError
from rdface.explain.cases import find_neighbours
from rdface.explain.fills import filled
from rdface.explain.probe import find_probe
from rdface.explain.target import choose_target
from tests.explain.toys import faces_of, picture

MakeCohort = Callable[..., Cohort]


@pytest.fixture
def asked(make_cohort: MakeCohort):  # noqa: ANN201
    cohort = make_cohort(conditions=3, patients=3, images=2)
    embeddings = np.random.default_rng(0).normal(size=(len(cohort), 6))
    probe = find_probe("C1_P0_0", cohort, faces_of(cohort))
    near = find_neighbours(probe, embeddings[probe.row], cohort, embeddings)
    return probe, near, cohort, embeddings


def test_the_case_target_is_the_cosine_of_the_first_hit(asked) -> None:  # noqa: ANN001
    probe, near, cohort, embeddings = asked
    target = choose_target("case", probe, near, cohort, embeddings)
    score = target.of_embeddings(embeddings[probe.row][None])[0]
    assert score == pytest.approx(near.conditions[0].cosine)
    assert near.conditions[0].image_id in target.about


def test_the_margin_does_not_know_the_probes_patient(asked) -> None:  # noqa: ANN001
    """Their pictures may become anything; the target stays to the bit."""
    probe, near, cohort, embeddings = asked
    before = choose_target("margin", probe, near, cohort, embeddings).direction
    changed = embeddings.copy()
    changed[probe.left_out] = 1e3
    after = choose_target("margin", probe, near, cohort, changed).direction
    np.testing.assert_array_equal(before, after)


def test_the_margin_is_the_difference_of_two_cosines(asked) -> None:  # noqa: ANN001
    probe, near, cohort, embeddings = asked
    target = choose_target("margin", probe, near, cohort, embeddings)
    rows = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    conditions = cohort.images["condition"].to_numpy()
    cosines = []
    for one in near.conditions[:2]:
        mean = rows[(conditions == one.condition) & ~probe.left_out].mean(axis=0)
        cosines.append(rows[probe.row] @ mean / np.linalg.norm(mean))
    assert target.of_embeddings(embeddings[probe.row][None])[0] == pytest.approx(
        cosines[0] - cosines[1]
    )


def test_unknown_names_are_answered_in_words(asked) -> None:  # noqa: ANN001
    with pytest.raises(UsageError, match="no target 'best'"):
        choose_target("best", *asked)
    with pytest.raises(UsageError, match="no fill 'black'"):
        filled(picture(), "black")


def test_a_blur_keeps_the_brightness_and_a_mean_is_one_colour() -> None:
    image = picture()
    assert abs(filled(image, "blur").mean() - image.mean()) < 8
    assert len(np.unique(filled(image, "mean").reshape(-1, 3), axis=0)) == 1
