"""What the outcomes say: bias, coverage, and how often the wrong model is picked.

The cohort is the unit throughout: the models of one cohort are averaged first, and intervals are
over cohorts, which are independent draws from the population.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rdface.bench.bias_study.readings import READINGS, Reading
from rdface.bench.bias_study.variants import STRICT, VARIANTS
from rdface.metrics.bootstrap import patient_weights, percentile_interval
from rdface.metrics.ranking import Floats
from rdface.metrics.small_samples import Z, wilson_interval

Target = Literal["same", "deployed"]
"""``same``: the very models that were tested. ``deployed``: that fitted on the whole cohort."""

N_RESAMPLES = 4000
FEWEST_COHORTS = 20
"""Below so many, resamples of cohorts are too alike for an interval."""


@dataclass(frozen=True)
class Mean:
    """A mean over cohorts with its 95 % interval.

    Attributes:
        value: The mean.
        low: Lower end.
        high: Upper end.
        n: Cohorts.
    """

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Line:
    """One reading of one metric against one target; all in shares of 1.

    Attributes:
        reading: Which protocol, and how it is read.
        estimate: Mean of what it says.
        truth: Mean of what is true.
        bias: Estimate minus truth.
        error: Root mean square of estimate minus truth, over cohorts and models.
        coverage: Share of 95 % intervals that hold the truth.
        width: Mean width of the intervals.
    """

    reading: Reading
    estimate: Mean
    truth: Mean
    bias: Mean
    error: float
    coverage: Mean
    width: float


@dataclass(frozen=True)
class Choice:
    """What comes of picking the model with the best estimate.

    Attributes:
        variant: Name of the protocol's variant.
        wrong: Share of cohorts in which another model is truly better.
        regret: True accuracy that the pick lacks to the best.
    """

    variant: str
    wrong: Mean
    regret: Mean


def summarise_readings(
    trials: pd.DataFrame,
    metric: str,
    target: Target = "same",
    readings: Sequence[Reading] = READINGS,
) -> list[Line]:
    """One line per reading, averaged over models.

    Args:
        trials: Outcomes of all cohorts.
        metric: ``top1_micro`` ...
        target: What counts as true.
        readings: Which.
    """
    return [_line(reading, outcomes_of(trials, reading, metric), target) for reading in readings]


def outcomes_of(trials: pd.DataFrame, reading: Reading, metric: str) -> pd.DataFrame:
    """The outcomes that a reading looks at, with its interval as ``low`` and ``high``."""
    table = trials[(trials["variant"] == reading.variant.name) & (trials["metric"] == metric)]
    if reading.best:
        table = table.loc[table.groupby("cohort")["estimate"].idxmax()]
    if reading.interval == "bootstrap":
        return table
    half = (Z if reading.interval == "folds" else 1.0) * table["spread"]
    return table.assign(low=table["estimate"] - half, high=table["estimate"] + half)


def _line(reading: Reading, table: pd.DataFrame, target: Target) -> Line:
    gap = (table["estimate"] - table[target]).to_numpy(dtype=np.float64)
    held = (table["low"] <= table[target]) & (table[target] <= table["high"])
    cohort = table["cohort"].to_numpy()
    return Line(
        reading,
        _accuracy(_by_cohort(table["estimate"].to_numpy(dtype=np.float64), cohort)),
        _accuracy(_by_cohort(table[target].to_numpy(dtype=np.float64), cohort)),
        mean_over(_by_cohort(gap, cohort)),
        float(np.sqrt(np.mean(gap**2))),
        share_over(_by_cohort(held.astype(float).to_numpy(), cohort)),
        float((table["high"] - table["low"]).mean()),
    )


def summarise_models(trials: pd.DataFrame, metric: str) -> dict[str, list[Line]]:
    """The same for each model by itself: backbone and learner -> a line per variant."""
    plain = [Reading(variant.name, variant) for variant in VARIANTS]
    names = trials["backbone"] + " " + trials["learner"]
    return {
        str(name): summarise_readings(trials[names == name], metric, readings=plain)
        for name in dict.fromkeys(names)
    }


def summarise_choice(trials: pd.DataFrame, metric: str) -> list[Choice]:
    """Pick the best model by each protocol's estimate; compare with the truly best.

    The truly best is that whose model of the whole cohort does best on the patients held back,
    conditions weighted as in the test of ``strict``, for all protocols alike.
    """
    rows = trials[trials["metric"] == metric]
    rows = rows.assign(model=rows["backbone"] + " " + rows["learner"])
    true = _wide(rows, STRICT.name, "deployed")
    choices = []
    for variant in VARIANTS:
        said = _wide(rows, variant.name, "estimate")
        regret = true.max(axis=1) - true[np.arange(len(true)), np.argmax(said, axis=1)]
        wrong = (regret > 0).astype(np.float64)
        choices.append(Choice(variant.name, share_over(wrong), _accuracy(regret)))
    return choices


def _wide(rows: pd.DataFrame, variant: str, value: str) -> Floats:
    """``[cohorts, models]``, both sorted."""
    own = rows[rows["variant"] == variant]
    return own.pivot(index="cohort", columns="model", values=value).to_numpy(dtype=np.float64)


def _by_cohort(values: NDArray[np.floating[Any]], cohort: NDArray[Any]) -> Floats:
    _, place = np.unique(cohort, return_inverse=True)
    return np.asarray(np.bincount(place, values) / np.bincount(place))


def _accuracy(values: Floats) -> Mean:
    """Student's interval may reach beyond 0 or 1; no accuracy, and no loss of one, does."""
    found = mean_over(values)
    return replace(found, low=max(found.low, 0.0), high=min(found.high, 1.0))


def mean_over(values: Floats) -> Mean:
    """Mean over cohorts with its 95 % interval.

    A percentile bootstrap over cohorts; with fewer than 20 of them, whose resamples lie too near
    each other, Student's interval. Both are of no width where all cohorts agree.

    Args:
        values: ``[n]``, one per cohort.

    Raises:
        ValueError: There is one cohort only, whose mean has no interval.
    """
    n, mean = len(values), float(values.mean())
    if n < 2:
        raise ValueError("one cohort has no interval")
    if n < FEWEST_COHORTS:
        from scipy.stats import t

        half = float(t.ppf(0.975, n - 1) * np.std(values, ddof=1) / np.sqrt(n))
        return Mean(mean, mean - half, mean + half, n)
    drawn = patient_weights(n, N_RESAMPLES, seed=0) @ values / n
    return Mean(mean, *percentile_interval(drawn), n)


def share_over(values: Floats) -> Mean:
    """The same of what happens or not, as shares of each cohort's models.

    Wilson's interval below 20 cohorts, and of what never or always happens: the other has none.
    """
    n, mean = len(values), float(values.mean())
    if 1 < n and (n < FEWEST_COHORTS or mean in (0.0, 1.0)):
        return Mean(mean, *wilson_interval(mean, n), n)
    return mean_over(values)
