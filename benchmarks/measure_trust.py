"""How far a measured z-score can be trusted: against that of the very head that was rendered.

    python benchmarks/measure_trust.py FOLDER --seed 0 --write

FOLDER is a study population (`rdface simulate --population study --size 160 --samples 3`, whole or
still being rendered): patients with traits, poses and smiles of the world of `sim103`, none of whom
is in it. One picture a patient. Measured: z of the picture against the reference that comes with
rdface. True: z of the head's own points against those of the heads of the same controls. For each
measure the least-squares line from measured to true z, the SD of what it leaves, and Pearson's r
with a 95 % percentile bootstrap over patients (2,000 resamples); r by how far the points say that
the head is turned. Then, for each HPO term and measure of src/rdface/explain/terms.csv, the AUC of
the measured z in the term's direction, patients with the term against those without, with the 95 %
interval of DeLong et al., Biometrics 44, 1988; terms of at least 10 patients. --write replaces
trust.csv and term_trust.csv in src/rdface/explain, which `rdface explain` reads.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from measure_error import RESAMPLES, true_measures

from rdface.explain.terms import links
from rdface.faces.anthropometry import NAMES, measuring_fingerprint
from rdface.faces.norms import Reference
from rdface.faces.norms_table import shipped_reference
from rdface.faces.survey import measure_pictures
from rdface.files import write_text
from rdface.simulate.people.plan import Shot, make_plan
from rdface.simulate.people.populations import Population, of_population

TABLES = Path(__file__).parents[1] / "src" / "rdface" / "explain"
FEWEST = 10
"""Patients with a term, below which nothing is said of it."""
BANDS = ((0, 10), (10, 20), (20, 90))
"""Degrees of estimated yaw."""


def true_z(shots: list[Shot], controls: tuple[Shot, ...]) -> np.ndarray:
    """What a perfect ruler would say, `[N, M]`."""
    reference = Reference.fit(
        true_measures(list(controls)),
        [shot.months / 12 for shot in controls],
        ["male" if shot.child.male else "female" for shot in controls],
    )
    return z_of(reference, true_measures(shots), shots)


def z_of(reference: Reference, values: np.ndarray, shots: list[Shot]) -> np.ndarray:
    """Z-scores of the children of these shots."""
    sexes = ["male" if shot.child.male else "female" for shot in shots]
    return reference.z_scores(values, [shot.months / 12 for shot in shots], sexes)


def correlation(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Pearson's r along the last axis but one."""
    first = first - first.mean(axis=-2, keepdims=True)
    second = second - second.mean(axis=-2, keepdims=True)
    norm = np.sqrt((first**2).sum(axis=-2) * (second**2).sum(axis=-2))
    return np.asarray((first * second).sum(axis=-2) / norm)


def main() -> None:
    """Measure and print, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0, help="Of the population's plan.")
    parser.add_argument("--patients", type=int, default=2472)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    plan = make_plan(456, 103, given.seed)
    first = {}
    for shot in of_population(plan, Population.STUDY).shots:
        if (given.folder / "images" / f"{shot.image_id}.jpg").is_file():
            first.setdefault(shot.patient_id, shot)
    there = sorted(first)
    drawn = np.random.default_rng(0).permutation(there)[: given.patients]
    shots = [first[str(patient)] for patient in drawn]
    paths = [(s.image_id, given.folder / "images" / f"{s.image_id}.jpg") for s in shots]
    table = measure_pictures(paths)
    seen = (table["status"] != "none").to_numpy()
    shots = [shot for shot, yes in zip(shots, seen, strict=True) if yes]
    measured = z_of(shipped_reference(), table.loc[seen, list(NAMES)].to_numpy(float), shots)
    true = true_z(shots, of_population(plan, Population.CONTROLS).shots)
    yaw = np.abs(table.loc[seen, "yaw"].to_numpy(float))
    rng = np.random.default_rng(0)
    rows = rng.integers(0, len(shots), (RESAMPLES, len(shots)))
    draws = np.stack([correlation(measured[row], true[row]) for row in rows])
    low, high = np.percentile(draws, [2.5, 97.5], axis=0)
    r = correlation(measured, true)
    bands = [correlation(measured[part], true[part]) for part in in_bands(yaw)]
    lines = [
        "# a measured z-score against that of the head that was rendered",
        f"# fitted on: {len(shots)} simulated patients of {len(there)} of the study population, "
        f"seed {given.seed}, one picture each; none is in a shipped cohort",
        f"# measured by: {measuring_fingerprint()[:16]}",
        "measure,n,r,r_low,r_high,offset,slope,sd",
    ]
    print("| measure | r [95 %] | true z for a measured z of 2 | SD left | r by yaw |")
    print("|---|---|---|---|---|")
    for k, name in enumerate(NAMES):
        slope, offset = np.polyfit(measured[:, k], true[:, k], 1)
        left = true[:, k] - offset - slope * measured[:, k]
        sd = float(left.std(ddof=2))
        lines.append(
            f"{name},{len(shots)},{r[k]:.3f},{low[k]:.3f},{high[k]:.3f},"
            f"{offset:.3f},{slope:.3f},{sd:.3f}"
        )
        turned = " / ".join(f"{band[k]:.2f}" for band in bands)
        print(
            f"| `{name}` | {r[k]:.2f} [{low[k]:.2f}, {high[k]:.2f}] "
            f"| {offset + 2 * slope:.1f} | {sd:.1f} | {turned} |"
        )
    counts = ", ".join(str(int(part.sum())) for part in in_bands(yaw))
    print(f"\n{len(shots)} patients; by yaw below 10, 10 to 20, above 20 degrees: {counts}")
    shown = [*lines[:3], *term_rows(measured, shots)]
    print("\n".join(shown[3:]))
    if given.write:
        write_text(TABLES / "trust.csv", "\n".join([*lines, ""]))
        write_text(TABLES / "term_trust.csv", "\n".join([*shown, ""]))


def term_rows(measured: np.ndarray, shots: list[Shot]) -> list[str]:
    """How well each measure tells patients with a term from those without."""
    rows = ["term,measure,n_with,n,auc,low,high"]
    for term, own in links().items():
        having = np.array([term in shot.terms for shot in shots])
        if having.sum() < FEWEST:
            continue
        for link in own:
            values = link.direction * measured[:, NAMES.index(link.measure)]
            auc, low, high = area(values[having], values[~having])
            rows.append(
                f"{term},{link.measure},{having.sum()},{len(having)},{auc:.3f},{low:.3f},{high:.3f}"
            )
    return rows


def area(with_it: np.ndarray, without: np.ndarray) -> tuple[float, float, float]:
    """AUC with DeLong's interval."""
    wins = (with_it[:, None] > without[None]) + 0.5 * (with_it[:, None] == without[None])
    auc = float(wins.mean())
    spread = wins.mean(axis=1).var(ddof=1) / len(with_it) + wins.mean(axis=0).var(ddof=1) / len(
        without
    )
    half = 1.96 * float(np.sqrt(spread))
    return auc, auc - half, auc + half


def in_bands(yaw: np.ndarray) -> list[np.ndarray]:
    """Who belongs to each of the bands."""
    return [(yaw >= low) & (yaw < high) for low, high in BANDS]


if __name__ == "__main__":
    main()
