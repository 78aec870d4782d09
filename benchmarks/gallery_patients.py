"""How many patients must a metric learn from before it helps conditions that it never saw?

    python benchmarks/gallery_patients.py

The shipped population has 24 simulated patients of each of 103 conditions. In each of three
repeats a random half of the conditions is rare: three patients of each are filed, and the other 21
are probes. The other half is frequent: three of their patients are filed, too, and 4, 8, 16 or 24
train the metric. The gallery and the probes stay the same (rare in all, 103 conditions); only what
the metric learns from grows. Printed: macro MRR and its paired difference from the raw and from
the centred cosine, in points, with 95 % intervals over patients.
"""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from rdface.bench.bias_study.population import StudyPopulation, read_population
from rdface.learners.gallery import answer_fold, make_metric
from rdface.metrics import Difference, Outcomes, compare, summarise
from rdface.protocols.gallery import GalleryRows

FILED, PATIENTS, REPEATS = 3, (4, 8, 16, 24), 3
METRICS = ("cosine", "centred", "lda", "arcface", "supcon")
PARTS = ("train", "validation", "probes", "filed")
Matrix = np.ndarray


def rows_of(population: StudyPopulation, patients: int, repeat: int) -> tuple[GalleryRows, Matrix]:
    """Who trains, chooses and is searched; and who is filed.

    Everything is drawn in the same order for every number of patients, so that more patients are
    the same ones and others.
    """
    rng = np.random.default_rng(repeat)
    conditions = rng.permutation(len(population.conditions))
    half = len(conditions) // 2
    rare, held_out = set(conditions[:half].tolist()), set(conditions[half:][: half // 4].tolist())
    parts: dict[str, list[Matrix]] = {name: [] for name in PARTS}
    for condition in range(len(conditions)):
        order = rng.permutation(np.unique(population.patients[population.labels == condition]))
        rows = [np.flatnonzero(population.patients == patient) for patient in order]
        parts["filed"] += rows[:FILED]
        if condition in rare:
            parts["probes"] += rows[FILED:]
        else:
            parts["validation" if condition in held_out else "train"] += rows[:patients]
    train, validation, probes, filed = (np.concatenate(parts[name]) for name in PARTS)
    return GalleryRows(train, validation, np.empty(0, np.intp), probes), filed


def outcomes(population: StudyPopulation, x: Matrix, metric: str, patients: int) -> list[Matrix]:
    """Scores, truth, image, patient and filed images of the truth, of all repeats."""
    collected = []
    for repeat in range(REPEATS):
        rows, filed = rows_of(population, patients, repeat)
        labels = population.labels
        found = answer_fold(
            make_metric(metric),
            x,
            labels,
            population.patients,
            rows,
            len(population.conditions),
            filed=filed,
        )
        counts = np.bincount(labels[filed], minlength=len(population.conditions))
        truth = labels[rows.probes]
        about = (truth, rows.probes, population.patients[rows.probes], counts[truth])
        collected.append((found.scores, *about))
    return [np.concatenate(part) for part in zip(*collected, strict=True)]


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--backbone", default="sface", choices=["sface", "facenet"])
    options = parser.parse_args()
    population = read_population()
    x = population.features[options.backbone]

    def points(one: Difference | None) -> str:
        if one is None:
            return "–"
        return f"{100 * one.value:+.1f} [{100 * one.low:+.1f}, {100 * one.high:+.1f}]"

    print(f"{options.backbone}, macro MRR of rare in all, per cent [95 % over patients]\n")
    print("| patients a frequent condition | metric | MRR | − cosine | − centred |")
    print("|---|---|---|---|---|", flush=True)
    for patients in PATIENTS:
        seen: dict[str, Outcomes] = {}
        for metric in METRICS:
            arrays = outcomes(population, x, metric, patients)
            value = summarise(*arrays, band_edges=None)["mrr_macro"]
            seen[metric] = Outcomes.from_scores(*arrays)
            differences = [
                compare(seen[metric], seen[other])["mrr_macro"]
                if other in seen and other != metric
                else None
                for other in ("cosine", "centred")
            ]
            print(
                f"| {patients} | {metric} | {100 * value.value:.1f} [{100 * value.low:.1f},"
                f" {100 * value.high:.1f}] | {points(differences[0])} | {points(differences[1])} |",
                flush=True,
            )
    n, people = len(np.unique(arrays[2])), len(np.unique(arrays[3]))
    print(f"\n{n} images of {people} patients searched, {REPEATS} repeats")


if __name__ == "__main__":
    main()
