"""F7: no seeds. How far does a result move when nothing but the training's seed changes?

    python -m benchmarks.flaws.f07_seeds

One split (protocol `paper`, patients divided, seed 42), heads on frozen embeddings, 20 trainings of
five folds that differ in weights, order and dropout. A result is the mean top-k of its five folds,
as in the paper's tables.
"""

from __future__ import annotations

import argparse
from itertools import combinations
from typing import Literal

import numpy as np

from benchmarks.flaws.frozen import Answers, difference, open_frozen
from benchmarks.flaws.heads import LEARNING_RATE, hits, train_heads
from benchmarks.flaws.table import points, show, size
from rdface.learners.tuning import Recipe
from rdface.protocols import PROTOCOLS

MODELS: tuple[tuple[str, Literal["paper", "linear"]], ...] = (
    ("sface", "paper"),
    ("sface", "linear"),
    ("facenet", "paper"),
)
KS = (1, 5, 10)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=20)
    seeds = parser.parse_args().seeds
    data = open_frozen(["sface", "facenet"])
    split = PROTOCOLS.get("paper")(data.cohort.images, seed=42)
    folds = [fold.rows(data.cohort.image_ids) for fold in split.folds]
    truth = data.labels[folds[0].test]
    runs: dict[str, Answers] = {}
    results: dict[str, np.ndarray] = {}
    rows = []
    for backbone, head in MODELS:
        name = f"{backbone}, {head} head"
        recipe = Recipe(learning_rate=LEARNING_RATE, head=head)
        # a fold's seed is its number added to the recipe's: 20 times five folds are 100 seeds
        heads = train_heads(data, backbone, folds * seeds, recipe)
        runs[name] = Answers(data)
        for fold, one in zip(folds * seeds, heads, strict=True):
            runs[name].add(one.scores, fold.test, fold.train)
        found = [heads[start : start + len(folds)] for start in range(0, len(heads), len(folds))]
        estimates = runs[name].estimates()
        for k in KS:
            by_seed = [np.mean([hits(one.scores, truth, k) for one in five]) for five in found]
            values = 100 * np.array(by_seed)
            if k == 1:
                results[name] = values
            whole = estimates[f"top{k}_micro"]
            rows.append(
                [
                    name,
                    f"top-{k}",
                    f"{values.mean():.1f}",
                    f"{values.std(ddof=1):.2f}",
                    f"{values.min():.1f} to {values.max():.1f}",
                    f"{100 * whole.low:.1f} to {100 * whole.high:.1f}",
                    size(whole),
                ]
            )
    show(
        ["model", "metric", "mean", "SD", "lowest, highest", "interval, patients", "n"],
        rows,
        f"The same split, {seeds} seeds of training",
    )
    pairs = []
    for a, b in combinations(runs, 2):
        wins = float((results[a][:, None] > results[b][None]).mean())
        gaps = results[a][:, None] - results[b][None]
        pairs.append(
            [
                f"{a} less {b}",
                points(difference(runs[a], runs[b])["top1_micro"]),
                f"{gaps.min():+.1f} to {gaps.max():+.1f}",
                f"{100 * wins:.0f} %",
            ]
        )
    show(
        ["top-1", "all seeds, interval over patients", "of two single seeds", "first ahead"],
        pairs,
        "Differences between models, points",
    )


if __name__ == "__main__":
    main()
