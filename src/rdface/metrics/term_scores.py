"""Precision, recall and F1 of sets of terms, with intervals over patients.

A term that a report calls "not assessable", and all terms of a report that never came, are neither
right nor wrong. They are counted apart: :attr:`TermScores.recall` leaves them out, while
:attr:`TermScores.recall_of_all` counts every one as missed, and both stand side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.metrics import bootstrap
from rdface.metrics.estimate import Estimate
from rdface.metrics.ranking import Floats
from rdface.metrics.small_samples import FEWEST_CARRIERS, FEWEST_PATIENTS, wilson_interval


@dataclass(frozen=True, eq=False)
class TermCounts:
    """What was said and what is true, ``[P, T]`` each: patients by terms.

    Attributes:
        said: Times that the term was called present.
        right: Those of them that are.
        recorded: Times that the term is present.
        found: Those of them that were said.
        unseen: Times that it is present and was called not assessable, or no report came.
    """

    said: Floats
    right: Floats
    recorded: Floats
    found: Floats
    unseen: Floats

    def __post_init__(self) -> None:
        shapes = {np.shape(each) for each in (self.said, self.right, self.recorded, self.found)}
        if len(shapes | {np.shape(self.unseen)}) != 1 or self.said.ndim != 2:
            raise ValueError("counts have to be of one shape, patients by terms")
        if (self.right > self.said).any() or (self.found + self.unseen > self.recorded).any():
            raise ValueError("more right than said, or more found than recorded")

    def of(self, columns: Sequence[int]) -> TermCounts:
        """Some of the terms."""
        parts = (self.said, self.right, self.recorded, self.found, self.unseen)
        chosen = np.asarray(columns, dtype=np.intp)
        return TermCounts(*(part[:, chosen] for part in parts))


@dataclass(frozen=True)
class TermScores:
    """Scores of terms with 95 % percentile intervals over patients.

    With few terms, or fewer than ten right or wrong ones, a bootstrap lies: Wilson's interval then,
    on no more trials than patients.

    Attributes:
        precision: Of what was said, the share that is right.
        recall: Of what is recorded and was not called unseen, the share that was said.
        f1: Harmonic mean of these two.
        recall_of_all: As recall, what was called unseen being missed.
        f1_of_all: Harmonic mean of precision and recall_of_all.
        coverage: Of what is recorded, the share that was not called unseen.
        said: Number of terms said.
        recorded: Number of terms recorded.
    """

    precision: Estimate
    recall: Estimate
    f1: Estimate
    recall_of_all: Estimate
    f1_of_all: Estimate
    coverage: Estimate
    said: int
    recorded: int


def micro_scores(
    counts: TermCounts, *, n_resamples: int = bootstrap.N_RESAMPLES, seed: int = 0
) -> TermScores:
    """All terms together: every term of every picture counts the same.

    NaN where nothing was said (precision) or recorded (recall); F1 is 0 if nothing was right.
    """
    return _scores(counts, macro=False, n_resamples=n_resamples, seed=seed)


def macro_scores(
    counts: TermCounts, *, n_resamples: int = bootstrap.N_RESAMPLES, seed: int = 0
) -> TermScores:
    """Means over the terms that are recorded at least once; precision of an unsaid term is 0.

    Recall and F1 leave out terms that were called unseen wherever they are recorded.
    """
    return _scores(
        counts.of(np.flatnonzero(counts.recorded.sum(axis=0)).tolist()),
        macro=True,
        n_resamples=n_resamples,
        seed=seed,
    )


def _scores(counts: TermCounts, *, macro: bool, n_resamples: int, seed: int) -> TermScores:
    parts = np.stack(
        [counts.said, counts.right, counts.recorded, counts.found, counts.unseen]
    ).astype(np.float64)
    if not macro:
        parts = parts.sum(axis=2, keepdims=True)
    n_patients = parts.shape[1]
    sums = parts.sum(axis=1)
    weights = bootstrap.patient_weights(n_patients, n_resamples, seed)
    # Whole numbers: the sums are exact, in whatever order a BLAS takes them.
    drawn = _values(np.tensordot(weights, parts, (1, 1)), macro)
    trials = [(np.nan, np.nan)] * 6 if macro else _trials(sums[:, 0])
    made = []
    for place, number in enumerate(_values(sums[None], macro)[:, 0]):
        hits, of = trials[place]
        if (
            not macro
            and of > 0
            and (of < FEWEST_PATIENTS or min(hits, of - hits) < FEWEST_CARRIERS)
        ):
            low, high = wilson_interval(hits / of, min(of, n_patients))
            if place in OF_JACCARD:
                low, high = 2 * low / (1 + low), 2 * high / (1 + high)
            made.append(Estimate(float(number), low, high, n_patients, n_patients, True, "wilson"))
            continue
        low, high = np.nan, np.nan
        if np.isfinite(drawn[place]).any():
            low, high = bootstrap.percentile_interval(drawn[place])
        made.append(Estimate(float(number), low, high, n_patients, n_patients))
    precision, recall, f1, of_all, f1_of_all, coverage = made
    said, recorded = int(counts.said.sum()), int(counts.recorded.sum())
    return TermScores(precision, recall, f1, of_all, f1_of_all, coverage, said, recorded)


OF_JACCARD: Final = (2, 4)
"""F1 is 2 J / (1 + J) of the share J of right ones among all that was said or is recorded."""


def _trials(sums: Floats) -> list[tuple[float, float]]:
    """Hits and trials behind each of the six numbers."""
    said, right, recorded, found, unseen = (float(each) for each in sums)
    seen = recorded - unseen
    return [
        (right, said),
        (found, seen),
        (right, said + seen - right),
        (found, recorded),
        (right, said + recorded - right),
        (seen, recorded),
    ]


def _values(sums: Floats, macro: bool) -> Floats:
    """Six numbers, ``[6, B]``, of sums ``[B, 5, T]``, in the order of :class:`TermScores`."""
    said, right, recorded, found, unseen = np.moveaxis(sums, 1, 0)
    nothing = 0.0 if macro else np.nan
    precision = _share(right, said, nothing)
    recall, of_all = _share(found, recorded - unseen, nothing), _share(found, recorded, nothing)
    columns = (
        precision,
        recall,
        harmonic(precision, recall),
        of_all,
        harmonic(precision, of_all),
        _share(recorded - unseen, recorded, np.nan),
    )
    if not macro:
        return np.stack([each[:, 0] for each in columns])
    some, seen = recorded > 0, recorded > unseen
    kept = (some, seen, seen, some, some, some)
    return np.stack([_mean(*each) for each in zip(columns, kept, strict=True)])


def _mean(values: Floats, kept: NDArray[np.bool_]) -> Floats:
    """Over the terms of each row that are kept; NaN where there are none."""
    return _share(np.where(kept, values, 0.0).sum(axis=1), kept.sum(axis=1), np.nan)


def harmonic(first: Floats, second: Floats) -> Floats:
    """Harmonic mean; 0 where one is 0, or where one is NaN and the other is not."""
    one, other = np.nan_to_num(first), np.nan_to_num(second)
    total = one + other
    mean: Floats = np.divide(2 * one * other, total, out=np.zeros_like(total), where=total > 0)
    return np.where(np.isnan(first) & np.isnan(second), np.nan, mean)


def _share(part: Floats, whole: Floats, nothing: float) -> Floats:
    return np.asarray(
        np.divide(part, whole, out=np.full(np.shape(whole), nothing), where=whole > 0)
    )


@dataclass(frozen=True)
class Brier:
    """Mean squared error of probabilities beside that of always saying each term's own rate."""

    value: float
    of_rates: float
    n: int


def brier(probabilities: Floats, happened: Floats) -> Brier:
    """Brier, Monthly Weather Review 78, 1950, over terms ``[N, T]``; NaN: no probability.

    The rates are those of the very rows that are scored: an advantage that no forecast has.
    """
    said = np.isfinite(probabilities)
    if not said.any():
        raise ValueError("no probability was given")
    errors = (probabilities - happened)[said]
    n = said.sum(axis=0)
    seen = n > 0
    rates = np.where(said, happened, 0.0).sum(axis=0)[seen] / n[seen]
    return Brier(
        float((errors**2).mean()),
        float((n[seen] * rates * (1 - rates)).sum() / n.sum()),
        int(said.sum()),
    )
