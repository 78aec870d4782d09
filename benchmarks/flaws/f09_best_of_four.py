"""F9: four amounts of synthetic images are tried on the test set, and the best is shown.

    python -m benchmarks.flaws.f09_best_of_four --work /tmp/flaws

Protocol `paper`, patients divided, on `sim103` with blends (`blends.py`; no DreamBooth): 10, 19, 39
and 58 % of the blends of training pictures, by the paper's descriptor, and none. A result is the
mean top-1 of five folds. Prototypes on sface (40 seeds) and the paper's head on it (10 seeds).
"""

from __future__ import annotations

import argparse

import numpy as np

from benchmarks.flaws.blends import blended_cohort, work_folder
from benchmarks.flaws.choosing import heads, prototypes
from benchmarks.flaws.descriptor import descriptors
from benchmarks.flaws.frozen import Frozen, open_frozen
from benchmarks.flaws.heads import hits
from benchmarks.flaws.selection import SHARES, Pool
from benchmarks.flaws.table import over, show
from rdface.protocols import PROTOCOLS

AMOUNTS = (0.0, *SHARES)


def study(data: Frozen, x: np.ndarray, learner: str, seed: int) -> dict[str, np.ndarray]:
    """Mean top-1 of five folds for each amount: on validation, the test, and the test's halves."""
    split = PROTOCOLS.get("paper")(data.cohort.images, seed=seed)
    folds = [fold.rows(data.cohort.image_ids) for fold in split.folds]
    test = folds[0].test
    patients = np.unique(data.patients[test])
    chosen = np.random.default_rng(seed).permutation(patients)[: len(patients) // 2]
    half = np.isin(data.patients[test], chosen)
    pools = [Pool(data, x, fold.train) for fold in folds]
    found: dict[str, list[float]] = {name: [] for name in ("validation", "test", "half", "other")}
    joined = []
    for amount in AMOUNTS:
        for fold, pool in zip(folds, pools, strict=True):
            extra = pool.rows[pool.over_all(round(amount * len(pool.rows)))].astype(np.intp)
            joined.append(fold._replace(train=np.concatenate([fold.train, extra])))
    fitted = (heads if learner == "head" else prototypes)(data, joined, seed)
    truth = data.labels[test]
    for start in range(0, len(fitted), len(folds)):
        results = fitted[start : start + len(folds)]
        found["validation"].append(float(np.mean([result[1] for result in results])))
        for name, rows in (("test", half | ~half), ("half", half), ("other", ~half)):
            top1 = [hits(scores[rows], truth[rows]) for scores, _, _ in results]
            found[name].append(float(np.mean(top1)))
    return {name: np.array(values) for name, values in found.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    work_folder(parser)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--head-seeds", type=int, default=10)
    options = parser.parse_args()
    data = open_frozen(["sface"], blended_cohort(options.work))
    x = descriptors(data.cohort, data.faces)
    rows, amounts = [], []
    for learner, seeds in (("prototype", options.seeds), ("head", options.head_seeds)):
        if not seeds:
            continue
        found = [study(data, x, learner, seed) for seed in range(seeds)]
        test = np.array([one["test"] for one in found])
        gains = test[:, 1:] - test[:, :1]
        by_validation = np.array([one["validation"][1:].argmax() for one in found])
        honest = gains[np.arange(seeds), by_validation]
        best = gains.max(axis=1)
        halves = []
        for one in found:
            for a, b in (("half", "other"), ("other", "half")):
                pick = int(one[a][1:].argmax())
                halves.append([one[a][1 + pick] - one[a][0], one[b][1 + pick] - one[b][0]])
        flawed, fresh = np.array(halves).reshape(seeds, 2, 2).mean(axis=1).T
        rows += [
            [learner, "best of four on the test", over(best, "+.1f"), seeds],
            [learner, "n chosen on validation", over(honest, "+.1f"), seeds],
            [learner, "one n at random (mean of four)", over(gains.mean(axis=1), "+.1f"), seeds],
            [learner, "difference, best less validation's", over(best - honest, "+.1f"), seeds],
            [learner, "half a test: best of four there", over(flawed, "+.1f"), seeds],
            [learner, "the same n on the other half", over(fresh, "+.1f"), seeds],
            [learner, "optimism of a half", over(flawed - fresh, "+.1f"), seeds],
        ]
        for column, amount in enumerate(AMOUNTS):
            amounts.append([learner, f"{100 * amount:.0f}", over(test[:, column]), seeds])
    show(
        ["learner", "rule", "gain in top-1 over no blends, points", "seeds"],
        rows,
        "Intervals over seeds of split and training",
    )
    show(["learner", "% of the blends", "test top-1, %", "seeds"], amounts, "Each amount")


if __name__ == "__main__":
    main()
