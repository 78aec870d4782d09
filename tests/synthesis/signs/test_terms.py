"""Weights of faces are those of a ridge regression, and signs are shared between conditions."""

from __future__ import annotations

import numpy as np

from rdface.synthesis.signs.terms import weights_of

PROFILES = {"A": {"t1": 1.0, "t2": 0.5}, "B": {"t2": 1.0}, "C": {"t1": 0.2, "t3": 1.0}}


def test_weights_are_those_of_a_ridge_regression_on_terms() -> None:
    """Asked for a profile, the weighted sum is what scikit-learn's ridge predicts."""
    from sklearn.linear_model import Ridge

    rng = np.random.default_rng(0)
    ids = [f"i{k}" for k in range(12)]
    conditions = [("A", "B", "C")[k % 3] for k in range(12)]
    recorded = {
        name: tuple(t for t in ("t1", "t2", "t3") if rng.random() < 0.5) or ("t1",) for name in ids
    }
    shown = np.array([[t in recorded[name] for t in ("t1", "t2", "t3")] for name in ids], float)
    faces = rng.normal(size=(12, 7))
    found = weights_of(PROFILES, recorded, ids, conditions, penalty=2.0)
    model = Ridge(alpha=2.0).fit(shown, faces)
    asked = np.array([[p.get(t, 0.0) for t in ("t1", "t2", "t3")] for p in PROFILES.values()])
    by_weights = [faces.mean(axis=0) + w @ (faces - faces.mean(axis=0)) for w in found.values()]
    np.testing.assert_allclose(by_weights, model.predict(asked), atol=1e-10)


def test_a_face_without_records_has_its_conditions_profile() -> None:
    """Nothing recorded and the profile recorded are the same; unknown terms say nothing."""
    ids, conditions = ["a", "b", "c"], ["A", "B", "C"]
    sharp = {"A": {"t1": 1.0}, "B": {"t2": 1.0}, "C": {"t3": 1.0}}
    nothing = weights_of(sharp, {}, ids, conditions, 1.0)
    said = {"a": ("t1", "unheard"), "b": ("t2",), "c": ("t3",)}
    for name, weights in weights_of(sharp, said, ids, conditions, 1.0).items():
        np.testing.assert_allclose(weights, nothing[name])


def test_patients_of_other_conditions_who_share_a_sign_count() -> None:
    """B and A share t2: a face of B tells of A more than one of C does."""
    found = weights_of(
        {"A": {"t2": 1.0}, "B": {"t2": 1.0}, "C": {"t3": 1.0}},
        {},
        ["a", "b", "c"],
        ["A", "B", "C"],
        0.1,
    )["A"]
    assert found[1] > 0 > found[2]
