"""What the anthropometric measures see of the traits that the simulator gives `sim103`.

    python benchmarks/anthropometry.py [--cohort NAME] [--reference FILE] [--seed 0]

Needs the weights `yunet` and `mesh468`. One row a trait: patients with the HPO term against those
without, a patient being the mean of his pictures, in the measure that the term belongs to. Before
that, age, its square, sex and ancestry are taken out by a linear fit to the patients without the
term. The effect is Cohen's d, positive in the direction the term promises, with a 95 % percentile
bootstrap over patients (2,000 resamples, both groups on their own); AUC and the one-sided p are of
Mann and Whitney, p once more after Holm over all rows. Beside it the z-score against a reference of
unaffected children of the same age and sex (the shipped one, or --reference): the mean of the
patients with the term, negated where the term is the low end, with a bootstrap over them, and that
of the patients without. With the --seed of a simulated cohort's plan also d of the true measures of
the heads that were rendered (see measure_error.py; needs `mpfb2`): what a perfect ruler would see,
so that it is known whether trait or network is to blame. Then how far each measure follows the
pose, with and without the correction of rdface.faces.pose_correction.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from measure_error import shots_of, true_measures
from scipy.stats import mannwhitneyu, spearmanr

from rdface.backbones import embed_cohort
from rdface.cohort import age_in_years, load_cohort
from rdface.faces import locate_faces
from rdface.faces.anthropometry import MEASURES, NAMES, measure_face
from rdface.faces.norms_table import read_reference, shipped_reference
from rdface.metrics import holm

EXTRA = (
    ("HP:0000316", "inner_canthal_width", 1),
    ("HP:0000316", "intercanthal_index", 1),
    ("HP:0000506", "intercanthal_index", 1),
    ("HP:0000275", "facial_index", 1),
    ("HP:0000347", "chin_height", -1),
    ("HP:0000347", "chin_protrusion", -1),
)
"""Pairs beyond those of the table of measures."""
FEWEST = 10
"""Patients with the term, below which no row is made."""
RESAMPLES = 2000


def pairs() -> list[tuple[str, str, int]]:
    """Term, measure and direction, the table's own first."""
    own = [(m.hpo_high, m.name, 1) for m in MEASURES] + [(m.hpo_low, m.name, -1) for m in MEASURES]
    return [(term, name, sign) for term, name, sign in own if term] + list(EXTRA)


def patients(images: pd.DataFrame, values: np.ndarray, scores: np.ndarray) -> pd.DataFrame:
    """One row a patient: the means of his measures and z-scores, terms, age, sex, ancestry."""
    columns = [*NAMES, *(f"z:{name}" for name in NAMES)]
    table = pd.DataFrame(np.hstack([values, scores]), columns=columns)
    of = images["patient_id"].to_numpy()
    means = table.groupby(of).mean()
    about = images.drop_duplicates("patient_id").set_index("patient_id").loc[means.index]
    terms = images.groupby("patient_id")["hpo_terms"].agg(
        lambda cells: set("|".join(cells).split("|"))
    )
    ages = images["age"].map(age_in_years)
    means["terms"] = terms.loc[means.index]
    means["age"] = ages.groupby(of).mean().loc[means.index]
    return means.assign(sex=about["sex"], ancestry=about["ancestry"])


def adjusted(table: pd.DataFrame, name: str, having: np.ndarray) -> np.ndarray:
    """The measure with age, sex and ancestry taken out, as fitted to patients without the term."""
    age = table["age"].to_numpy(float)
    groups = pd.get_dummies(table[["sex", "ancestry"]], drop_first=True).to_numpy(float)
    design = np.column_stack([np.ones(len(table)), age, age**2, groups])
    values = table[name].to_numpy(float)
    fit = np.linalg.lstsq(design[~having], values[~having], rcond=None)[0]
    return values - design @ fit


def cohen(with_it: np.ndarray, without: np.ndarray) -> np.ndarray:
    """Difference of means in pooled SD, along the last axis."""
    n, m = with_it.shape[-1], without.shape[-1]
    spread = (n - 1) * with_it.var(-1, ddof=1) + (m - 1) * without.var(-1, ddof=1)
    return (with_it.mean(-1) - without.mean(-1)) / np.sqrt(spread / (n + m - 2))


def effect(with_it: np.ndarray, without: np.ndarray, seed: int = 0) -> tuple[float, float, float]:
    """Cohen's d and its interval."""
    rng = np.random.default_rng(seed)
    first = with_it[rng.integers(0, len(with_it), (RESAMPLES, len(with_it)))]
    second = without[rng.integers(0, len(without), (RESAMPLES, len(without)))]
    low, high = np.percentile(cohen(first, second), [2.5, 97.5])
    return float(cohen(with_it, without)), float(low), float(high)


