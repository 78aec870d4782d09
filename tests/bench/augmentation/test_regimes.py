"""Regimes hold each other, prefer new patients, and look at nothing but the training part."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from rdface.bench.augmentation.regimes import first_images


@st.composite
def cohorts(draw: st.DrawFn) -> pd.DataFrame:
    """Conditions with patients with images."""
    rows = []
    for c in range(draw(st.integers(1, 4))):
        for p in range(draw(st.integers(1, 4))):
            for i in range(draw(st.integers(1, 3))):
                rows.append((f"c{c}p{p}i{i}", f"c{c}p{p}", f"c{c}"))
    return pd.DataFrame(rows, columns=["image_id", "patient_id", "condition"])


@given(cohorts(), st.integers(0, 3), st.integers(1, 6))
def test_a_regime_holds_the_smaller_one_and_prefers_new_patients(
    images: pd.DataFrame, seed: int, k: int
) -> None:
    """K images of each condition, all of them in k + 1; as many patients as there can be."""
    ids = images["image_id"].tolist()
    small, large = (set(first_images(images, ids, n, seed)) for n in (k, k + 1))
    assert small <= large
    for _, own in images.groupby("condition"):
        kept = own[own["image_id"].isin(small)]
        assert len(kept) == min(k, len(own))
        assert kept["patient_id"].nunique() == min(k, own["patient_id"].nunique())


@given(cohorts(), st.integers(0, 3))
def test_rows_outside_of_the_training_part_decide_nothing(images: pd.DataFrame, seed: int) -> None:
    """With or without the other patients in the table, the same images are kept."""
    patients = images["patient_id"].unique()[::2]
    training = images[images["patient_id"].isin(patients)]
    ids = training["image_id"].tolist()
    assert first_images(images, ids, 1, seed) == first_images(training, ids, 1, seed)


@given(cohorts())
def test_all_is_all(images: pd.DataFrame) -> None:
    """And in the order that was given."""
    ids = images["image_id"].tolist()[::-1]
    assert first_images(images, ids, "all", 0) == tuple(ids)
