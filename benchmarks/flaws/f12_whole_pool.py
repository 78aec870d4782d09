"""F12: the best n of the whole pool, not of each condition; missing scores sort first.

    python -m benchmarks.flaws.f12_whole_pool --work /tmp/flaws

Protocol `paper`, patients divided, 20 seeds, on `sim103` with blends (`blends.py`; no DreamBooth).
Blends of training pictures alone, scored by the paper's descriptor against means of training images
alone; shares of the pool as in the paper (10 to 58 %). First how the selected ones lie over the
conditions, then what prototypes on frozen sface make of them, then what missing scores do.
"""

from __future__ import annotations

import argparse

import numpy as np

from benchmarks.flaws.blends import blended_cohort, work_folder
from benchmarks.flaws.descriptor import descriptors
from benchmarks.flaws.frozen import Answers, Frozen, difference, open_frozen, paired
from benchmarks.flaws.selection import SHARES, Pool, gini
from benchmarks.flaws.table import over, points, share, show, size
from rdface.learners import fit_fold
from rdface.protocols import PROTOCOLS
from rdface.protocols.split import FoldRows

MISSING = 0.02
WAYS = ("whole pool", "per condition")


def spread(pool: Pool, chosen: np.ndarray) -> list[float]:
    """Lowest, highest and Gini of the images a condition, and conditions with none.

    Over the conditions that the pool has blends of.
    """
    counts = np.bincount(pool.labels[chosen], minlength=pool.labels.max() + 1)
    counts = counts[np.unique(pool.labels)]
    return [counts.min(), counts.max(), gini(counts), (counts == 0).mean()]


def trained(data: Frozen, rows: FoldRows, joining: np.ndarray, run: Answers) -> None:
    """Prototypes of a fold with blends in training."""
    more = rows._replace(train=np.concatenate([rows.train, joining]))
    scores = fit_fold(
        {"sface": data.features["sface"]},
        data.labels,
        more,
        learner="prototype",
        n_conditions=data.n_conditions,
        refit=False,
    ).scores
    run.add(scores, rows.test, rows.train)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    work_folder(parser)
    parser.add_argument("--seeds", type=int, default=20)
    options = parser.parse_args()
    data = open_frozen(["sface"], blended_cohort(options.work))
    x = descriptors(data.cohort, data.faces)
    shape: dict[tuple[float, str], list[list[float]]] = {}
    runs = {(part, way): Answers(data) for part in SHARES for way in WAYS}
    missing: dict[float, list[float]] = {part: [] for part in SHARES}
    for seed in range(options.seeds):
        split = PROTOCOLS.get("paper")(data.cohort.images, seed=seed)
        rng = np.random.default_rng(seed)
        for fold in split.folds:
            rows = fold.rows(data.cohort.image_ids)
            pool = Pool(data, x, rows.train)
            planted = pool.scores.copy()
            lost = rng.choice(len(planted), round(MISSING * len(planted)), replace=False)
            planted[lost] = np.inf  # where they are sorted to
            for part in SHARES:
                n = round(part * len(pool.rows))
                missing[part].append(np.isin(pool.over_all(n, planted), lost).mean())
                for way, chosen in zip(
                    WAYS, (pool.over_all(n), pool.per_condition(n)), strict=True
                ):
                    if fold.index == 0:
                        shape.setdefault((part, way), []).append(spread(pool, chosen))
                    trained(data, rows, pool.rows[chosen], runs[part, way])
    rows_of_shape = []
    for (part, way), values in shape.items():
        low, high, unequal, none = np.array(values, dtype=float).T
        row = [f"{100 * part:.0f}", way, f"{low.min():.0f} to {low.max():.0f}"]
        row += [over(high, ".1f", 1.0), over(unequal, ".2f", 1.0), over(none), str(len(values))]
        rows_of_shape.append(row)
    show(
        [
            "% of pool",
            "selected over",
            "fewest",
            "most",
            "Gini",
            "conditions with none, %",
            "seeds",
        ],
        rows_of_shape,
        "Blends a condition (fold 0 of each seed; intervals over seeds)",
    )
    effect = []
    for part in SHARES:
        flawed, sound = runs[part, WAYS[0]], runs[part, WAYS[1]]
        a, b = paired(flawed, sound)
        gap = difference(flawed, sound)
        effect += [
            [f"{100 * part:.0f}", m, share(a[m]), share(b[m]), points(gap[m]), size(gap[m])]
            for m in ("top1_micro", "top1_macro", "top10_macro")
        ]
    show(
        ["% of pool", "metric", "whole pool", "per condition", "difference", "n"],
        effect,
        "Prototypes on sface, real and selected blends; intervals over patients",
    )
    show(
        ["% of pool", "of the selected, without a score: sorted first, %", "left out, %"],
        [[f"{100 * part:.0f}", f"{100 * np.mean(missing[part]):.1f}", "0.0"] for part in SHARES],
        f"Planted: {100 * MISSING:.0f} % of the pool have no score",
    )


if __name__ == "__main__":
    main()
