"""Unaffected children who taught a generator are looked for in its pool as patients are."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from rdface.cohort import Cohort, CohortInfo
from rdface.errors import UsageError
from rdface.screening.audit import controls as searched
from rdface.screening.audit.controls import search_controls, take_controls
from rdface.screening.audit.looking import Looked
from rdface.screening.audit.settings import Settings
from rdface.screening.audit.sides import Side
from rdface.screening.audit.views import Faces, Known
from tests.screening.audit.world import cohort_of


def looked(identity: np.ndarray, pixels: np.ndarray) -> Looked:
    """Faces made of numbers; the last one is not found."""
    n = len(identity)
    found = np.arange(n) < n - 1
    table = type("Table", (), {"frame": pd.DataFrame({"status": ["one"] * n})})()
    return Looked(table, found, {}, Faces(identity, pixels), np.zeros(n, bool))


def people(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    return (
        rng.normal(size=(n, 32)).astype(np.float32),
        rng.integers(0, 256, (n, 64, 64, 3)).astype(np.uint8),
    )


def test_planted_copies_of_controls_are_found_and_strangers_are_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ten children handed out with a little noise, fifty new people, one picture of nobody."""
    rng = np.random.default_rng(0)
    side = Side(cohort_of(["U"] * 60, [f"u{k}" for k in range(60)], prefix="u"))
    known = people(rng, 60)
    faces = Faces(*known)
    monkeypatch.setattr(searched, "look_at", lambda *_: looked(*known))
    monkeypatch.setattr(searched, "as_known", lambda *_: Known(faces, faces.identity))
    halves = [(each[:40].astype(float) + each[20:]) / 2 for each in known]
    mixed = Faces(halves[0].astype(np.float32), halves[1].astype(np.uint8))
    monkeypatch.setattr(searched, "mixtures_of", lambda *_: mixed)
    new = people(rng, 51)
    noisy = known[0][:10] + 0.05 * rng.normal(size=(10, 32)).astype(np.float32)
    pool = looked(
        np.concatenate([noisy, new[0]]),
        np.concatenate([known[1][:10], new[1]]),
    )
    images = pd.DataFrame({"image_id": [f"s{k}" for k in range(61)]})
    found = search_controls(side, pool, looked(*people(rng, 60)), images, Settings())
    assert found is not None and found.n_synthetic == 60
    assert found.n_copies == found.training_patients == 10 and found.n_other_condition == 0
    assert found.near_copies.value <= (10 + 8) / 60
    assert list(images["nearest_control"][:10]) == list(side.ids[:10])
    assert set(images["control_grade"][:10]) == {"copy"}
    assert images["nearest_control"].isna().sum() == 1 == images["control_closeness"].isna().sum()


def named(name: str, sha256: str) -> Cohort:
    """A pool that names its controls."""
    pool = cohort_of(["A"], ["synthetic:0"], prefix="s")
    content = pool.info.model_dump() | {"controls": {"name": name, "sha256": sha256}}
    return dataclasses.replace(pool, info=CohortInfo.model_validate(content))


def test_the_very_controls_are_taken_and_no_others() -> None:
    """Given or found by name; where they are not here, nothing is searched."""
    some = cohort_of(["U"], ["u0"], prefix="u")
    pool = named("ucohort", some.sha256)
    assert take_controls(pool, some) is some
    assert take_controls(pool) is None
    assert take_controls(cohort_of(["A"], ["p"])) is None
    with pytest.raises(UsageError, match="not made with the controls") as caught:
        take_controls(pool, cohort_of(["U"], ["v0"], prefix="v"))
    assert caught.value.hint == "It names ucohort."
    with pytest.raises(UsageError, match="not made with the controls"):
        take_controls(cohort_of(["A"], ["p"]), some)
    from rdface.cohort import load_cohort

    shipped = load_cohort("sim103-controls")
    assert take_controls(named("sim103-controls", "0" * 64)) is None
    found = take_controls(named("sim103-controls", shipped.sha256))
    assert found is not None and found.sha256 == shipped.sha256
