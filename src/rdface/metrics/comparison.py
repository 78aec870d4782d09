"""Is one run better than another? Paired, on the same images and patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import comb
from typing import Any

import numpy as np

from rdface.errors import UsageError
from rdface.metrics import bootstrap
from rdface.metrics.estimate import Method
from rdface.metrics.measures import TOP_K, measures
from rdface.metrics.outcomes import Outcomes, Tally
from rdface.metrics.ranking import Bools, Floats
from rdface.metrics.small_samples import (
    FEWEST_CARRIERS,
    FEWEST_PATIENTS,
    agresti_min_interval,
    effective_number,
)


@dataclass(frozen=True)
class Difference:
    """Run A minus run B in one metric.

    Attributes:
        value: The difference, -1 to 1.
        low: Lower end of its 95 % interval.
        high: Upper end.
        p_value: Two-sided, against no difference; not corrected (:func:`holm` does that).
        n: Images.
        n_patients: Patients.
        method: ``bootstrap`` over patients, or ``agresti-min`` where in effect fewer than 10
            patients differ.
    """

    value: float
    low: float
    high: float
    p_value: float
    n: int
    n_patients: int
    method: Method

    def to_dict(self) -> dict[str, Any]:
        """As plain types that JSON can hold."""
        return asdict(self)


@dataclass(frozen=True)
class McNemar:
    """Exact McNemar test.

    Attributes:
        only_a: Images that only run A has right.
        only_b: Images that only run B has right.
        p_value: Two-sided binomial probability of a division at least as uneven.
    """

    only_a: int
    only_b: int
    p_value: float


def compare(
    a: Outcomes,
    b: Outcomes,
    *,
    ks: Sequence[int] = TOP_K,
    n_resamples: int = bootstrap.N_RESAMPLES,
    seed: int = 0,
) -> dict[str, Difference]:
    """Paired bootstrap of A - B: both runs are averaged over the same resampled patients.

    The p-value is twice the share of resamples on the other side of zero, (1 + count) / (1 + B).

    Args:
        a: One run.
        b: Another run on the same images; numbers of images and patients mean the same in both.
        ks: For top-k.
        n_resamples: Of the bootstrap.
        seed: Of the bootstrap.

    Returns:
        ``top1_micro``, ``mrr_macro`` ... -> difference.

    Raises:
        UsageError: The runs tested different images, patients or conditions.
    """
    _check_pairs(a, b)
    n, n_patients = len(np.unique(a.image)), len(a.patient_order.patients)
    weights = bootstrap.patient_weights(n_patients, n_resamples, seed)
    differences = {}
    for of_a, of_b in zip(
        measures(a, ks=ks, band_edges=None), measures(b, ks=ks, band_edges=None), strict=True
    ):
        tally_a = a.per_patient(of_a.values, of_a.rows)
        tally_b = b.per_patient(of_b.values, of_b.rows)
        tally = tally_a._replace(hits=tally_a.hits - tally_b.hits)
        differences[of_a.name] = _difference(tally, weights, of_a.macro, n, n_patients)
    return differences


def _difference(tally: Tally, weights: Floats, macro: bool, n: int, n_patients: int) -> Difference:
    value = bootstrap.value(tally, macro=macro)
    share = bootstrap.influence(tally, macro=macro)
    gaps = tally.hits / tally.images
    carriers = effective_number(share * np.abs(gaps))
    if n_patients < FEWEST_PATIENTS or carriers < FEWEST_CARRIERS:
        low, high, p_value = agresti_min_interval(
            value, float(np.sum(share * gaps**2)), effective_number(share)
        )
        return Difference(value, low, high, p_value, n, n_patients, "agresti-min")
    samples = bootstrap.resampled(tally, weights, macro=macro)
    low, high = bootstrap.percentile_interval(samples)
    tail = min(np.count_nonzero(samples <= 0), np.count_nonzero(samples >= 0))
    p_value = float(min(1.0, 2.0 * (1 + tail) / (1 + len(samples))))
    return Difference(value, low, high, p_value, n, n_patients, "bootstrap")


def mcnemar(a: Outcomes, b: Outcomes, *, k: int = 1) -> McNemar:
    """Exact McNemar test of top-k, one outcome per image (McNemar, Psychometrika 1947).

    An image is right if it is so in more than half of its repeats. Images count as independent,
    which two images of one patient are not; :func:`compare` has no such assumption.

    Args:
        a: One run.
        b: Another run on the same images.
        k: Right means among the first k.

    Raises:
        UsageError: As :func:`compare`.
    """
    _check_pairs(a, b)
    right_a, right_b = _majority(a, k), _majority(b, k)
    only_a = int(np.count_nonzero(right_a & ~right_b))
    only_b = int(np.count_nonzero(right_b & ~right_a))
    n = only_a + only_b
    tail = sum(comb(n, i) for i in range(min(only_a, only_b) + 1))
    return McNemar(only_a, only_b, min(1.0, 2 * tail / 2**n))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down correction (Holm, Scandinavian Journal of Statistics 1979).

    Args:
        p_values: Of all comparisons of one question, in any order.

    Returns:
        Corrected ones in the same order; keeping those <= 0.05 errs at all in at most 5 %.

    Example:
        >>> holm([0.01, 0.04, 0.03])
        [0.03, 0.06, 0.06]
    """
    corrected = [0.0] * len(p_values)
    highest = 0.0
    for place, index in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        highest = max(highest, min(1.0, (len(p_values) - place) * p_values[index]))
        corrected[index] = highest
    return corrected


def _majority(outcomes: Outcomes, k: int) -> Bools:
    """Per image, ascending: right in more than half of the repeats."""
    _, image = np.unique(outcomes.image, return_inverse=True)
    right = np.bincount(image, outcomes.ranks <= k)
    return np.asarray(2 * right > np.bincount(image))


def _check_pairs(a: Outcomes, b: Outcomes) -> None:
    known = []
    for run in (a, b):
        _, first = np.unique(run.image, return_index=True)
        known.append(np.stack([run.image[first], run.patient[first], run.truth[first]]))
    if a.n_conditions != b.n_conditions or not np.array_equal(known[0], known[1]):
        raise UsageError(
            "The two runs did not test the same images, so they cannot be compared in pairs.",
            hint="Run both on the same cohort with the same protocol.",
        )
