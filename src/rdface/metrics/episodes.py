"""Accuracy over few-shot episodes, with the interval that its patients allow.

Hundreds of episodes are drawn from the same few images, so they are not independent, and the
usual interval over episodes shrinks with their number while nothing new is learnt: it tells how
well *these* images were sampled, and nothing of other patients.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.metrics import bootstrap
from rdface.metrics.estimate import Estimate
from rdface.metrics.ranking import Bools
from rdface.metrics.small_samples import (
    FEWEST_CARRIERS,
    FEWEST_PATIENTS,
    Z,
    effective_number,
    wilson_interval,
)

Patients = NDArray[np.integer[Any]]


def episode_accuracy(
    hits: Bools,
    image: NDArray[np.integer[Any]],
    query_patient: Patients,
    support_patient: Patients,
    *,
    n_resamples: int = bootstrap.N_RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """Mean over episodes of the share of right answers, with a 95 % interval over patients.

    Every patient stands in many episodes, now as the one who is asked, now as the one who is
    shown for the right answer, and pulls the outcome in both parts. An answer's excess over the
    mean is therefore counted to the query's patient and, in equal parts, to the patients of its
    condition's support; patients are resampled with what is counted to them (the linear part of
    resampling both at once; Owen, "The pigeonhole bootstrap", Annals of Applied Statistics 2007).
    docs/few-shot.md has the coverage, and that of simpler intervals.

    Args:
        hits: ``bool [E, W, Q]``, right answers of E episodes (folds one after the other).
        image: ``int [E, W, Q]``, numbers that tell images apart.
        query_patient: ``int [E, W, Q]``, numbers that tell patients apart.
        support_patient: ``int [E, W, K]``, those who are shown of the query's condition.
        n_resamples: Of the bootstrap.
        seed: Of the bootstrap.
    """
    patients, numbers = np.unique(
        np.concatenate([query_patient.ravel(), support_patient.ravel()]), return_inverse=True
    )
    asked = numbers[: query_patient.size].reshape(query_patient.shape)
    shown = numbers[query_patient.size :].reshape(support_patient.shape)
    value = float(hits.mean())
    excess = (hits - value) / hits.size
    count = len(patients)
    pull = np.bincount(asked.ravel(), excess.ravel(), count)
    shot = support_patient.shape[-1]
    per_support = np.repeat(excess.sum(axis=2) / shot, shot)
    pull += np.bincount(shown.ravel(), per_support, count)
    share = np.bincount(asked.ravel(), minlength=count) / hits.size
    right = np.bincount(asked.ravel(), hits.ravel(), count) / hits.size
    n, n_patients = len(np.unique(image)), len(np.unique(asked))
    carriers = min(effective_number(right), effective_number(share - right))
    if n_patients < FEWEST_PATIENTS or carriers < FEWEST_CARRIERS:
        low, high = wilson_interval(value, effective_number(share))
        return Estimate(value, low, high, n, n_patients, True, "wilson")
    weights = bootstrap.patient_weights(count, n_resamples, seed)
    samples = value + np.einsum("bp,p->b", weights - 1.0, pull)
    low, high = bootstrap.percentile_interval(samples)
    return Estimate(value, max(low, 0.0), min(high, 1.0), n, n_patients, True, "bootstrap")


def interval_over_episodes(hits: Bools) -> tuple[float, float]:
    """Mean -/+ 1.96 SD / sqrt(E) of the episodes' accuracies, as papers report it.

    It takes episodes as independent, which they are not: see :func:`episode_accuracy`.

    Args:
        hits: ``bool [E, W, Q]``.
    """
    each = hits.mean(axis=(1, 2))
    half = Z * float(each.std(ddof=1)) / np.sqrt(len(each)) if len(each) > 1 else 0.0
    return float(each.mean() - half), float(each.mean() + half)
