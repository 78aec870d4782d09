"""The paper's flaws in few-shot learning as named flags, off by default.

docs/few-shot.md says of each what it does to a number.
"""

from __future__ import annotations

from rdface.bench.quirks import QUIRKS, Quirk

FEW_SHOT_QUIRKS = {
    "episodes-by-image": Quirk(
        "F1", "support and query are divided by image: a child may be its own support"
    ),
    "imagenet-norm-for-all": QUIRKS["imagenet-norm-for-all"],
    "stretched-picture": QUIRKS["stretched-picture"],
    "episodes-per-fold": Quirk(
        "F7", "each fold, backbone and method draws test episodes of its own, without a fixed seed"
    ),
    "swin-wrong-axes": Quirk(
        "F10", "a trained Swin is pooled over width and channels: its embedding has 7 numbers"
    ),
}
"""Quirks of few-shot learning, in the order of the flaws."""
