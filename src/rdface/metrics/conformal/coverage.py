"""How often sets hold the truth, with intervals that know of both samples: calibration and test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from rdface.metrics import bootstrap
from rdface.metrics.conformal.quantile import thresholds_at
from rdface.metrics.estimate import Estimate
from rdface.metrics.means import Numbers, Tested
from rdface.metrics.ranking import Bools, Floats
from rdface.metrics.small_samples import (
    FEWEST_CARRIERS,
    FEWEST_PATIENTS,
    effective_number,
    wilson_interval,
)

N_RESAMPLES = 1000


@dataclass(frozen=True, eq=False)
class CoverageTable:
    """Nonconformity of the truth in calibration and test rows of all models.

    Attributes:
        score: ``[M]``, of the true condition; may be infinite.
        model: ``int [M]``, 0 to n_models - 1.
        calibration: ``bool [M]``: calibration rows; the others are tested.
        image: ``int [M]``.
        patient: ``int [M]``, the same numbers in both roles: a patient who is tested in one fold
            calibrates others.
        group: ``int [M]``, group of the true condition whose rows share a threshold; all 0 for one
            threshold a model.
    """

    score: Floats
    model: Numbers
    calibration: Bools
    image: Numbers
    patient: Numbers
    group: Numbers

    @property
    def tested(self) -> Tested:
        """The test rows."""
        return Tested(self.image[~self.calibration], self.patient[~self.calibration])


def covered_rows(table: CoverageTable, alpha: float) -> Bools:
    """Whether the set of each test row holds the truth, ``bool [n_test]``."""
    return np.asarray(_covered(table, alpha, np.ones((1, len(np.unique(table.patient)))))[0])


def coverages(
    table: CoverageTable,
    alpha: float,
    subsets: Mapping[str, Bools],
    *,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> dict[str, Estimate]:
    """Coverage over patients, overall or in parts, with a 95 % interval.

    The promise is about an image of a new patient, so every patient counts the same: first the
    repeats of an image are averaged, then the images of a patient. Patients are resampled with
    all that they do: the thresholds are computed anew from the resampled calibration patients,
    and the same resample is tested. Resampling the test alone would take the thresholds, which
    rest on some fifty patients each, for given. Where fewer than 20 patients, or in effect fewer
    than 10 with a hit or with a miss, carry a number, the interval is Wilson's on patients.

    Args:
        table: All rows.
        alpha: How often the truth may be missed.
        subsets: Name -> ``bool [n_test]``; names without rows are left out.
        n_resamples: Of the bootstrap.
        seed: Of the bootstrap.
    """
    rows = table.tested
    covered = covered_rows(table, alpha).astype(np.float64)
    place = np.unique(table.patient, return_inverse=True)[1].reshape(-1)[~table.calibration]
    n_all = len(np.unique(table.patient))
    names = [name for name, rows_in in subsets.items() if rows_in.any()]
    if not names:
        return {}
    share = rows.shares(per_patient=True)
    chosen = np.stack([np.where(subsets[name], share, 0.0) for name in names])
    weights = bootstrap.patient_weights(n_all, n_resamples, seed)
    drawn = weights[:, place]
    # optimize=False: the bits must not depend on the threads of BLAS.
    hits = np.einsum("bm,sm->bs", drawn * _covered(table, alpha, weights), chosen)
    images = np.einsum("bm,sm->bs", drawn, chosen)
    found = {}
    for number, name in enumerate(names):
        sums = np.bincount(place, chosen[number] * covered, n_all)
        mass = np.bincount(place, chosen[number], n_all)
        value = float(sums.sum() / mass.sum())
        n, n_patients = rows.sizes(subsets[name])
        part = mass / mass.sum()
        rates = np.divide(sums, mass, out=np.zeros_like(sums), where=mass > 0)
        carriers = min(effective_number(part * rates), effective_number(part * (1 - rates)))
        if n_patients < FEWEST_PATIENTS or carriers < FEWEST_CARRIERS:
            low, high = wilson_interval(min(max(value, 0.0), 1.0), effective_number(part))
            found[name] = Estimate(value, low, high, n, n_patients, True, "wilson")
            continue
        below = images[:, number]
        samples = np.divide(
            hits[:, number], below, out=np.full(len(below), np.nan), where=below > 0
        )
        low, high = bootstrap.percentile_interval(samples)
        found[name] = Estimate(value, low, high, n, n_patients, True, "bootstrap")
    return found


def _covered(table: CoverageTable, alpha: float, weights: Floats) -> Bools:
    """``bool [B, n_test]``: covered by the thresholds of each resample of the patients."""
    place = np.unique(table.patient, return_inverse=True)[1].reshape(-1)
    number = np.cumsum(~table.calibration) - 1
    covered = np.ones((len(weights), int(number[-1]) + 1), dtype=np.bool_)
    keys = np.stack([table.model, table.group])
    for model, group in np.unique(keys[:, ~table.calibration], axis=1).T:
        inside = (table.model == model) & (table.group == group)
        rows = np.flatnonzero(inside & table.calibration)
        asked = np.flatnonzero(inside & ~table.calibration)
        rows = rows[np.argsort(table.score[rows], kind="stable")]
        if not len(rows):
            continue  # an infinite threshold covers everything
        at = thresholds_at(table.patient[rows], alpha, weights[:, place[rows]])
        threshold = np.append(table.score[rows], np.inf)[at]
        covered[:, number[asked]] = table.score[asked] <= threshold[:, None]
    return covered
