"""F6: mean and SD of five models on one test set, read as the error of generalisation.

    python -m benchmarks.flaws.f06_spread

Frozen sface with prototypes, protocol `paper` with patients divided, 200 seeds. Each seed is a
study of its own: five models, one test set. The target is the mean over all of them. How often does
each kind of interval hold it?
"""

from __future__ import annotations

import argparse

import numpy as np

from benchmarks.flaws.frozen import Answers, Frozen, open_frozen
from benchmarks.flaws.heads import hits
from benchmarks.flaws.table import show
from rdface.learners import fit_fold
from rdface.metrics import summarise
from rdface.metrics.small_samples import wilson_interval
from rdface.protocols import PROTOCOLS

KS = (1, 10)
T4 = 2.776
"""97.5 % point of Student's t with 4 degrees of freedom."""


def studies(data: Frozen, seeds: int, k: int) -> np.ndarray:
    """``[seeds, 4]``: mean and SD over the five models; low and high of the patients' interval."""
    found = []
    for seed in range(seeds):
        split = PROTOCOLS.get("paper")(data.cohort.images, seed=seed)
        tested, values = Answers(data), []
        for fold in split.folds:
            rows = fold.rows(data.cohort.image_ids)
            scores = fit_fold(
                {"sface": data.features["sface"]},
                data.labels,
                rows,
                learner="prototype",
                n_conditions=data.n_conditions,
                refit=False,
            ).scores
            tested.add(scores, rows.test, rows.train)
            values.append(hits(scores, data.labels[rows.test], k))
        name = f"top{k}_micro"
        whole = summarise(*tested.arrays, ks=[k], band_edges=None, n_resamples=1000)[name]
        found.append([np.mean(values), np.std(values, ddof=1), whole.low, whole.high])
    return np.array(found)


def covered(low: np.ndarray, high: np.ndarray, target: float) -> list[str]:
    """Share of intervals that hold the target, with Wilson's interval, and their mean width."""
    held = float(((low <= target) & (target <= high)).mean())
    ends = wilson_interval(held, len(low))
    width = f"{100 * float((high - low).mean()):.1f}"
    return [f"{100 * held:.0f} ({100 * ends[0]:.0f} to {100 * ends[1]:.0f})", width]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=200)
    seeds = parser.parse_args().seeds
    data = open_frozen(["sface"])
    rows, spread = [], []
    for k in KS:
        mean, deviation, low, high = studies(data, seeds, k).T
        target = float(mean.mean())
        for name, half in (
            ("mean +- SD over five models", deviation),
            ("mean +- 1.96 SD", 1.96 * deviation),
            ("mean +- 2.78 SD / root 5", T4 * deviation / np.sqrt(5)),
        ):
            rows.append([f"top-{k}", name, *covered(mean - half, mean + half, target), seeds])
        rows.append([f"top-{k}", "bootstrap over patients", *covered(low, high, target), seeds])
        spread.append(
            [
                f"top-{k}",
                f"{100 * target:.1f}",
                f"{100 * deviation.mean():.1f}",
                f"{100 * mean.std(ddof=1):.1f}",
                f"{100 * float(((high - low) / 3.92).mean()):.1f}",
            ]
        )
    show(
        ["metric", "interval", "holds the mean of all studies, %", "width, points", "studies"],
        rows,
        "Coverage, 95 % intervals by Wilson over studies",
    )
    show(
        [
            "metric",
            "mean of all, %",
            "SD over five models",
            "SD between studies",
            "SE that the patients' interval implies",
        ],
        spread,
        "Points",
    )


if __name__ == "__main__":
    main()
