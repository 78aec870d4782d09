"""What cross-validation over the study population says of the describer `measured`.

    python benchmarks/measured_terms.py FOLDER --keep KEPT
    python benchmarks/measured_skill.py KEPT [--permute FOLDER]

Everything is of patients on whom nothing was fitted, one picture each; the limit of "present" and
the baseline's number of terms are chosen on the other folds. *Within conditions*: patients with a
term against patients of the same condition without it, so that knowing the condition is worth
nothing; pairs pooled over conditions. --permute deals the terms and measures of patients anew and
fits again: what is left is chance.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from scipy.special import expit

from rdface.metrics.calibration import classwise_error
from rdface.metrics.means import ImageRows
from rdface.metrics.term_scores import TermCounts, TermScores, brier, micro_scores
from rdface.phenotype.fitting import (
    areas,
    best_threshold,
    folds_of,
    logistic,
    validate,
)
from rdface.phenotype.measured_model import shipped_model
from rdface.phenotype.measured_words import labels
from rdface.phenotype.truth import front_terms, shown_terms
from rdface.simulate.traits.belonging import BELONGS

BANDS = ((0, 10), (10, 20), (20, 30), (30, 90))
FEWEST = 20


def main() -> None:
    """Print all of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kept", type=Path)
    parser.add_argument("--permute", type=Path, help="The study population.")
    given = parser.parse_args()
    if given.permute:
        permuted(given.permute, given.kept)
        return
    study = dict(np.load(given.kept / "study.npz"))
    front = np.isin(study["ids"], front_terms())
    fine = study["assessable"]
    said = by_other_folds(study, front)
    print("| of the study population | precision | recall of all | F1 of all [95 %] |")
    print("|---|---|---|---|")
    print(row("`measured`, terms a front view can tell", scored(said, study, front, fine)))
    print(row("`measured`, all terms the simulator shows", scored(said, study, front | True, fine)))
    print(row("always the most frequent", scored(frequent(study, front), study, front, front)))
    yaw = np.abs(study["yaw"])
    for low, high in BANDS:
        rows = (yaw >= low) & (yaw < high)
        part = study | {"terms": study["terms"][rows]}
        own = said[rows]
        print(row(f"yaw {low} to {high}, {len(own)} patients", scored(own, part, front, fine)))
    p, true = study["probabilities"][:, front & fine], study["terms"][:, front & fine]
    auc = areas(p, true)
    print(f"\nAUC of {len(auc)} assessable front terms: {spread(auc)}")
    inside = within(p, true, study["condition"])
    print(f"within conditions: {spread(inside)}")
    calibration(p, true, study["patient"])
    backed(said, study, front)
    study["probabilities"] = by_own_measures(study, front & fine)
    alone = by_other_folds(study, front)
    print("\nEach term by the measures of its own trait alone (F1 of all, AUC, within conditions):")
    print(row("own measures alone", scored(alone, study, front, fine)))
    p = study["probabilities"][:, front & fine]
    print(f"{spread(areas(p, true))}; {spread(within(p, true, study['condition']))}")
    measures(study)


def backed(said: np.ndarray, study: dict, front: np.ndarray) -> None:
    """How often a term that is called present has its own measure in its direction."""
    model = shipped_model()
    expected = model.line[:, 0] + model.line[:, 1] * study["measures"]
    z, right = [], []
    for k in np.flatnonzero(front).tolist():
        trait = shown_terms()[str(study["ids"][k])].trait
        own, amount = next(iter(BELONGS.get(trait, {f"sign:{trait}": 1.0}).items()))
        here = said[:, k]
        z.append(np.sign(amount) * expected[here, model.measures.index(own)])
        right.append(study["terms"][here, k])
    values, true = np.concatenate(z), np.concatenate(right)
    print("\n| own measure in the term's direction | of terms said | right of them | of others |")
    print("|---|---|---|---|")
    for limit in (0.0, 0.5, 1.0, 2.0):
        yes = values >= limit
        cells = f"{yes.mean():.3f} | {true[yes].mean():.3f} | {true[~yes].mean():.3f}"
        print(f"| {limit:.1f} SD or more | {cells} |")


def by_own_measures(study: dict, columns: np.ndarray) -> np.ndarray:
    """`[N, T]`: probabilities that know nothing of the rest of the face."""
    names = shipped_model().measures
    standard = (study["measures"] - study["measures"].mean(axis=0)) / study["measures"].std(axis=0)
    found = np.tile(study["terms"].mean(axis=0), (len(standard), 1))
    for k in np.flatnonzero(columns).tolist():
        trait = shown_terms()[str(study["ids"][k])].trait
        own = [names.index(name) for name in BELONGS.get(trait, (f"sign:{trait}",))]
        for fold in np.unique(study["fold"]):
            test = study["fold"] == fold
            line = logistic(standard[~test][:, own], study["terms"][~test][:, [k]], 1.0)
            found[test, k] = expit(line(standard[test][:, own]))[:, 0]
    return found


def spread(values: np.ndarray) -> str:
    """Mean and ends."""
    ends = f"{np.nanmin(values):.2f} to {np.nanmax(values):.2f}"
    return f"mean {np.nanmean(values):.3f}, {ends}"


