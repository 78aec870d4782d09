"""How numbers are read off the protocols: whose uncertainty, and of which models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from rdface.bench.bias_study.trained import LAST_EPOCH, LEARNER, SYNTHETIC
from rdface.bench.bias_study.variants import BY_IMAGE, PAPER, STRICT, Variant

Interval = Literal["bootstrap", "folds"]
"""``bootstrap``: over patients. ``folds``: mean -/+ 1.96 SD of the folds' models (F6)."""


@dataclass(frozen=True)
class Reading:
    """How a number is read off a protocol.

    Attributes:
        name: In tables.
        variant: What was run.
        interval: Where its uncertainty is taken from.
        best: Whether only the model with the best estimate is looked at, as where a table's
            winner is reported (F9).
    """

    name: str
    variant: Variant
    interval: Interval = "bootstrap"
    best: bool = False


READINGS: Final = (
    Reading("strict", STRICT),
    Reading("strict, the winner", STRICT, best=True),
    Reading("paper", PAPER),
    Reading("paper, the winner (F9)", PAPER, best=True),
    Reading("paper + sd-over-folds (F6)", PAPER, "folds"),
    Reading("paper + split-by-image (F1)", BY_IMAGE),
    Reading("paper + all three", BY_IMAGE, "folds", best=True),
)
"""What the tables of all models show, in their order."""

_LAST, _SYNTHETIC_LAST = (
    Variant(each.name + LAST_EPOCH, each.protocol) for each in (PAPER, SYNTHETIC)
)
HEAD: Final = LEARNER
HEAD_READINGS: Final = (
    Reading("strict", STRICT),
    Reading("paper", PAPER),
    Reading("paper + last-epoch-topk (F5)", _LAST),
    Reading("paper + sd-over-folds (F6)", PAPER, "folds"),
    Reading("paper + split-by-image (F1)", BY_IMAGE),
    Reading("paper + F1, synthetic-in-folds (F2), equal-epochs (F8)", SYNTHETIC),
    Reading("paper + all five", _SYNTHETIC_LAST, "folds"),
)
"""The same of the trained head alone, with the quirks that act while it is trained."""
