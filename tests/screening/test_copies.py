"""Copies of training faces lie nearer than training faces of others do; new faces do not."""

from __future__ import annotations

import numpy as np

from rdface.screening.copies import nearest_training


def test_planted_copies_are_found_and_fresh_faces_are_judged_by_their_own_kind() -> None:
    """Copies with a little noise: all below 5 %; faces of the same kind: shares spread evenly."""
    rng = np.random.default_rng(0)
    training = rng.normal(size=(300, 16))
    patients = np.array([f"p{row}" for row in range(300)])
    copies = training[:50] + 0.05 * rng.normal(size=(50, 16))
    fresh = rng.normal(size=(500, 16))
    found = nearest_training(copies, training, patients)
    assert found.row.tolist() == list(range(50))
    assert (found.share < 0.05).all()
    new = nearest_training(fresh, training, patients)
    assert (new.share < 0.05).mean() < 0.1
    assert 0.4 < new.share.mean() < 0.6


def test_pictures_of_one_patient_are_no_yardstick() -> None:
    """Two pictures of each: their nearness would hide every copy."""
    rng = np.random.default_rng(1)
    people = rng.normal(size=(100, 16))
    training = np.concatenate([people, people + 0.01 * rng.normal(size=people.shape)])
    patients = np.tile([f"p{row}" for row in range(100)], 2)
    copies = people + 0.02 * rng.normal(size=people.shape)
    assert (nearest_training(copies, training, patients).share < 0.05).all()


def test_a_face_that_is_missing_is_near_to_nothing() -> None:
    rng = np.random.default_rng(2)
    training, x = rng.normal(size=(9, 4)), rng.normal(size=(3, 4))
    patients = np.array([f"p{row}" for row in range(9)])
    whole = nearest_training(x, training, patients)
    x[1] = np.nan
    found = nearest_training(x, training, patients)
    assert found.row[1] == -1 and np.isnan(found.distance[1]) and np.isnan(found.share[1])
    np.testing.assert_array_equal(found.distance[[0, 2]], whole.distance[[0, 2]])
    training[:] = np.nan
    assert np.isnan(nearest_training(x, training, patients).share).all()
