"""Do the lists of "try a photograph" keep their promise, and are strangers told?

python benchmarks/photograph.py coverage   # sim103 among itself, 20 lots; for choosing
python benchmarks/photograph.py split      # the same with a quarter set aside to calibrate
python benchmarks/photograph.py last       # sim103-fresh and unaffected children; once, to report
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence

import numpy as np

from rdface.backbones import embed_cohort
from rdface.cohort import Cohort, load_cohort
from rdface.faces import locate_faces
from rdface.learners.full_conformal import Fits
from rdface.learners.preparation import unit_rows
from rdface.metrics.conformal import patient_quantile
from rdface.metrics.estimate import Estimate
from rdface.photograph.people import compared_with, condition_labels, one_of_each
from rdface.photograph.trust import (
    LEVELS,
    PARTS,
    StrangerTrust,
    deal_by_lot,
    judge_first,
    judge_lists,
    judge_strangers,
    measure_trust,
    share,
)

REPEATS = 20


def opened(name: str, backbone: str) -> tuple[Cohort, np.ndarray]:
    """A cohort and its embeddings."""
    cohort = load_cohort(name)
    embeddings = embed_cohort(cohort, backbone, locate_faces(cohort))
    return cohort, np.asarray(embeddings, np.float64)


def shown(found: Estimate) -> str:
    """A share with its interval."""
    return f"{100 * found.value:.1f} ({100 * found.low:.1f}–{100 * found.high:.1f})"


def mean_of(found: Iterable[Estimate], n_compared: float) -> Estimate:
    """Mean over lots, with the interval of one: other lots are no other patients."""
    several = list(found)
    mean = float(np.mean([each.value for each in several]))
    interval = share(np.arange(several[0].n_patients) < mean * several[0].n_patients, n_compared)
    return Estimate(mean, interval.low, interval.high, several[0].n, several[0].n_patients)


def coverage(backbone: str) -> None:
    """Mean over lots of what the explorer measures on its cohort with one."""
    cohort, embeddings = opened("sim103", backbone)
    found = [
        measure_trust(cohort, embeddings, one_of_each(cohort, seed), seed=seed)
        for seed in range(REPEATS)
    ]
    n = found[0].n_patients * (1 - 1 / PARTS)
    print(f"{found[0].n_patients} patients, {REPEATS} lots, {backbone}")
    for k, level in enumerate(LEVELS):
        lists = [each.lists[k] for each in found]
        lots = [100 * each.coverage.value for each in lists]
        print(
            f"list for {level:g}: {shown(mean_of((each.coverage for each in lists), n))}; lots"
            f" {min(lots):.1f} to {max(lots):.1f}; mean length"
            f" {np.mean([each.mean_length for each in lists]):.1f}"
        )
    for k in found[0].first:
        print(f"among the first {k}: {shown(mean_of((each.first[k] for each in found), n))}")
    strangers = [each.strangers for each in found if each.strangers is not None]
    fewer = n * (1 - 1 / PARTS)  # without the patients of the conditions kept away
    areas = [each.auroc.value for each in strangers]
    print(
        f"unseen conditions: AUROC {np.mean(areas):.3f}; lots {min(areas):.3f} to {max(areas):.3f};"
        f" first lot {strangers[0].auroc.low:.3f}–{strangers[0].auroc.high:.3f}; warned of"
        f" {shown(mean_of((each.warned_known for each in strangers), fewer))} known,"
        f" {shown(mean_of((each.warned_strangers for each in strangers), fewer))} strangers"
    )


def split(backbone: str) -> None:
    """Split conformal prediction with the same likeness: three quarters fit, one calibrates."""
    cohort, embeddings = opened("sim103", backbone)
    labels = condition_labels(cohort)
    held: dict[float, list[bool]] = {level: [] for level in LEVELS}
    lengths: dict[float, list[int]] = {level: [] for level in LEVELS}
    for seed in range(REPEATS):
        rows = one_of_each(cohort, seed)
        names = [cohort.image_ids[row] for row in rows]
        part = deal_by_lot(names, seed, "patients")
        aside = deal_by_lot(names, seed, "calibration") == 0
        for each in range(PARTS):
            fit, calibrate = rows[(part != each) & ~aside], rows[(part != each) & aside]
            middle = embeddings[fit].mean(axis=0)
            unit = unit_rows(embeddings - middle)
            means = np.zeros((len(cohort.condition_ids), unit.shape[1]))
            np.add.at(means, labels[fit], unit[fit])
            strange = -np.where(
                np.bincount(labels[fit], minlength=len(means)) > 0,
                unit @ unit_rows(means).T,
                -np.inf,
            )
            own = strange[np.arange(len(unit)), labels]
            for level in LEVELS:
                threshold = patient_quantile(
                    own[calibrate], np.arange(len(calibrate)), round(1 - level, 10)
                )
                asked = rows[part == each]
                held[level] += (own[asked] <= threshold).tolist()
                lengths[level] += (strange[asked] <= threshold).sum(axis=1).tolist()
    for level in LEVELS:
        print(
            f"list for {level:g}: {100 * np.mean(held[level]):.1f};"
            f" mean length {np.mean(lengths[level]):.1f}"
        )


def last(backbone: str) -> None:
    """New patients, five of each condition, and unaffected children, asked of all of sim103."""
    cohort, embeddings = opened("sim103", backbone)
    fresh, new = opened("sim103-fresh", backbone)
    controls, strange = opened("sim103-controls", backbone)
    rows, truth = one_of_each(cohort), condition_labels(fresh)
    people = compared_with(cohort, embeddings, rows)
    answers = [(int(k), people.judge(face)) for k, face in zip(truth, new, strict=True)]
    unaffected = [people.judge(face) for face in strange]
    print(f"{len(fresh)} new patients, five of each condition; compared with {len(rows)}")
    lists = judge_lists(answers, len(rows))
    weight = np.bincount(people.y, minlength=people.n_conditions)[truth].astype(float)
    for each in lists:
        hits = [bool(fits.holds(each.level)[k]) for k, fits in answers]
        print(
            f"list for {each.level:g}: {shown(each.coverage)}; mean length {each.mean_length:.1f};"
            f" conditions weighed as in the cohort {100 * np.average(hits, weights=weight):.1f}"
        )
    for k, found in judge_first(answers, len(rows)).items():
        print(f"among the first {k}: {shown(found)}")
    names = (fresh.images["patient_id"].tolist(), controls.images["patient_id"].tolist())
    known_faces = [fits for _, fits in answers]
    tell(
        f"{len(controls)} unaffected children", [known_faces], [unaffected], [names], len(people.y)
    )
    hidden = deal_by_lot(cohort.condition_ids, 0, "conditions")
    known, unseen, who = [], [], []
    for part in range(PARTS):
        others = compared_with(cohort, embeddings, rows[hidden[people.y] != part])
        sides = hidden[truth] != part, hidden[truth] == part
        known.append([others.judge(face) for face in new[sides[0]]])
        unseen.append([others.judge(face) for face in new[sides[1]]])
        patients = fresh.images["patient_id"].to_numpy()
        who.append((list(patients[sides[0]]), list(patients[sides[1]])))
    fewer = len(people.y) * (1 - 1 / PARTS)
    tell(f"{len(fresh)} patients of conditions kept away", known, unseen, who, fewer)


def tell(
    who: str,
    known: Sequence[Sequence[Fits]],
    strange: Sequence[Sequence[Fits]],
    names: Sequence[tuple[Sequence[str], Sequence[str]]],
    n_compared: float,
) -> None:
    """Print how strangers are told."""
    found: StrangerTrust = judge_strangers(known, strange, names, n_compared)
    area = found.auroc
    print(
        f"{who}: AUROC {area.value:.3f} ({area.low:.3f}–{area.high:.3f}); warned of"
        f" {shown(found.warned_known)} known, {shown(found.warned_strangers)} strangers"
    )


def main() -> None:
    """Run one of the three."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["coverage", "split", "last"])
    parser.add_argument("--backbone", default="sface")
    asked = parser.parse_args()
    {"coverage": coverage, "split": split, "last": last}[asked.what](asked.backbone)


if __name__ == "__main__":
    main()
