"""F5: top-5 and more of the last epoch beside the top-1 of the checkpoint.

    python -m benchmarks.flaws.f05_last_epoch

Protocol `paper`, patients divided, 10 seeds of split and training; the paper's head on frozen
embeddings. Both columns come from the same trainings.
"""

from __future__ import annotations

import argparse

from benchmarks.flaws.frozen import Answers, difference, open_frozen, paired
from benchmarks.flaws.heads import LEARNING_RATE, train_heads
from benchmarks.flaws.table import over, points, share, show, size
from rdface.learners.tuning import Recipe
from rdface.protocols import PROTOCOLS


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=10)
    seeds = parser.parse_args().seeds
    data = open_frozen(["sface", "facenet"])
    rows, epochs = [], []
    for backbone in ("sface", "facenet"):
        last, best = Answers(data), Answers(data)
        chosen = []
        for seed in range(seeds):
            split = PROTOCOLS.get("paper")(data.cohort.images, seed=seed)
            folds = [fold.rows(data.cohort.image_ids) for fold in split.folds]
            recipe = Recipe(seed=1000 * seed, learning_rate=LEARNING_RATE)
            for fold, found in zip(folds, train_heads(data, backbone, folds, recipe), strict=True):
                last.add(found.last, fold.test, fold.train)
                best.add(found.scores, fold.test, fold.train)
                chosen.append(found.chosen["epoch"])
        a, b = paired(last, best)
        gap = difference(last, best)
        rows += [
            [backbone, k, share(a[k]), share(b[k]), points(gap[k]), size(gap[k])]
            for k in ("top1_micro", "top5_micro", "top10_micro", "top30_micro", "mrr_micro")
        ]
        epochs.append([backbone, over(chosen, ".1f", 1.0), sum(c == 50 for c in chosen)])
    show(
        ["backbone", "metric", "last epoch", "checkpoint", "difference", "n images / patients"],
        rows,
        f"{seeds} seeds x 5 folds, intervals over patients",
    )
    show(
        ["backbone", "epoch of the checkpoint", f"of {5 * seeds}, the last one"],
        epochs,
        "Which epoch validation chose (interval over trainings)",
    )


if __name__ == "__main__":
    main()
