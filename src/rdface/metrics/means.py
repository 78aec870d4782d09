"""Means over images or patients with intervals over patients, of any bounded measure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.metrics import bootstrap
from rdface.metrics.estimate import Estimate
from rdface.metrics.ranking import Bools, Floats
from rdface.metrics.small_samples import (
    FEWEST_CARRIERS,
    FEWEST_PATIENTS,
    effective_number,
    wilson_interval,
)

Numbers = NDArray[np.integer[Any]]


@dataclass(frozen=True, eq=False)
class ImageRows:
    """Which image and patient each row shows: what every mean and every resample needs.

    Attributes:
        image: ``int [M]``, numbers that tell images apart; an image has one row per repeat.
        patient: ``int [M]``, numbers that tell patients apart.
    """

    image: Numbers
    patient: Numbers

    def __post_init__(self) -> None:
        pairs = np.unique(np.stack([self.image, self.patient]), axis=1).shape[1]
        if not len(self.image) or pairs != len(np.unique(self.image)):
            raise ValueError("no row, or an image has two patients")

    @property
    def of_patient(self) -> NDArray[np.intp]:
        """``intp [M]``: place of the row's patient among the sorted patients."""
        return np.unique(self.patient, return_inverse=True)[1].reshape(-1).astype(np.intp)

    def shares(self, *, per_patient: bool = False) -> Floats:
        """Weight of each row, ``[M]``: 1 / repeats of its image.

        Args:
            per_patient: Divide by the number of the patient's images too, so that every patient
                and not every image counts the same.
        """
        _, image, times = np.unique(self.image, return_inverse=True, return_counts=True)
        share = 1.0 / times[image]
        if per_patient:
            share = share / np.bincount(self.of_patient, share)[self.of_patient]
        return np.asarray(share)

    def sizes(self, rows: Bools) -> tuple[int, int]:
        """Images and patients that have a row among ``rows``."""
        return len(np.unique(self.image[rows])), len(np.unique(self.patient[rows]))


def mean_over(
    rows: ImageRows,
    values: Floats,
    *,
    subset: Bools | None = None,
    per_patient: bool = False,
    top: float = 1.0,
    higher_is_better: bool = True,
    n_resamples: int = bootstrap.N_RESAMPLES,
    seed: int = 0,
) -> Estimate | None:
    """Mean of a measure between 0 and ``top``, repeats of an image averaged first.

    Percentile bootstrap over patients; with fewer than 20 patients, or in effect fewer than 10
    that pull the mean from 0 or from ``top``, Wilson's interval on patients, stretched to
    ``top``: no measure between the two ends varies more than one that is always at an end, so it
    can only be too wide.

    Args:
        rows: Of the test.
        values: ``[M]``, each 0 to ``top``.
        subset: ``bool [M]``, which rows count; all by default.
        per_patient: See :meth:`ImageRows.shares`.
        top: The largest value that the measure can have.
        higher_is_better: Noted in the estimate.
        n_resamples: Of the bootstrap.
        seed: Of the bootstrap.

    Returns:
        None where no row counts.
    """
    subset = np.ones(len(values), dtype=np.bool_) if subset is None else subset
    if not subset.any():
        return None
    weight = np.where(subset, rows.shares(per_patient=per_patient), 0.0)
    place = rows.of_patient
    images = np.bincount(place, weight).astype(np.float64)
    sums = np.bincount(place, weight * np.clip(values / top, 0.0, 1.0)).astype(np.float64)
    value = float(sums.sum() / images.sum())
    n, n_patients = rows.sizes(subset)
    share, rates = (
        images / images.sum(),
        np.divide(sums, images, out=np.zeros_like(sums), where=images > 0),
    )
    carriers = min(effective_number(share * rates), effective_number(share * (1.0 - rates)))
    if n_patients < FEWEST_PATIENTS or carriers < FEWEST_CARRIERS:
        low, high = wilson_interval(min(max(value, 0.0), 1.0), effective_number(share))
        return Estimate(
            top * value, top * low, top * high, n, n_patients, higher_is_better, "wilson"
        )
    weights = _drawn(len(images), n_resamples, seed)
    low, high = bootstrap.percentile_interval(ratios(weights, sums, images))
    return Estimate(
        top * value, top * low, top * high, n, n_patients, higher_is_better, "bootstrap"
    )


@lru_cache(maxsize=4)
def _drawn(n_patients: int, n_resamples: int, seed: int) -> Floats:
    """The resamples of :func:`bootstrap.patient_weights`, drawn once for many means."""
    weights = bootstrap.patient_weights(n_patients, n_resamples, seed)
    weights.setflags(write=False)
    return weights


def ratios(weights: Floats, sums: Floats, images: Floats) -> Floats:
    """Sum over sum in every resample: ``weights [B, P]``; NaN where no image was drawn."""
    above = np.einsum("ij,j->i", weights, sums)
    below = np.einsum("ij,j->i", weights, images)
    return np.asarray(np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0))
