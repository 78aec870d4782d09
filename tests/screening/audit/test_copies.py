"""Thresholds come from real faces, keep their rate, and say nothing where they cannot."""

from __future__ import annotations

import numpy as np
import pytest

from rdface.screening.audit.copies import Calibration, Distances, calibrate, mix, mixed_pairs


def flat(table: np.ndarray) -> Distances:
    """The same distances in both views."""
    return Distances(table.astype(np.float32), table.astype(np.float32))


def world(rng: np.random.Generator, n: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Training points and their patients, two pictures each."""
    return rng.normal(size=(n, 12)), np.repeat(np.arange(n // 2), 2)


def apart(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.linalg.norm(a[:, None] - b[None], axis=2)


def calibrated(rng: np.random.Generator) -> tuple[Calibration, np.ndarray, np.ndarray]:
    taught, people = world(rng)
    pairs = mixed_pairs(people, np.zeros(len(people)), 100, rng)
    mixed = (taught[pairs[:, 0]] + taught[pairs[:, 1]]) / 2
    found = calibrate(
        flat(apart(taught, taught)),
        flat(apart(rng.normal(size=(40, 12)), taught)),
        flat(apart(mixed, taught)),
        people,
    )
    return found, taught, people


def test_new_people_and_mixtures_are_called_copies_seldom() -> None:
    """Mean over calibrations of the rate among fresh people: at most 5 %."""
    rng, near, copy = np.random.default_rng(0), [], []
    from rdface.metrics.memorisation_copies import nearest

    for _ in range(60):
        found, taught, people = calibrated(rng)
        fresh = nearest(apart(rng.normal(size=(50, 12)), taught), people).closeness
        near.append((found.grade(fresh) != "").mean())
        pairs = mixed_pairs(people, np.zeros(len(people)), 50, rng)
        mixed = (taught[pairs[:, 0]] + taught[pairs[:, 1]]) / 2
        copy.append((found.grade(nearest(apart(mixed, taught), people).closeness) == "copy").mean())
        assert found.copy <= found.near
    assert np.mean(near) <= 0.06 and np.mean(copy) <= 0.06


def test_grades_follow_the_thresholds() -> None:
    found = Calibration(0.8, 0.4, *(np.empty(0),) * 3, 0.05)
    assert list(found.grade(np.array([0.1, 0.4, 0.5, 0.8, 0.9]))) == [
        "copy",
        "copy",
        "near copy",
        "near copy",
        "",
    ]


def test_too_few_real_faces_call_nothing_a_copy() -> None:
    rng = np.random.default_rng(1)
    few = flat(apart(rng.normal(size=(4, 3)), rng.normal(size=(4, 3))))
    found = calibrate(few, few, few, np.arange(4))
    assert found.near == float("-inf")
    assert list(found.grade(np.zeros(2))) == ["", ""]


def test_one_patient_has_nobody_to_be_compared_with() -> None:
    """All distances of closeness are undefined: no threshold, no copies."""
    table = flat(np.ones((30, 30)))
    found = calibrate(table, table, table, np.zeros(30))
    assert found.near == float("-inf") and not len(found.training)
    assert len(mixed_pairs(np.zeros(30), np.zeros(30), 5, np.random.default_rng(0))) == 0


def test_pairs_are_of_two_patients_and_of_one_condition_where_there_are_two() -> None:
    people, conditions = np.array([0, 0, 1, 2]), np.array(["A", "A", "A", "B"])
    pairs = mixed_pairs(people, conditions, 200, np.random.default_rng(2))
    assert (people[pairs[:, 0]] != people[pairs[:, 1]]).all()
    assert len(np.unique(np.sort(pairs, axis=1), axis=0)) == len(pairs)
    same = conditions[pairs[:, 0]] == conditions[pairs[:, 1]]
    assert (same | (conditions[pairs] == "B").any(axis=1)).all()
    np.testing.assert_array_equal(
        mix(np.full((1, 2, 2, 3), 10, np.uint8), np.full((1, 2, 2, 3), 255, np.uint8)), 133
    )


def test_the_joint_distance_needs_no_unit() -> None:
    rng = np.random.default_rng(3)
    table = rng.random((4, 5)).astype(np.float32)
    one, other = Distances(table, table), Distances(9 * table, table / 4)
    assert other.joint / one.joint == pytest.approx(np.full((4, 5), 1.5), rel=1e-5)