def by_other_folds(study: dict, front: np.ndarray) -> np.ndarray:
    """`[N, T]`: what is said, with the limit of the other folds."""
    said = np.zeros(study["terms"].shape, dtype=bool)
    usable, blind = front & study["assessable"], front & ~study["assessable"]
    for fold in np.unique(study["fold"]):
        own = study["fold"] == fold
        true, p = study["terms"][~own], study["probabilities"][~own]
        limit, _ = best_threshold(p[:, usable], true[:, usable], float(true[:, blind].sum()))
        said[own] = study["probabilities"][own] >= limit
    return said & study["assessable"]


def frequent(study: dict, front: np.ndarray) -> np.ndarray:
    """`[N, T]`: the most frequent front terms of the other folds, as many as are best there."""
    said = np.zeros(study["terms"].shape, dtype=bool)
    for fold in np.unique(study["fold"]):
        own = study["fold"] == fold
        often = np.where(front, study["terms"][~own].sum(axis=0), -1.0)
        order = np.argsort(-often, kind="stable")[: int(front.sum())]
        count = np.arange(1, len(order) + 1)
        f1 = 2 * np.cumsum(often[order]) / ((~own).sum() * count + often[order].sum())
        said[np.ix_(own, order[: int(f1.argmax()) + 1])] = True
    return said


def scored(said: np.ndarray, study: dict, columns: np.ndarray, fine: np.ndarray) -> TermScores:
    """Of some terms."""
    true = study["terms"][:, columns]
    own = said[:, columns] * 1.0
    unseen = true * ~fine[columns]
    return micro_scores(TermCounts(own, own * true, true, own * true, unseen))


def row(name: str, scores: TermScores) -> str:
    """One line."""
    f1 = scores.f1_of_all
    return (
        f"| {name} | {scores.precision.value:.3f} | {scores.recall_of_all.value:.3f} "
        f"| {f1.value:.3f} [{f1.low:.3f}, {f1.high:.3f}] |"
    )


def within(p: np.ndarray, true: np.ndarray, conditions: np.ndarray) -> np.ndarray:
    """AUC of each term over pairs of one condition; NaN below :data:`FEWEST` pairs."""
    wins, pairs = np.zeros((2, p.shape[1]))
    for condition in np.unique(conditions):
        own, here = p[conditions == condition], true[conditions == condition] > 0
        for k in range(p.shape[1]):
            one, other = own[here[:, k], k], own[~here[:, k], k]
            wins[k] += (one[:, None] > other).sum() + 0.5 * (one[:, None] == other).sum()
            pairs[k] += len(one) * len(other)
    return np.where(pairs >= FEWEST, wins / np.maximum(pairs, 1), np.nan)


def calibration(p: np.ndarray, true: np.ndarray, patients: np.ndarray) -> None:
    """Over all pairs of patient and term, whatever would be said of them."""
    people = np.unique(patients, return_inverse=True)[1].reshape(-1)
    values = np.clip(p.ravel(), 1e-9, 1 - 1e-9)
    rows = ImageRows(np.arange(len(values)), np.repeat(people, p.shape[1]))
    logs = np.log(np.stack([1 - values, values], axis=1))
    found = classwise_error(
        rows, logs, true.ravel().astype(int), n_bins=10, n_resamples=200, n_draws=100
    )
    each = found.estimate
    squared = brier(p, true)
    print(
        f"ECE of all {len(values)} pairs {each.value:.4f} [{each.low:.4f}, {each.high:.4f}], "
        f"of a perfectly calibrated model {found.null_mean:.4f}; Brier {squared.value:.4f}, "
        f"of each term's own rate {squared.of_rates:.4f}"
    )


def measures(study: dict) -> None:
    """How well the ruler sees each measure, the best first."""
    said, true = study["measures"], study["truth"]
    r = [
        float(np.corrcoef(a, b)[0, 1]) if min(a.std(), b.std()) > 1e-9 else np.nan
        for a, b in zip(said.T, true.T, strict=True)
    ]
    print("\n| measure | r with the truth |\n|---|---|")
    for k in np.argsort(-np.nan_to_num(r)).tolist():
        print(f"| {labels()[shipped_model().measures[k]]} | {r[k]:.2f} |")


def permuted(folder: Path, kept: Path) -> None:
    """Fit to measures and terms of other patients."""
    from measured_terms import RULER_PENALTY, TERM_PENALTY, load_study

    study = load_study(folder, kept, 0)
    one = study.first
    order = np.random.default_rng(0).permutation(int(one.sum()))
    patients = pick_first(study.patients, one)
    made = validate(
        study.x[one],
        study.measures[one][order],
        study.terms[one][order],
        folds_of(patients, 0),
        ruler_penalty=RULER_PENALTY,
        term_penalty=TERM_PENALTY,
    )
    true = study.terms[one][order]
    front = np.isin(list(shown_terms()), front_terms())
    auc = areas(made.probabilities, true)[front & (true.sum(axis=0) >= FEWEST)]
    _, f1 = best_threshold(made.probabilities[:, front], true[:, front])
    print(f"permuted: mean AUC {np.nanmean(auc):.3f}, best micro F1 {f1:.3f}")


def pick_first(patients: list[str], first: np.ndarray) -> list[str]:
    """One a patient."""
    return [patient for patient, yes in zip(patients, first, strict=True) if yes]


if __name__ == "__main__":
    main()
