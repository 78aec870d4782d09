"""How often sets hold the truth and how long they are, with intervals that know of both samples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rdface.metrics import bootstrap
from rdface.metrics.conformal.nonconformity import own_scores
from rdface.metrics.conformal.quantile import thresholds_at
from rdface.metrics.estimate import Estimate
from rdface.metrics.means import ImageRows, Numbers
from rdface.metrics.ranking import Bools, Floats, Ints
from rdface.metrics.small_samples import (
    FEWEST_CARRIERS,
    FEWEST_PATIENTS,
    effective_number,
    wilson_interval,
)

N_RESAMPLES = 1000


@dataclass(frozen=True, eq=False)
class SetTable:
    """Nonconformity scores of calibration and test rows of all models.

    Attributes:
        scores: ``[M, C]``, may be infinite.
        truth: ``int [M]``.
        model: ``int [M]``.
        calibration: ``bool [M]``: calibration rows; the others are tested.
        image: ``int [M]``.
        patient: ``int [M]``, the same numbers in both roles: a patient who is tested in one fold
            calibrates others.
        group: ``int [C]``: conditions of one group share a threshold; all 0 for one a model.
    """

    scores: Floats
    truth: Numbers
    model: Numbers
    calibration: Bools
    image: Numbers
    patient: Numbers
    group: Numbers

    @cached_property
    def tested(self) -> ImageRows:
        """The test rows."""
        return ImageRows(self.image[~self.calibration], self.patient[~self.calibration])

    @cached_property
    def place(self) -> NDArray[np.intp]:
        """``intp [M]``: the patient among all patients, sorted."""
        return np.unique(self.patient, return_inverse=True)[1].reshape(-1).astype(np.intp)

    @property
    def n_patients(self) -> int:
        """Patients of either role."""
        return int(self.place.max()) + 1


class Sets(NamedTuple):
    """What became of the test rows.

    Attributes:
        covered: ``bool [n_test]``, whether the set holds the truth.
        sizes: ``int64 [n_test]``, number of conditions in the set.
    """

    covered: Bools
    sizes: Ints


def sets_of(table: SetTable, alpha: float) -> Sets:
    """The sets of the test rows: conditions whose score is at most the threshold of their group."""
    covered, sizes = _resampled(table, alpha, np.ones((1, table.n_patients)))
    return Sets(covered[0], sizes[0].astype(np.int64))


class SetEstimates(NamedTuple):
    """Of some of the test rows.

    Attributes:
        coverage: Share of patients whose set holds the truth.
        size: Mean number of conditions in the set.
    """

    coverage: Estimate
    size: Estimate


def coverages(
    table: SetTable,
    alpha: float,
    subsets: Mapping[str, Bools],
    *,
    n_resamples: int = N_RESAMPLES,
    seed: int = 0,
) -> dict[str, SetEstimates]:
    """Coverage and size over patients, overall or in parts, with 95 % intervals.

    The promise is about an image of a new patient, so every patient counts the same: first the
    repeats of an image are averaged, then the images of a patient. Patients are resampled with
    all that they do: the thresholds are computed anew from the resampled calibration patients,
    and the same resample is tested. Resampling the test alone would take the thresholds, which
    rest on some fifty patients each, for given. A resample has fewer different calibration
    patients than the sample and its coverage is lower by about 1 / n, so the resamples are moved
    to have the value as their mean. Where fewer than 20 patients, or in effect fewer than 10 with
    a hit or with a miss, carry a number, the interval is Wilson's on patients.

    Args:
        table: All rows.
        alpha: How often the truth may be missed.
        subsets: Name -> ``bool [n_test]``; names without rows are left out.
        n_resamples: Of the bootstrap.
        seed: Of the bootstrap.
    """
    names = [name for name, rows_in in subsets.items() if rows_in.any()]
    if not names:
        return {}
    found = sets_of(table, alpha)
    share = table.tested.shares(per_patient=True)
    chosen = np.stack([np.where(subsets[name], share, 0.0) for name in names])
    weights = bootstrap.patient_weights(table.n_patients, n_resamples, seed)
    place = table.place[~table.calibration]
    drawn = weights[:, place]
    covered, sizes = _resampled(table, alpha, weights)
    # einsum and not @: without BLAS the bits do not depend on its threads.
    below = np.einsum("bm,sm->bs", drawn, chosen)
    resampled = [
        np.divide(
            np.einsum("bm,sm->bs", drawn * values, chosen),
            below,
            out=np.full_like(below, np.nan),
            where=below > 0,
        )
        for values in (covered, sizes)
    ]
    estimates = {}
    for number, name in enumerate(names):
        mass = np.bincount(place, chosen[number], table.n_patients).astype(np.float64)
        both = [
            _estimate(
                np.bincount(place, chosen[number] * values / top, table.n_patients).astype(
                    np.float64
                ),
                mass,
                samples[:, number] / top,
                table.tested.sizes(subsets[name]),
                top,
            )
            for values, samples, top in (
                (found.covered, resampled[0], 1.0),
                (found.sizes, resampled[1], float(table.scores.shape[1])),
            )
        ]
        estimates[name] = SetEstimates(*both)
    return estimates


def _estimate(
    sums: Floats, mass: Floats, samples: Floats, sizes: tuple[int, int], top: float
) -> Estimate:
    value = min(max(float(sums.sum() / mass.sum()), 0.0), 1.0)
    part = mass / mass.sum()
    rates = np.divide(sums, mass, out=np.zeros_like(sums), where=mass > 0)
    carriers = min(effective_number(part * rates), effective_number(part * (1.0 - rates)))
    better = top == 1.0
    if sizes[1] < FEWEST_PATIENTS or carriers < FEWEST_CARRIERS:
        low, high = wilson_interval(value, effective_number(part))
        return Estimate(top * value, top * low, top * high, *sizes, better, "wilson")
    low, high = bootstrap.percentile_interval(samples - np.nanmean(samples) + value)
    low, high = max(low, 0.0), min(high, 1.0)
    return Estimate(top * value, top * low, top * high, *sizes, better, "bootstrap")


def _resampled(table: SetTable, alpha: float, weights: Floats) -> tuple[Bools, Floats]:
    """Covered, and size of the set, of every test row in each resample: ``[B, n_test]``."""
    own = own_scores(table.scores, table.truth)
    of_truth = table.group[table.truth]
    test = ~table.calibration
    number = np.cumsum(test) - 1
    covered = np.zeros((len(weights), int(test.sum())), dtype=np.bool_)
    sizes = np.zeros(covered.shape)
    groups = [(group, table.group == group) for group in np.unique(table.group)]
    for model in np.unique(table.model[test]):
        asked = np.flatnonzero((table.model == model) & test)
        at_asked = number[asked]
        for group, members in groups:
            rows = np.flatnonzero((table.model == model) & table.calibration & (of_truth == group))
            if not len(rows):  # the threshold is infinite: all are listed
                sizes[:, at_asked] += np.count_nonzero(members)
                covered[:, at_asked[of_truth[asked] == group]] = True
                continue
            rows = rows[np.argsort(own[rows], kind="stable")]
            threshold = np.append(own[rows], np.inf)
            drawn = weights[:, table.place[rows]]
            at = thresholds_at(table.patient[rows], alpha, drawn)
            those = table.scores[np.ix_(asked, np.flatnonzero(members))]
            lengths = (those <= threshold[:, None, None]).sum(axis=2, dtype=np.float64)
            sizes[:, at_asked] += lengths[at]
            inside = of_truth[asked] == group
            held = own[asked[inside]] <= threshold[:, None]
            covered[:, at_asked[inside]] = held[at]
    return covered, sizes
