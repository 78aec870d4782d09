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
from benchmarks.flaws.frozen import Frozen, Tested, difference, open_frozen
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
    return epochs * round(len(rows.train) / BATCH)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    work_folder(parser)
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    data = open_frozen(["sface"], blended_cohort(options.work))
    ways = ("real", "real, more steps", "real + blends, epochs", "real + blends, steps")
    runs = {way: Tested(data) for way in ways}
    updates: dict[str, list[int]] = {way: [] for way in ways}
    for seed in range(options.seeds):
        real, mixed = folds_of(data, seed, "none"), folds_of(data, seed, "train")
        ratios = [steps(m, 1) / steps(r, 1) for m, r in zip(mixed, real, strict=True)]
        longer = round(EPOCHS * np.mean(ratios))
        plain = Recipe(epochs=EPOCHS, seed=1000 * seed, learning_rate=LEARNING_RATE)
        by_epochs = plain.model_copy(update={"budget": "epochs"})
        recipes = {
            ways[0]: (real, plain, steps(real[0], EPOCHS)),
            ways[1]: (real, plain.model_copy(update={"epochs": longer}), steps(real[0], longer)),
            ways[2]: (mixed, by_epochs, steps(mixed[0], EPOCHS)),
            ways[3]: (mixed, plain, steps(real[0], EPOCHS)),
        }
        for way, (folds, recipe, count) in recipes.items():
            updates[way].append(count)
            for fold, found in zip(folds, train_heads(data, "sface", folds, recipe), strict=True):
                runs[way].add(found.scores, fold.test, fold.train)
    show(
        ["trained on", "updates", *METRICS, "n images / patients"],
        [
            [way, f"{np.mean(updates[way]):.0f}"]
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