def mean_z(values: np.ndarray, seed: int = 0) -> tuple[float, float, float]:
    """Mean z-score of patients and its interval."""
    rng = np.random.default_rng(seed)
    drawn = values[rng.integers(0, len(values), (RESAMPLES, len(values)))].mean(axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(values.mean()), float(low), float(high)


def rows(
    table: pd.DataFrame, labels: dict[str, str], true: pd.DataFrame | None = None
) -> pd.DataFrame:
    """One row a pair of term and measure, the largest effect first; `true` holds the truth."""
    found = []
    for term, name, sign in pairs():
        having = np.array([term in terms for terms in table["terms"]])
        if having.sum() < FEWEST:
            continue
        values = sign * adjusted(table, name, having)
        raw = sign * table[name].to_numpy(float)
        perfect = None if true is None else sign * adjusted(true, name, having)
        z = sign * table[f"z:{name}"].to_numpy(float)
        d, low, high = effect(values[having], values[~having])
        test = mannwhitneyu(values[having], values[~having], alternative="greater")
        auc = test.statistic / (having.sum() * (~having).sum())
        found.append(
            {
                "term": f"{term} {labels.get(term, '')}".strip(),
                "measure": f"{name} {'+' if sign > 0 else '-'}",
                "n": int(having.sum()),
                "raw d": float(cohen(raw[having], raw[~having])),
                "d": d,
                "truth": "-"
                if perfect is None
                else f"{float(cohen(perfect[having], perfect[~having])):.2f}",
                "low": low,
                "high": high,
                "z": mean_z(z[having]),
                "others": float(z[~having].mean()),
                "AUC": float(auc),
                "p": float(test.pvalue),
            }
        )
    frame = pd.DataFrame(found).sort_values("d", ascending=False, ignore_index=True)
    return frame.assign(holm=holm(frame["p"].to_numpy()))


def markdown(frame: pd.DataFrame) -> str:
    """The effects as a table."""
    lines = [
        "| HPO term | measure | patients with it | d of the truth | raw d | d [95 %] "
        "| mean z [95 %] | z of others | AUC | p | p (Holm) |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in frame.to_dict("records"):
        lines.append(
            f"| {row['term']} | `{row['measure'][:-2]}` {row['measure'][-1]} | {row['n']} "
            f"| {row['truth']} | {row['raw d']:.2f} "
            f"| {row['d']:.2f} [{row['low']:.2f}, {row['high']:.2f}] "
            f"| {row['z'][0]:.2f} [{row['z'][1]:.2f}, {row['z'][2]:.2f}] | {row['others']:.2f} "
            f"| {row['AUC']:.2f} | {row['p']:.2g} | {row['holm']:.2g} |"
        )
    return "\n".join(lines)


def labels_of(conditions: pd.DataFrame) -> dict[str, str]:
    """HPO id -> label, from the conditions' own lists."""
    entries = "|".join(conditions["facial_hpo"]).split("|")
    split = [entry.partition("~") for entry in entries if entry]
    return {term: rest.partition("=")[0] for term, _, rest in split}


def main() -> None:
    """Measure the cohort and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cohort", default="sim103")
    parser.add_argument("--reference", type=Path, help="Table of unaffected children.")
    parser.add_argument("--seed", type=int, help="Of the plan, for the truth.")
    given = parser.parse_args()
    cohort = load_cohort(given.cohort)
    reference = read_reference(given.reference) if given.reference else shipped_reference()
    faces = locate_faces(cohort)
    values = embed_cohort(cohort, "anthropometry", faces)
    ages = [age_in_years(str(age)) for age in cohort.images["age"]]
    sexes = [str(sex) for sex in cohort.images["sex"]]
    table = patients(cohort.images, values, reference.z_scores(values, ages, sexes))
    true = None
    if given.seed is not None:
        heads = true_measures(shots_of(cohort, given.seed))
        true = patients(cohort.images, heads, np.full(heads.shape, np.nan))
    frame = rows(table, labels_of(cohort.conditions), true)
    print(f"{len(cohort)} pictures, {len(table)} patients, {len(frame)} rows")
    print(f"reference: {reference.provenance.get('fitted on', 'of unsaid people')}\n")
    print(markdown(frame))
    tall = {"d": 0.5, "p": 0.05}
    print(
        f"\nd >= {tall['d']}: {(frame['d'] >= tall['d']).sum()}; interval above 0: "
        f"{(frame['low'] > 0).sum()}; Holm p < {tall['p']}: {(frame['holm'] < tall['p']).sum()}"
    )
    if "yaw" in cohort.images:
        yaw = cohort.images["yaw"].astype(float).to_numpy()
        pitch = cohort.images["pitch"].astype(float).to_numpy()
        meshes = embed_cohort(cohort, "landmarks", faces).reshape(-1, 468, 3)
        plain = measure_face(meshes, correct_pose=False)  # free of pose already, one look at each
        print(
            "\n| measure | mean | SD | rho with abs(yaw) | rho with pitch | uncorrected: abs(yaw) "
            "| pitch |\n|---|---|---|---|---|---|---|"
        )
        for name, column, before in zip(NAMES, values.T.astype(float), plain.T, strict=True):
            found = [
                f"{spearmanr(each, cause).statistic:.2f}"
                for each in (column, before)
                for cause in (np.abs(yaw), pitch)
            ]
            print(
                f"| `{name}` | {column.mean():.3f} | {column.std(ddof=1):.3f} | "
                + " | ".join(found)
                + " |"
            )


if __name__ == "__main__":
    main()
