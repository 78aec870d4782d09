"""How often the measures of a face are right about an HPO term.

    python benchmarks/term_agreement.py [--cohort sim103]

Every patient of a simulated cohort, one picture each: how often a term is recorded for the picture
where `rdface explain` says that the measures agree with it, disagree with it, or neither, over all
terms that a measure is about, whatever the conditions list. 95 % percentile bootstrap over patients
(2,000 resamples). Needs the weights `yunet` and `mesh468`.
"""

from __future__ import annotations

import argparse
from collections import defaultdict

import numpy as np

from rdface.cohort import load_cohort
from rdface.explain.deviations import measure_probe
from rdface.explain.probe import find_probe
from rdface.explain.terms import links, weigh_term
from rdface.faces import locate_faces
from rdface.faces.norms_table import shipped_reference
from rdface.metrics.small_samples import FEWEST_PATIENTS, wilson_interval

RESAMPLES = 2000
FEWEST = 10
"""Patients with a term, below which it has no row of its own."""


def terms(cohort_name: str) -> None:
    """Both tables."""
    cohort = load_cohort(cohort_name)
    faces = locate_faces(cohort)
    reference = shipped_reference()
    found = [faces.face(name) is not None for name in cohort.images["image_id"]]
    first = cohort.images[found].drop_duplicates("patient_id")["image_id"]
    listed = {term for text in cohort.images["hpo_terms"] for term in text.split("|")}
    wanted = {term: own[0].label for term, own in links().items() if term in listed}
    counts: dict[str, list[list[float]]] = {
        state: [] for state in ("agrees", "neither", "disagrees", "not measurable")
    }
    by_term: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    measured_all, without = 0, 0
    for image_id in first.tolist():
        probe = find_probe(str(image_id), cohort, faces)
        measured = measure_probe(probe, reference)
        if measured.left_out:
            without += 1
            continue
        measured_all += 1
        recorded = frozenset(probe.recorded or ())
        rows: dict[str, list[bool]] = defaultdict(list)
        for term, label in wanted.items():
            state = weigh_term(term, label, measured, recorded).state
            rows[state].append(term in recorded)
            by_term[term][state].append(term in recorded)
        for state, values in counts.items():
            values.append([float(sum(rows[state])), float(len(rows[state]))])
    print(f"{measured_all} patients, {without} left out for pose; {len(wanted)} terms\n")
    print("| the measures | terms of pictures | recorded among them [95 %] |\n|---|---|---|")
    rng = np.random.default_rng(0)
    for state, pairs_of in counts.items():
        table = np.array(pairs_of)
        draws = table[rng.integers(0, len(table), (RESAMPLES, len(table)))].sum(axis=1)
        low, high = np.percentile(draws[:, 0] / draws[:, 1], [2.5, 97.5])
        hit, n = table.sum(axis=0)
        print(f"| {state} | {n:.0f} | {hit / n:.3f} [{low:.3f}, {high:.3f}] |")
    print("\n| term | recorded | where it agrees | where neither | where it disagrees |")
    print("|---|---|---|---|---|")
    for term, label in wanted.items():
        states = by_term[term]
        total = sum(map(sum, states.values()))
        if states["not measurable"] or total < FEWEST:
            continue
        cells = [share(states[state]) for state in ("agrees", "neither", "disagrees")]
        print(f"| {term} {label} | {total} | " + " | ".join(cells) + " |")


def share(recorded: list[bool]) -> str:
    """Below 20 patients an interval is all there is."""
    n = len(recorded)
    if not n:
        return "– (0)"
    if n < FEWEST_PATIENTS:
        low, high = wilson_interval(float(np.mean(recorded)), n)
        return f"[{low:.2f}, {high:.2f}] ({n})"
    return f"{np.mean(recorded):.2f} ({n})"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cohort", default="sim103")
    terms(parser.parse_args().cohort)


if __name__ == "__main__":
    main()
