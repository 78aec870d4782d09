"""Nearest cases, first hits and shares of pairs: those of everybody but the probe's patient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from rdface.cohort import Cohort
from rdface.errors import UsageError
from rdface.explain.cases import PairCosines, find_neighbours
from rdface.explain.probe import find_probe
from rdface.metrics.small_samples import wilson_interval
from tests.explain.toys import faces_of

MakeCohort = Callable[..., Cohort]


@pytest.fixture
def cohort(make_cohort: MakeCohort) -> Cohort:
    return make_cohort(conditions=4, patients=3, images=2)


@pytest.fixture
def embeddings(cohort: Cohort) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(len(cohort), 8))


def test_no_picture_of_the_probes_patient_is_among_the_cases(
    cohort: Cohort, embeddings: np.ndarray
) -> None:
    """Not even where it is the likest of all."""
    embeddings[1] = embeddings[0]
    probe = find_probe("C0_P0_0", cohort, faces_of(cohort))
    found = find_neighbours(probe, embeddings[0], cohort, embeddings, shown=100)
    assert found.n_cases == len(cohort) - 2
    assert found.n_left_out == 2
    assert not {case.image_id for case in found.cases} & {"C0_P0_0", "C0_P0_1"}
    assert len(found.cases) == found.n_cases
    cosines = [case.cosine for case in found.cases]
    assert cosines == sorted(cosines, reverse=True)


def test_conditions_stand_in_the_order_of_their_first_case(
    cohort: Cohort, embeddings: np.ndarray
) -> None:
    probe = find_probe("C2_P1_0", cohort, faces_of(cohort))
    found = find_neighbours(probe, embeddings[probe.row], cohort, embeddings, shown=100)
    first = list(dict.fromkeys(case.condition for case in found.cases))
    assert [each.condition for each in found.conditions] == first
    for each in found.conditions:
        best = next(case for case in found.cases if case.condition == each.condition)
        assert (each.image_id, each.cosine) == (best.image_id, best.cosine)
    own = next(each for each in found.conditions if each.condition == "C2")
    assert (own.n_images, own.n_patients) == (4, 2)


def test_shares_of_pairs_are_those_counted_by_hand() -> None:
    rng = np.random.default_rng(1)
    gallery, labels = rng.normal(size=(9, 4)), np.array([0, 0, 0, 0, 1, 1, 1, 2, 2])
    patients = ["a", "a", "b", "b", "c", "d", "d", "e", "f"]
    pairs = PairCosines.of(gallery, labels, patients, seed=0)
    rows = gallery / np.linalg.norm(gallery, axis=1, keepdims=True)
    same, different = [], []
    for i in range(9):
        for j in range(i + 1, 9):
            if patients[i] != patients[j]:
                (same if labels[i] == labels[j] else different).append(float(rows[i] @ rows[j]))
    for threshold in (-0.5, 0.0, 0.3):
        for values, flag in ((same, True), (different, False)):
            share = pairs.share(threshold, same=flag)
            assert share is not None
            assert share.value == pytest.approx(np.mean(np.array(values) <= threshold))
            assert share.low <= share.value <= share.high
    assert (pairs.n(same=True), pairs.n(same=False)) == (len(same), len(different))


def test_without_two_patients_of_one_condition_there_is_no_share() -> None:
    pairs = PairCosines.of(np.eye(3), np.arange(3), ["a", "b", "c"], seed=0)
    assert pairs.share(0.5, same=True) is None
    assert pairs.share(0.5, same=False) is not None


def test_an_empty_gallery_is_refused_in_words(make_cohort: MakeCohort) -> None:
    cohort = make_cohort(conditions=1, patients=1, images=2)
    probe = find_probe("C0_P0_0", cohort, faces_of(cohort))
    with pytest.raises(UsageError, match="anybody but"):
        find_neighbours(probe, np.ones(3), cohort, np.ones((2, 3)))


def test_a_condition_whose_only_patient_is_the_probe_cannot_be_found(
    cohort: Cohort, embeddings: np.ndarray
) -> None:
    """It has no place at all, rather than the last one."""
    images = cohort.images[~cohort.images["patient_id"].isin(["C1_P1", "C1_P2"])]
    alone = replace(cohort, images=images.reset_index(drop=True))
    probe = find_probe("C1_P0_0", alone, faces_of(alone))
    found = find_neighbours(probe, embeddings[0], alone, embeddings[: len(alone)])
    assert "C1" not in {each.condition for each in found.conditions}
    assert len(found.conditions) == 3


def test_a_cosine_above_all_pairs_of_few_patients_proves_little() -> None:
    """Every resample has none above it; the interval must have a width all the same."""
    rng = np.random.default_rng(2)
    pairs = PairCosines.of(rng.normal(size=(6, 4)), np.zeros(6, int), list("abcdef"), seed=0)
    share = pairs.share(1.0, same=True)
    assert share is not None and (share.value, share.high) == (1.0, 1.0)
    assert share.low == pytest.approx(wilson_interval(1.0, 3)[0])
    many = PairCosines.of(
        rng.normal(size=(60, 4)), np.repeat(np.arange(6), 10), [str(k) for k in range(60)], seed=0
    )
    among = many.share(0.0, same=True)
    assert among is not None and 0.05 < among.high - among.low < 0.4
