"""How far may a screening score be trusted? Real pictures with right and wrong conditions tell.

    python -m benchmarks.screening_trust POPULATION --training 4 --test 4

POPULATION is a cohort of people who are in no benchmark (the study population of
`rdface study protocol-bias`). Some patients of each condition are the training images, one picture
each; others stand for a generator's pictures that are perfect. A score that cannot tell their
condition cannot tell that of a synthetic face either. AUC: the chance that a picture scores better
for its own condition than for another one of the 103, a tie counting against it; 0.5 is chance.
Intervals: 2,000 bootstrap samples over test patients.
"""

from __future__ import annotations

import argparse
import dataclasses

import numpy as np

from benchmarks.flaws.table import show
from rdface.cohort import Cohort, load_cohort
from rdface.screening import ScreenOptions, score_pool

SAMPLES = 2000


def halves(cohort: Cohort, training: int, test: int, seed: int) -> tuple[list[str], Cohort]:
    """Ids of the training images, and the test images as a pool; one picture a patient."""
    rng = np.random.default_rng(seed)
    people = cohort.images.drop_duplicates("patient_id")
    people = people.iloc[rng.permutation(len(people))]
    place = people.groupby("condition").cumcount()
    known, asked = people[place < training], people[(place >= training) & (place < training + test)]
    made = asked.assign(image_id="as-pool:" + asked["image_id"], synthetic_of=asked["image_id"])
    return known["image_id"].tolist(), dataclasses.replace(
        cohort, images=made.reset_index(drop=True)
    )


def interval(values: np.ndarray, rng: np.random.Generator, form: str) -> str:
    """Mean with its bootstrap interval over rows, which are patients."""
    drawn = rng.integers(len(values), size=(SAMPLES, len(values)))
    low, high = np.percentile(values[drawn].mean(axis=1), [2.5, 97.5])
    return f"{values.mean():{form}} ({low:{form}} to {high:{form}})"


def by_rank(
    pool: Cohort, cohort: Cohort, ids: list[str], options: ScreenOptions
) -> list[list[str]]:
    """A line for each score that ranks all conditions."""
    frame = score_pool(pool, cohort, ids, options).frame
    rng, n = np.random.default_rng(0), len(cohort.conditions)
    rows = []
    for name in [name for name in frame.columns if name.endswith("_rank")]:
        ranks = frame[name].dropna().to_numpy(float)
        auc = (n - ranks) / (n - 1)
        top = [interval(100.0 * (ranks <= k), rng, ".1f") for k in (1, 10)]
        rows.append([name.removesuffix("_rank"), interval(auc, rng, ".3f"), *top, str(len(ranks))])
    return rows


def by_swapping(
    pool: Cohort, cohort: Cohort, ids: list[str], options: ScreenOptions, name: str
) -> list[str]:
    """A line for a score without ranks: the own condition against one drawn at random."""
    rng = np.random.default_rng(1)
    names = np.array(cohort.condition_ids)
    place = {condition: k for k, condition in enumerate(names)}
    own = np.array([place[condition] for condition in pool.images["condition"]])
    other = names[(own + rng.integers(1, len(names), len(own))) % len(names)]
    wrong = dataclasses.replace(pool, images=pool.images.assign(condition=other))
    right, swapped = (
        score_pool(each, cohort, ids, options).frame[name].to_numpy(float) for each in (pool, wrong)
    )
    return [name, interval((right < swapped).astype(float), rng, ".3f"), "", "", str(len(right))]


def by_pose(pool: Cohort, cohort: Cohort, ids: list[str]) -> list[list[str]]:
    """A line per score: its rank correlation with how far the head is turned, good is up."""
    from scipy.stats import spearmanr

    from rdface.faces.survey import measure_pictures

    measured = measure_pictures([(name, pool.path(name)) for name in pool.image_ids])
    yaw = measured["yaw"].abs().to_numpy(float)
    rng, rows = np.random.default_rng(0), []
    for name, scorer, sign, scale in (
        ("landmark_cosine", "landmarks", 1, "apart"),
        ("landmark_cosine", "landmarks", 1, "area"),
        ("anthropometric", "anthropometry", -1, "area"),
        ("condition_probability", "likelihood", 1, "area"),
    ):
        options = ScreenOptions.model_validate({"scorers": (scorer,), "scale": scale})
        score = sign * score_pool(pool, cohort, ids, options).frame[name].to_numpy(float)
        known = np.flatnonzero(~np.isnan(score) & ~np.isnan(yaw))
        drawn = [rng.choice(known, len(known)) for _ in range(SAMPLES)]
        low, high = np.percentile([spearmanr(score[d], yaw[d])[0] for d in drawn], [2.5, 97.5])
        found = f"{spearmanr(score[known], yaw[known])[0]:+.2f} ({low:+.2f} to {high:+.2f})"
        order, tenth = known[np.argsort(-score[known])], len(known) // 10
        ends = [f"{yaw[part].mean():.1f}" for part in (order[:tenth], order[-tenth:])]
        title = f"{name}, {scale}" if scorer == "landmarks" else name
        rows.append([title, found, *ends, str(len(known))])
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("population")
    parser.add_argument("--training", type=int, default=4, help="patients a condition")
    parser.add_argument("--test", type=int, default=4, help="patients a condition")
    parser.add_argument("--held-out", nargs="*", default=["facenet", "sface"])
    parser.add_argument("--perceptual", action="store_true", help="the slow one, too")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pose", action="store_true", help="whether scores see turned heads")
    given = parser.parse_args()
    cohort = load_cohort(given.population)
    ids, pool = halves(cohort, given.training, given.test, given.seed)
    rows = []
    for scale in ("apart", "area", "eyes"):
        options = ScreenOptions(scorers=("landmarks",), scale=scale)
        found = by_rank(pool, cohort, ids, options)
        rows += [[f"{line[0]}, {scale}", *line[1:]] for line in found]
    rows += by_rank(pool, cohort, ids, ScreenOptions(scorers=("shape", "anthropometry")))
    for backbone in given.held_out:
        options = ScreenOptions(scorers=("likelihood",), held_out=backbone)
        found = by_rank(pool, cohort, ids, options)
        rows += [[f"{line[0]}, {backbone}", *line[1:]] for line in found]
    if given.perceptual:
        name, options = "perceptual_efficientnet_lite0", ScreenOptions(scorers=("perceptual",))
        rows.append(by_swapping(pool, cohort, ids, options, name))
    show(
        ["score", "AUC, own against other condition", "top-1, %", "top-10, %", "patients"],
        rows,
        f"{len(ids)} training images of {cohort.info.name}, {len(pool)} others scored",
    )
    if given.pose:
        show(
            [
                "score",
                "rank correlation",
                "best tenth, degrees",
                "worst tenth, degrees",
                "patients",
            ],
            by_pose(pool, cohort, ids),
            "Scores (good is up) and how far a head is turned to a side, as the mesh knows it",
        )


if __name__ == "__main__":
    main()
