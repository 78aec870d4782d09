"""How well a number tells strangers from images of known conditions, model by model.

A score that refuses strangers is one number an image, higher is stranger. Two models (folds) give
it on scales of their own, so images are compared within a model only, and a measure is the mean
over models. "Known" are test images of conditions that the model was fitted on; "strangers" are
images of a condition that it was not, or of no condition at all.

AUROC: Bamber, Journal of Mathematical Psychology 1975. FPR at 95 % TPR: Hendrycks and Gimpel,
ICLR 2017, and Liang et al., ICLR 2018. OSCR: Dhamija, Günther and Boult, "Reducing network
agnostophobia", NeurIPS 2018. Area of the OSCR curve: Vaze et al., "Open-set recognition: a good
closed-set classifier is all you need?", ICLR 2022.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rdface.metrics.ranking import Bools, Floats

TPR = 0.95
"""Share of known images that are let in where the false positive rate is read."""

MEASURES = ("auroc", "fpr95", "oscr", "accuracy")
HIGHER_IS_BETTER = {name: name != "fpr95" for name in MEASURES}
_ROUNDING = 1e-9

Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Sides:
    """Known images and strangers of one model, each side from the most familiar to the strangest.

    Attributes:
        known: ``float64 [K]``, ascending.
        strange: ``float64 [S]``, ascending.
        right: ``bool [K]``, whether the model's first condition is the true one.
        known_order: ``intp [K]``, where each stood before it was sorted.
        strange_order: ``intp [S]``, likewise.
    """

    known: Floats
    strange: Floats
    right: Bools
    known_order: Places
    strange_order: Places

    @classmethod
    def of(cls, known: Floats, strange: Floats, right: Bools | None = None) -> Sides:
        """Sort both sides.

        Args:
            known: ``[K]``, strangeness of known images.
            strange: ``[S]``, strangeness of strangers.
            right: ``[K]``; all right if None.

        Raises:
            ValueError: A side is empty, or a number is NaN.
        """
        known, strange = np.asarray(known, np.float64), np.asarray(strange, np.float64)
        if not len(known) or not len(strange):
            raise ValueError("there must be known images and strangers")
        if np.isnan(known).any() or np.isnan(strange).any():
            raise ValueError("a strangeness is NaN")
        right = np.ones(len(known), dtype=bool) if right is None else np.asarray(right, bool)
        if right.shape != known.shape:
            raise ValueError("right and known differ in length")
        first, second = np.argsort(known, kind="stable"), np.argsort(strange, kind="stable")
        return cls(known[first], strange[second], right[first], first, second)

    @cached_property
    def below(self) -> tuple[Places, Places]:
        """Strangers below each known image, and those not above it: ``[K]`` each."""
        return (
            np.searchsorted(self.strange, self.known, "left"),
            np.searchsorted(self.strange, self.known, "right"),
        )


def measure_sides(
    sides: Sides, known: Floats | None = None, strange: Floats | None = None
) -> dict[str, Floats]:
    """All :data:`MEASURES` of one model, for as many weightings of its images as are given.

    With k, s the strangeness of a known image and a stranger, drawn by weight, they are

    * ``auroc``: P(k < s) + P(k = s) / 2;
    * ``fpr95``: P(s <= t), t the least threshold with P(k <= t) >= 0.95;
    * ``accuracy``: P(right);
    * ``oscr``: P(right and k < s) + P(right and k = s) / 2, the area below the OSCR curve, never
      above ``auroc`` or ``accuracy``.

    Args:
        sides: Of one model.
        known: ``[B, K]``, weights of the known images as they stood before they were sorted; all
            1 if None.
        strange: ``[B, S]``, of the strangers.

    Returns:
        Name -> ``float64 [B]``; NaN where a side has no weight.
    """
    k = _sorted_weights(known, sides.known_order)
    s = _sorted_weights(strange, sides.strange_order)
    lower, not_above = sides.below
    k_up_to, s_up_to = _sums(k), _sums(s)
    k_total, s_total = k_up_to[:, -1], s_up_to[:, -1]
    above = s_total[:, None] - (s_up_to[:, lower] + s_up_to[:, not_above]) / 2.0
    pairs = k_total * s_total

    # The first place that lets in 95 % of the known: compared with care, for sums are rounded.
    enough = k_up_to[:, 1:] >= TPR * k_total[:, None] - _ROUNDING
    threshold = np.argmax(enough, axis=1)
    let_in = s_up_to[np.arange(len(s)), not_above[threshold]]
    return {
        "auroc": _ratio(_dot(k, above), pairs),
        "fpr95": _ratio(let_in, np.where(k_total > 0, s_total, 0.0)),
        "oscr": _ratio(_dot(k * sides.right, above), pairs),
        "accuracy": _ratio(np.sum(k * sides.right, axis=1), k_total),
    }


def auroc(known: Floats, strange: Floats) -> float:
    """Probability that a stranger is stranger than a known image; ties count half.

    Example:
        >>> auroc(np.array([0.0, 1.0]), np.array([1.0, 2.0]))
        0.875
    """
    return float(measure_sides(Sides.of(known, strange))["auroc"][0])


def fpr_at_95_tpr(known: Floats, strange: Floats) -> float:
    """Share of strangers let in where 95 % of the known images are.

    Example:
        >>> fpr_at_95_tpr(np.arange(100.0), np.array([90.0, 94.0, 95.0, 120.0]))
        0.5
    """
    return float(measure_sides(Sides.of(known, strange))["fpr95"][0])


def oscr_curve(
    sides: Sides, known: Floats | None = None, strange: Floats | None = None
) -> tuple[Floats, Floats]:
    """Correct classification rate against false positive rate (Dhamija et al. 2018).

    For each threshold: the share of known images that are let in *and* have the true condition
    first, and the share of strangers that are let in. It begins at (0, 0) and ends at (1,
    accuracy); its area by trapezoids is ``oscr`` of :func:`measure_sides`.

    Args:
        sides: Of one model.
        known: ``[K]``, weights of the known images; all 1 if None.
        strange: ``[S]``, of the strangers.

    Returns:
        False positive rates and correct classification rates, ``[T]`` each, ascending.
    """
    k = _sorted_weights(None if known is None else known[None], sides.known_order)
    s = _sorted_weights(None if strange is None else strange[None], sides.strange_order)
    thresholds = np.unique(np.concatenate([sides.known, sides.strange]))
    let_in, found = _sums(s)[0], _sums(k * sides.right)[0]
    positives = let_in[np.searchsorted(sides.strange, thresholds, "right")] / let_in[-1]
    correct = found[np.searchsorted(sides.known, thresholds, "right")] / k.sum()
    return np.concatenate([[0.0], positives]), np.concatenate([[0.0], correct])


def _sorted_weights(weights: Floats | None, order: Places) -> Floats:
    return np.ones((1, len(order))) if weights is None else np.asarray(weights[:, order])


def _sums(weights: Floats) -> Floats:
    """Running sums with a zero before them: ``[B, n + 1]``."""
    return np.concatenate([np.zeros((len(weights), 1)), np.cumsum(weights, axis=1)], axis=1)


def _dot(a: Floats, b: Floats) -> Floats:
    return np.asarray(np.einsum("ij,ij->i", a, b))


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0))
