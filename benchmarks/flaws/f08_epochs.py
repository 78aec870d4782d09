"""F8: equal epochs, not equal steps: synthetic images bring many more updates.

    python -m benchmarks.flaws.f08_epochs --work /tmp/flaws

Protocol `paper`, patients divided, 5 seeds, on `sim103` with blends (`blends.py`; no DreamBooth);
the paper's head on frozen sface. Real images and blends of training pictures, by equal epochs and
by equal steps; and real images alone, with few steps and with as many as equal epochs give.
"""

from __future__ import annotations

import argparse

import numpy as np

from benchmarks.flaws.blends import blended_cohort, work_folder
from benchmarks.flaws.frozen import Answers, Frozen, difference, open_frozen
from benchmarks.flaws.heads import LEARNING_RATE, train_heads
from benchmarks.flaws.table import points, share, show, size
from rdface.learners.tuning import Recipe
from rdface.protocols import PROTOCOLS
from rdface.protocols.split import FoldRows

EPOCHS = 50
BATCH = 32
METRICS = ("top1_micro", "top10_micro", "mrr_micro")


def folds_of(data: Frozen, seed: int, synthetic: str) -> list[FoldRows]:
    """Folds of protocol ``paper``, patients divided."""
    images = data.cohort.images
    split = PROTOCOLS.get("paper")(images, seed=seed, synthetic=synthetic)
    return [fold.rows(data.cohort.image_ids) for fold in split.folds]


def steps(rows: FoldRows, epochs: int) -> int:
    """Updates in so many passes over the training rows."""
    return epochs * -(-len(rows.train) // BATCH)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    work_folder(parser)
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    data = open_frozen(["sface"], blended_cohort(options.work))
    ways = ("real", "real, more steps", "real + blends, epochs", "real + blends, steps")
    runs = {way: Answers(data) for way in ways}
    real = [fold for seed in range(options.seeds) for fold in folds_of(data, seed, "none")]
    mixed = [fold for seed in range(options.seeds) for fold in folds_of(data, seed, "train")]
    count, more = (np.mean([steps(fold, EPOCHS) for fold in folds]) for folds in (real, mixed))
    # the seed of a fold is its number added to the recipe's: the same for all four ways
    plain = Recipe(epochs=EPOCHS, learning_rate=LEARNING_RATE)
    longer = plain.model_copy(update={"epochs": round(EPOCHS * more / count)})
    by_epochs = plain.model_copy(update={"budget": "epochs"})
    updates = dict(zip(ways, (count, more, more, count), strict=True))
    for way, folds, recipe in (
        (ways[0], real, plain),
        (ways[1], real, longer),
        (ways[2], mixed, by_epochs),
        (ways[3], mixed, plain),
    ):
        for fold, found in zip(folds, train_heads(data, "sface", folds, recipe), strict=True):
            runs[way].add(found.scores, fold.test, fold.train)
    show(
        ["trained on", "updates", *METRICS, "n images / patients"],
        [
            [way, f"{updates[way]:.0f}"]
            + [share(runs[way].estimates()[metric]) for metric in METRICS]
            + [size(runs[way].estimates()["top1_micro"])]
            for way in ways
        ],
        f"{options.seeds} seeds x 5 folds, intervals over patients",
    )
    gaps = []
    for name, a, b in (
        ("gain of blends as published: equal epochs", ways[2], ways[0]),
        ("gain of blends at equal steps, few", ways[3], ways[0]),
        ("gain of blends at equal steps, many", ways[2], ways[1]),
        ("gain of the steps alone, real images", ways[1], ways[0]),
    ):
        gap = difference(runs[a], runs[b])
        gaps.append([name, *(points(gap[metric]) for metric in METRICS), size(gap["top1_micro"])])
    show(["difference", *METRICS, "n images / patients"], gaps, "Points")


if __name__ == "__main__":
    main()
