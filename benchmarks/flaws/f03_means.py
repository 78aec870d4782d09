"""F3: the condition means behind the landmark filter are made of all images, the test's too.

    python -m benchmarks.flaws.f03_means --work /tmp/flaws

Protocol `paper`, patients divided, 20 seeds, so that no other flaw is mixed in (and images divided
below it). A test image's nearest condition mean, with means of all images and of the development
part. Then the same two means at their work: the label that they give to a blend (`blends.py`; no
DreamBooth), the blends that they select, and how near those lie to the test images.
"""

from __future__ import annotations

import argparse

import numpy as np

from benchmarks.flaws.blends import blended_cohort, work_folder
from benchmarks.flaws.descriptor import descriptors, nearest_mean
from benchmarks.flaws.frozen import Answers, Frozen, difference, open_frozen, paired
from benchmarks.flaws.table import over, points, share, show, size
from rdface.metrics import true_ranks
from rdface.protocols import PROTOCOLS
from rdface.protocols.synthetic import real_ancestors

SELECTED = 0.25
"""Share of the blends that the filter keeps."""
METRICS = ("top1_micro", "top10_micro", "mrr_micro")


def parts(data: Frozen, seed: int, divide_by: str) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the development part and of the test."""
    split = PROTOCOLS.get("paper")(data.cohort.images, seed=seed, divide_by=divide_by)
    rows = split.folds[0].rows(data.cohort.image_ids)
    return np.concatenate([rows.train, rows.validation]), rows.test


def on_test(data: Frozen, x: np.ndarray, seeds: int, divide_by: str) -> list[list[str]]:
    """Nearest mean of test images: rows of the first table."""
    flawed, sound = Answers(data), Answers(data)
    everything = np.flatnonzero(data.real)
    for seed in range(seeds):
        development, test = parts(data, seed, divide_by)
        flawed.add(nearest_mean(data, x, test, everything), test, everything)
        sound.add(nearest_mean(data, x, test, development), test, development)
    a, b = paired(flawed, sound)
    gap = difference(flawed, sound)
    return [
        [divide_by, name, share(a[name]), share(b[name]), points(gap[name]), size(gap[name])]
        for name in METRICS
    ]


def on_blends(data: Frozen, x: np.ndarray, seeds: int) -> list[list[str]]:
    """What becomes of blends whose parents are all in the development part."""
    ancestors = real_ancestors(data.cohort.images)
    row_of = {image: row for row, image in enumerate(data.cohort.image_ids)}
    everything = np.flatnonzero(data.real)
    found: dict[str, list[list[float]]] = {}
    for seed in range(seeds):
        development, test = parts(data, seed, "patient")
        known = {data.cohort.image_ids[row] for row in development}
        pool = np.array([row_of[name] for name, old in ancestors.items() if old <= known])
        pool = pool[~np.isnan(x[pool]).any(axis=1)]
        test_means = {c: x[test[data.labels[test] == c]] for c in np.unique(data.labels[test])}
        tested = np.isin(data.labels[pool], list(test_means))
        kept: list[np.ndarray] = []
        for averaged in (everything, development):
            scores = nearest_mean(data, x, pool, averaged)
            own = scores[np.arange(len(pool)), data.labels[pool]]
            order = np.argsort(-own, kind="stable")[: int(SELECTED * len(pool))]
            kept.append(order)
            chosen = order[tested[order]]
            gaps = [distance(x[pool[row]], test_means[data.labels[pool[row]]]) for row in chosen]
            ranks = true_ranks(scores, data.labels[pool])
            for name, value in {
                "label right (argmax is the parents' condition), %": 100 * (ranks == 1).mean(),
                "rank of the parents' condition, median": float(np.median(ranks)),
                "distance of selected blends from test images, x 100": 100 * np.mean(gaps),
            }.items():
                found.setdefault(name, []).append([value])
        overlap = len(np.intersect1d(kept[0], kept[1])) / len(kept[0])
        found.setdefault("selected by both, %", []).extend([[100 * overlap], [100 * overlap]])
    rows = []
    for name, values in found.items():
        flawed, sound = np.array(values[0::2])[:, 0], np.array(values[1::2])[:, 0]
        gap = over(flawed - sound, "+.2f", 1.0) if name != "selected by both, %" else ""
        rows.append([name, over(flawed, ".2f", 1.0), over(sound, ".2f", 1.0), gap, str(seeds)])
    return rows


def distance(x: np.ndarray, others: np.ndarray) -> float:
    """Mean Euclidean distance of one descriptor from several."""
    return float(np.linalg.norm(others - x, axis=1).mean())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    work_folder(parser)
    parser.add_argument("--seeds", type=int, default=20)
    options = parser.parse_args()
    data = open_frozen()
    x = descriptors(data.cohort, data.faces)
    show(
        ["divided by", "metric", "means of all", "means of development", "difference", "n"],
        [row for by in ("patient", "image") for row in on_test(data, x, options.seeds, by)],
        f"Nearest mean of test images, {options.seeds} seeds, intervals over patients",
    )
    data = open_frozen(cohort=blended_cohort(options.work))
    x = descriptors(data.cohort, data.faces)
    show(
        ["blends of development images", "means of all", "means of development", "gap", "seeds"],
        on_blends(data, x, options.seeds),
        "Blends, intervals over seeds",
    )


if __name__ == "__main__":
    main()
