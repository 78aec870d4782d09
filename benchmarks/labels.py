"""How often the nearest mean names a real face rightly: what its labels can be worth at best.

python benchmarks/labels.py --cohort /work/scratch/study/study-population [--training 3]
    [--evidence landmarks sface] [--seed 0]

Of each condition's patients ``--training`` at random make the means; the others are named. A
generator's samples cannot be named better than the real faces that it learnt from. Prints top-1
with a 95 % bootstrap interval over patients, beside chance, and how far the best cosine lies above
the median one (flaw F11: for the landmarks hardly).
"""

from __future__ import annotations

import argparse

import numpy as np

from rdface.cohort import Cohort, load_cohort
from rdface.synthesis.labels import LANDMARKS, describe, means_of

RESAMPLES = 1000


def main() -> None:
    """Name every face that made no mean."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cohort", default="sim103")
    parser.add_argument("--training", type=int, default=3, help="patients a condition")
    parser.add_argument("--evidence", nargs="+", default=[LANDMARKS, "sface"])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--images", type=int, default=None, help="the first so many alone")
    given = parser.parse_args()
    cohort = load_cohort(given.cohort)
    table = cohort.images.groupby("patient_id", sort=False).head(1).head(given.images)
    names, conditions = table["image_id"].tolist(), table["condition"].to_numpy(str)
    pictures = [(name, cohort.path(name)) for name in names]
    shown = taught(conditions, given.training, np.random.default_rng(given.seed))
    for evidence in given.evidence:
        scales = ("apart", "area", "eyes") if evidence == LANDMARKS else ("area",)
        for scale in scales:
            x = describe(pictures, evidence, scale, "yunet")
            report(cohort, evidence, scale, x, conditions, shown)


def taught(conditions: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """``bool [N]``: n of each condition; at least one is left where there are two."""
    shown = np.zeros(len(conditions), bool)
    for name in np.unique(conditions):
        rows = rng.permutation(np.flatnonzero(conditions == name))
        shown[rows[: max(1, min(n, len(rows) - 1))]] = True
    return shown


def report(
    cohort: Cohort,
    evidence: str,
    scale: str,
    x: np.ndarray,
    conditions: np.ndarray,
    shown: np.ndarray,
) -> None:
    """One line of the table."""
    label = means_of(x[shown], list(conditions[shown]), cohort.condition_ids, evidence=evidence)
    named = np.array(label.names(x[~shown]))
    right = (named == conditions[~shown])[named != ""]
    rng = np.random.default_rng(0)
    draws = rng.choice(right, (RESAMPLES, len(right))).mean(axis=1)
    low, high = np.quantile(draws, [0.025, 0.975])
    cosines = label.cosines(x[~shown])
    cosines = cosines[~np.isnan(cosines).all(axis=1)]
    spread = np.nanmax(cosines, axis=1) - np.nanmedian(cosines, axis=1)
    kind = f"{evidence} ({scale})" if evidence == LANDMARKS else evidence
    print(
        f"{kind}: top-1 {right.mean():.3f} [{low:.3f}, {high:.3f}], n = {len(right)}, chance "
        f"{1 / len(set(conditions[shown])):.3f}; no face {np.sum(named == '')}; cosine of the best "
        f"above the median's by {np.median(spread):.4f} (median)"
    )


if __name__ == "__main__":
    main()
