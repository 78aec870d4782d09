"""Who taught and who is held out: by patient, by picture, and never by mistake."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rdface.cohort import Cohort, CohortInfo
from rdface.errors import UsageError
from rdface.screening.audit.sides import divide, matched_rows, take_sides
from tests.screening.audit.world import cohort_of


def pool_of(real: Cohort, **said: object) -> Cohort:
    pool = cohort_of(["A", "A"], ["synthetic:0", "synthetic:1"], prefix="s")
    content = pool.info.model_dump() | {
        "pool_of": {"name": real.info.name, "version": "1", "sha256": real.sha256},
        "training_images": ["000"],
    }
    return dataclasses.replace(pool, info=CohortInfo.model_validate(content | said))


def test_a_patient_who_taught_is_never_held_out() -> None:
    """Other pictures of training patients, doubles of training pictures and synthetic ones."""
    real = cohort_of(
        ["A", "A", "A", "A", "A"],
        ["p", "p", "q", "r", "r"],
        synthetic_of=["", "", "", "", "000"],
    )
    images = real.images.copy()
    images.loc[2, "sha256"] = images.loc[0, "sha256"]
    sides = divide(pool_of(real), dataclasses.replace(real, images=images), ["000"])
    assert sides.training.ids == ("000",) and sides.held_out.ids == ("003",)


def test_what_is_no_pool_of_this_cohort_is_refused() -> None:
    real = cohort_of(["A", "B"], ["p", "q"])
    assert take_sides(pool_of(real), real).training.ids == ("000",)
    with pytest.raises(UsageError, match="no pool"):
        take_sides(real, real)
    other = cohort_of(["A", "B"], ["p", "x"])
    with pytest.raises(UsageError, match="not this"):
        take_sides(pool_of(real), other)
    with pytest.raises(UsageError, match="no real image 'nobody'"):
        divide(pool_of(real), real, ["nobody"])
    assert Path("nowhere") == real.root


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.integers(1, 30), st.integers(1, 30))
def test_matched_rows_have_equal_conditions(seed: int, n: int, m: int) -> None:
    """As many of each condition on both sides, none twice, and as many as go."""
    rng = np.random.default_rng(seed)
    a, b = (rng.choice(np.array(list("ABCD"), object), size) for size in (n, m))
    left, right = matched_rows(a, b, rng)
    assert sorted(a[left]) == sorted(b[right])
    assert len(set(left)) == len(left) and len(set(right)) == len(right)
    assert len(left) == sum(min((a == c).sum(), (b == c).sum()) for c in "ABCD")
