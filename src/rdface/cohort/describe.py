"""Describe a cohort in numbers: the dataset card that tables and figures are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rdface.cohort.cohort import Cohort
from rdface.cohort.schema import age_in_years


@dataclass(frozen=True)
class CohortSummary:
    """Counts of a cohort; empty values are counted under ``""``.

    Attributes:
        n_images: Images.
        n_synthetic: Those of them that are synthetic.
        n_patients: Patients of the real images; a synthetic image shows none.
        n_conditions: Conditions with at least one image.
        images_per_condition: Condition to images, most first.
        patients_per_condition: Condition to patients, most first.
        images_per_patient: Number of images to the number of patients who have so many.
        sex: Patients by sex.
        ancestry: Patients by ancestry.
        country: Patients by ISO 3166 alpha-2 code, most first.
        ages: Years at each image with a known age, in the cohort's order.
    """

    n_images: int
    n_synthetic: int
    n_patients: int
    n_conditions: int
    images_per_condition: dict[str, int]
    patients_per_condition: dict[str, int]
    images_per_patient: dict[int, int]
    sex: dict[str, int]
    ancestry: dict[str, int]
    country: dict[str, int]
    ages: tuple[float, ...]

    @property
    def mean_age(self) -> float:
        """Mean age over images, years; NaN where no age is known."""
        return float(np.mean(self.ages)) if self.ages else float("nan")


def describe_cohort(cohort: Cohort) -> CohortSummary:
    """Count a cohort's images, patients, conditions and what is known of them."""
    images = cohort.images
    real = images[images["synthetic_of"] == ""]
    patients = real.drop_duplicates("patient_id")

    def count(values: object) -> dict[str, int]:
        return {str(key): int(n) for key, n in values.value_counts().items()}  # type: ignore[attr-defined]

    per_patient = real["patient_id"].value_counts().value_counts().sort_index()
    return CohortSummary(
        n_images=len(images),
        n_synthetic=len(images) - len(real),
        n_patients=len(patients),
        n_conditions=images["condition"].nunique(),
        images_per_condition=count(images["condition"]),
        patients_per_condition=count(patients["condition"]),
        images_per_patient={int(str(n)): int(k) for n, k in per_patient.items()},
        sex=count(patients["sex"]),
        ancestry=count(patients["ancestry"]),
        country=count(patients["country"]),
        ages=tuple(age_in_years(age) for age in images["age"] if age),
    )
