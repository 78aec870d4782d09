"""F2: synthetic images enter the folds, so that they validate and pick the checkpoint.

    python -m benchmarks.flaws.f02_validation --work /tmp/flaws

Protocol `paper` with images divided, as published, on `sim103` with blends (`blends.py`; no
DreamBooth), 5 seeds; frozen sface. Blends in the folds, of all pictures and of training pictures
alone, against blends that join training alone. The test images are the same in all of them. The
second table keeps the training as it is and lets only the real validation images choose.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.flaws.blends import blended_cohort, work_folder
from benchmarks.flaws.choosing import Result, heads, prototypes
from benchmarks.flaws.frozen import Answers, Frozen, difference, open_frozen, paired
from benchmarks.flaws.heads import hits
from benchmarks.flaws.table import over, points, share, show, size
from rdface.protocols import PROTOCOLS
from rdface.protocols.split import FoldRows
from rdface.protocols.synthetic import real_ancestors


def folds_of(data: Frozen, images: pd.DataFrame, seed: int, **options: str) -> list[FoldRows]:
    """Folds of protocol ``paper``."""
    split = PROTOCOLS.get("paper")(images, seed=seed, **options)
    return [fold.rows(data.cohort.image_ids) for fold in split.folds]


def arms(data: Frozen, seed: int) -> dict[str, list[FoldRows]]:
    """The folds of each way."""
    images = data.cohort.images
    leaky = folds_of(data, images, seed, divide_by="image", synthetic="folds")
    test = {data.cohort.image_ids[row] for row in leaky[0].test}
    ancestors = real_ancestors(images)
    of_test = [name for name, old in ancestors.items() if old & test]
    fewer = images[~images["image_id"].isin(of_test)]
    inside = folds_of(data, fewer, seed, divide_by="image", synthetic="folds")
    outside = folds_of(data, images, seed, divide_by="image", synthetic="train")
    return {
        "in the folds, of all pictures": leaky,
        "in the folds, of training pictures": inside,
        "in training alone": outside,
    }


def real_alone(data: Frozen, folds: list[FoldRows]) -> list[FoldRows]:
    """The same folds, but only real images validate."""
    return [fold._replace(validation=fold.validation[data.real[fold.validation]]) for fold in folds]


def compared(
    data: Frozen, name: str, fit: Callable[..., list[Result]], seeds: int
) -> tuple[list[list[str]], list[list[str]]]:
    """Rows of both tables for one learner."""
    tested: dict[str, Answers] = {}
    validated: dict[str, list[float]] = {}
    real_share: dict[str, list[float]] = {}
    by_seed: dict[str, list[float]] = {}
    for seed in range(seeds):
        for arm, folds in arms(data, seed).items():
            ways = {arm: folds}
            if "folds" in arm:
                ways[f"{arm}; real ones choose"] = real_alone(data, folds)
            for way, rows in ways.items():
                results = fit(data, rows, seed)
                run = tested.setdefault(way, Answers(data))
                for fold, (scores, _, _) in zip(rows, results, strict=True):
                    run.add(scores, fold.test, fold.train)
                truth = data.labels[rows[0].test]
                validated.setdefault(way, []).append(float(np.mean([r[1] for r in results])))
                by_seed.setdefault(way, []).append(
                    float(np.mean([hits(r[0], truth) for r in results]))
                )
                real_share.setdefault(way, []).append(
                    float(np.mean([data.real[fold.validation].mean() for fold in rows]))
                )
    first = []
    for way in arms(data, 0):
        gap = np.array(validated[way]) - np.array(by_seed[way])
        estimate = tested[way].estimates()["top1_micro"]
        first.append(
            [
                name,
                way,
                f"{100 * (1 - np.mean(real_share[way])):.0f}",
                over(validated[way]),
                share(estimate),
                over(gap, "+.1f"),
                size(estimate),
            ]
        )
    second = []
    for way in [way for way in tested if f"{way}; real ones choose" in tested]:
        flawed, sound = tested[way], tested[f"{way}; real ones choose"]
        for metric in ("top1_micro", "top10_micro", "mrr_micro"):
            a, b = (one[metric] for one in paired(flawed, sound))
            gap = difference(flawed, sound)[metric]
            second.append([name, way, metric, share(a), share(b), points(gap), size(gap)])
    return first, second


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    work_folder(parser)
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    data = open_frozen(["sface"], blended_cohort(options.work))
    first, second = [], []
    for name, fit in (("prototype", prototypes), ("head", heads)):
        tables = compared(data, name, fit, options.seeds)
        first += tables[0]
        second += tables[1]
    show(
        [
            "learner",
            "blends",
            "synthetic in validation, %",
            "validation top-1 (seeds)",
            "test top-1 (patients)",
            "gap, points (seeds)",
            "n images / patients",
        ],
        first,
        f"What validation says and what the test says, {options.seeds} seeds",
    )
    show(
        ["learner", "blends", "metric", "all validation chooses", "real ones choose", "diff", "n"],
        second,
        "The same trainings, chosen by other images",
    )


if __name__ == "__main__":
    main()
