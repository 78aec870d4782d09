"""A cohort made in place, and what stands for an embedding in it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest


def cohort_table(n_conditions: int, n_patients: int, n_images: int) -> pd.DataFrame:
    """Every condition with so many patients, every patient with so many images."""
    rows = [
        (f"C{condition}.p{patient}.i{image}", f"C{condition}.p{patient}", f"C{condition:02d}")
        for condition in range(n_conditions)
        for patient in range(n_patients)
        for image in range(n_images)
    ]
    table = pd.DataFrame(rows, columns=["image_id", "patient_id", "condition"])
    table["sha256"] = [f"{number:064x}" for number in range(len(table))]
    table["synthetic_of"] = ""
    return table


@pytest.fixture(scope="session")
def make_cohort() -> Callable[[int, int, int], pd.DataFrame]:
    """The function above, for the tests."""
    return cohort_table


@pytest.fixture
def rng() -> np.random.Generator:
    """Seeded anew for every test."""
    return np.random.default_rng(20)
