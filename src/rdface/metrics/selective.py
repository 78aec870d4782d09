"""Risk and coverage: how much safer answers get if the least sure ones are withheld.

El-Yaniv and Wiener, "On the foundations of noise-free selective classification", JMLR 2010;
Geifman and El-Yaniv, "Selective classification for deep neural networks", NeurIPS 2017; Geifman,
Uziel and El-Yaniv, "Bias-reduced uncertainty estimation for deep neural classifiers", ICLR 2019.
"Coverage" is here the share of images that are answered, and has nothing to do with sets.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rdface.metrics import bootstrap
from rdface.metrics.estimate import Estimate
from rdface.metrics.means import ImageRows
from rdface.metrics.ranking import Floats
from rdface.metrics.small_samples import (
    FEWEST_CARRIERS,
    FEWEST_PATIENTS,
    effective_number,
    wilson_interval,
)

SHARES = tuple(round(0.05 * step, 2) for step in range(1, 21))
_CHUNK = 100
_ROUNDING = 1e-9

Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Selective:
    """A risk-coverage curve and its area.

    Attributes:
        shares: Shares of the images that are answered, ascending to 1.
        risks: Share of wrong ones among them; one estimate per share, which counts those answered.
        aurc: Area under the curve: mean risk over all shares.
        excess: AURC less that of an oracle which withholds all wrong answers first (E-AURC).
        random: AURC if answers were withheld by lot: the risk of answering all.
    """

    shares: tuple[float, ...]
    risks: tuple[Estimate, ...]
    aurc: Estimate
    excess: Estimate
    random: float


class _Areas(NamedTuple):
    risks: Floats
    aurc: Floats
    excess: Floats


def risk_coverage(
    rows: ImageRows,
    confidence: Floats,
    wrong: Floats,
    *,
    shares: tuple[float, ...] = SHARES,
    n_resamples: int = bootstrap.N_RESAMPLES,
    seed: int = 0,
) -> Selective:
    """Answer the surest images first, and see how often that is wrong.

    Rows of all models are pooled, an image's repeats weighing one image together. Among equally
    sure answers the order is a matter of lot, so their mean risk is taken. Intervals: bootstrap
    over patients, curve and areas computed anew in each resample; where fewer than 20 patients
    are answered, or in effect fewer than 10 of them rightly or wrongly, it is widened to Wilson's
    on patients as they weigh in the number.

    Args:
        rows: Image and patient of each row.
        confidence: ``[M]``, higher is surer.
        wrong: ``[M]``, 0 or 1.
        shares: Where the curve is read, each above 0 and at most 1.
        n_resamples: Of the bootstrap.
        seed: Of the bootstrap.
    """
    order = np.argsort(-confidence, kind="stable")
    share = rows.shares()[order]
    place = rows.of_patient[order]
    sure, errors = confidence[order], np.asarray(wrong, dtype=np.float64)[order]
    ends = np.append(np.flatnonzero(np.diff(sure)), len(sure) - 1)
    found = _areas(share[None], errors, ends, shares)
    n_patients = int(place.max()) + 1
    weights = bootstrap.patient_weights(n_patients, n_resamples, seed)
    samples = [
        _areas(share * weights[start : start + _CHUNK, place], errors, ends, shares)
        for start in range(0, n_resamples, _CHUNK)
    ]
    image = np.unique(rows.image, return_inverse=True)[1].reshape(-1)[order]

    def estimate(value: float, drawn: Floats, weight: Floats) -> Estimate:
        """``weight [M]``: of each row in the number."""
        n = len(np.unique(image[weight > 0])), len(np.unique(place[weight > 0]))
        mass, missed = (np.bincount(place, of, n_patients) for of in (weight, weight * errors))
        low, high = bootstrap.percentile_interval(drawn)
        ends = _few(mass.astype(np.float64), missed.astype(np.float64), value)
        if ends is None:
            return Estimate(value, low, high, *n, False, "bootstrap")
        return Estimate(value, min(low, ends[0]), max(high, ends[1]), *n, False, "wilson")

    risks = np.concatenate([one.risks for one in samples])
    answered, in_area = _weights(share, ends, shares)
    random = float(np.average(errors, weights=share))
    aurc = estimate(float(found.aurc[0]), np.concatenate([one.aurc for one in samples]), in_area)
    beyond = float(found.excess[0])
    excess = estimate(beyond, np.concatenate([one.excess for one in samples]), in_area)
    if aurc.method == "wilson":  # as far from the oracle as the ends of the area are
        oracle = aurc.value - beyond
        excess = replace(excess, low=max(aurc.low - oracle, 0.0), high=aurc.high - oracle)
    return Selective(
        shares,
        tuple(
            estimate(float(found.risks[0, i]), risks[:, i], answered[i]) for i in range(len(shares))
        ),
        aurc,
        excess,
        random,
    )


def _few(mass: Floats, wrong: Floats, value: float) -> tuple[float, float] | None:
    """Wilson's interval where few patients carry the number, ``[P]`` each; else None."""
    carriers = min(effective_number(wrong), effective_number(mass - wrong))
    if np.count_nonzero(mass) >= FEWEST_PATIENTS and carriers >= FEWEST_CARRIERS:
        return None
    return wilson_interval(min(max(value, 0.0), 1.0), effective_number(mass))


def _weights(share: Floats, ends: Places, shares: tuple[float, ...]) -> tuple[Floats, Floats]:
    """What each row, in order of confidence, has of every risk ``[S, M]`` and of the area ``[M]``.

    The area is the mean over all shares of the risk among those answered, so that an answer
    weighs the more the surer it is.
    """
    group = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=-1))
    after = np.cumsum(share)[ends]
    before = np.append(0.0, after[:-1])
    width, total = after - before, after[-1]
    part = np.clip((np.asarray(shares)[:, None] * total - before) / width, 0.0, 1.0)
    part = np.where(part < _ROUNDING, 0.0, part)
    first = before <= 0
    ahead = np.where(first, 1.0, before)
    own = np.where(first, 1.0, 1.0 - before / width * np.log(after / ahead))
    return share * part[:, group], share * (own + np.log(total / after))[group] / total


def _areas(
    weight: Floats,
    errors: Floats,
    ends: Places,
    shares: tuple[float, ...],
) -> _Areas:
    """Curve and areas of weighted rows in order of confidence; ``weight [B, M]``."""
    mass = np.cumsum(weight, axis=1)[:, ends]
    loss = np.cumsum(weight * errors, axis=1)[:, ends]
    total = mass[:, -1:]
    before = np.concatenate([np.zeros_like(total), mass[:, :-1]], axis=1)
    lost = np.concatenate([np.zeros_like(total), loss[:, :-1]], axis=1)
    # Within a group of equally sure answers loss grows linearly from ``lost`` to ``loss``, and
    # the risk is its ratio to the mass: integrated exactly, logarithm and all.
    width = mass - before
    slope = np.divide(loss - lost, width, out=np.zeros_like(width), where=width > 0)
    offset = lost - slope * before
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where((before > 0) & (width > 0), np.log(mass / before), 0.0)
    area = np.sum(slope * width + offset * logs, axis=1) / total[:, 0]
    risk = loss[:, -1] / total[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        oracle = risk + np.where(risk < 1, (1 - risk) * np.log1p(-risk), 0.0)
    curve = np.empty((len(weight), len(shares)))
    for row in range(len(weight)):
        answered = np.asarray(shares) * total[row, 0]
        curve[row] = (
            np.interp(answered, np.append(0.0, mass[row]), np.append(0.0, loss[row])) / answered
        )
    return _Areas(curve, area, area - oracle)
