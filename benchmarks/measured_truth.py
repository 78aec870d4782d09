"""What the describer `measured` is worth on patients that it has never met.

    python benchmarks/measured_truth.py sim103-fresh --study KEPT --reports reports.jsonl

Describes every picture of the cohort (or reads the reports, if they are there) and holds the terms
against those recorded. KEPT is what benchmarks/measured_terms.py keeps: the baselines were tuned on
the study population and not here. Baselines: always the k terms that are the most frequent there,
with the k of the best F1 there; and the same reports dealt anew among the patients. 95 % intervals:
percentile bootstrap over patients, 2,000 resamples.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from rdface.cohort import Cohort, age_in_years, load_cohort
from rdface.faces import locate_faces
from rdface.files import write_text
from rdface.imaging import read_image
from rdface.metrics.estimate import Estimate
from rdface.metrics.small_samples import FEWEST_PATIENTS
from rdface.metrics.term_scores import TermScores
from rdface.phenotype.describer import Picture
from rdface.phenotype.describers.measured import MeasuredDescriber
from rdface.phenotype.fitting import areas
from rdface.phenotype.ranking import Profiles, rank_conditions
from rdface.phenotype.report import Finding, Report
from rdface.phenotype.truth import Judged, calibration_of, front_terms, judge, shown_terms, top_k

HEAD = (
    "| | precision | recall | F1 [95 %] | coverage | recall of all | F1 of all [95 %] "
    "| said | recorded |"
)
OF_TERMS = (
    "| HPO term | region | recorded | said | precision | recall | F1 [95 %] "
    "| AUC in cross-validation |"
)


def main() -> None:
    """Describe, judge, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cohort")
    parser.add_argument("--study", type=Path, required=True)
    parser.add_argument("--reports", type=Path, required=True)
    given = parser.parse_args()
    cohort = load_cohort(given.cohort)
    if not given.reports.is_file():
        lines = [report.model_dump_json() for report in describe(cohort)]
        write_text(given.reports, "\n".join([*lines, ""]))
    reports = [Report.model_validate_json(line) for line in given.reports.read_text().splitlines()]
    study = np.load(given.study / "study.npz")
    front = front_terms()
    print(f"{cohort.info.name}: {len(cohort)} pictures of {cohort.images['patient_id'].nunique()}")
    print("patients\n\n" + HEAD + "\n" + "|---" * 9 + "|")
    judged = judge(reports, cohort.images, front)
    print(row("`measured`, micro, terms a front view can tell", judged.micro()))
    print(row("the same, macro", judged.macro()))
    print(
        row(
            "`measured`, micro, all terms the simulator shows",
            judge(reports, cohort.images, shown_terms()).micro(),
        )
    )
    always = baseline(cohort, study, front)
    print(
        row(
            f"always the {len(always[0].findings)} most frequent",
            judge(always, cohort.images, front).micro(),
        )
    )
    print(
        row(
            "always the 10 most frequent",
            judge(baseline(cohort, study, front, 10), cohort.images, front).micro(),
        )
    )
    print(row("the reports of other patients", judge(dealt(reports), cohort.images, front).micro()))
    print("\n" + HEAD + "\n" + "|---" * 9 + "|")
    for region, scores in judged.by_region().items():
        print(row(region, scores))
    turned = sum(not report.terms("present") | report.terms("excluded") for report in reports)
    print(f"\n{turned} pictures of which nothing is said; {dict(judged.statuses)}")
    calibrated(reports, cohort, front)
    conditions(reports, cohort)
    write_text(given.reports.with_name("table.md"), by_term(judged, study))


def describe(cohort: Cohort) -> list[Report]:
    """One report a picture."""
    faces = locate_faces(cohort)
    images = cohort.images
    pictures = (
        Picture(
            name,
            read_image(cohort.path(name)),
            faces.face(name),
            str(sex),
            age_in_years(age) if age else np.nan,
        )
        for name, sex, age in zip(images["image_id"], images["sex"], images["age"], strict=True)
    )
    describer = MeasuredDescriber()
    return [
        Report(
            image_id=answer.image_id,
            status="complete",
            findings=answer.findings or (),
            text=answer.text,
        )
        for picture in pictures
        for answer in describer.describe([picture])
    ]


def baseline(
    cohort: Cohort, study: np.lib.npyio.NpzFile, front: tuple[str, ...], k: int | None = None
) -> list[Report]:
    """The k most frequent front terms of the study population for everybody."""
    kept = np.isin(study["ids"], front)
    terms, ids = study["terms"][:, kept], study["ids"][kept]
    order = np.argsort(-terms.sum(axis=0), kind="stable")
    right = np.cumsum(terms.sum(axis=0)[order])
    f1 = 2 * right / (len(terms) * np.arange(1, len(order) + 1) + terms.sum())
    said = ids[order[: (int(f1.argmax()) + 1 if k is None else k)]]
    findings = tuple(
        Finding(term=str(t), label=shown_terms()[str(t)].label, state="present", section="nose")
        for t in said
    )
    return [
        Report(image_id=name, status="complete", findings=findings) for name in cohort.image_ids
    ]


def dealt(reports: list[Report]) -> list[Report]:
    """Each picture has the report of another, by lot."""
    order = np.random.default_rng(0).permutation(len(reports))
    own = {int(a): int(b) for a, b in zip(order, np.roll(order, 1), strict=True)}
    return [
        reports[own[k]].model_copy(update={"image_id": r.image_id}) for k, r in enumerate(reports)
    ]


def number(value: Estimate) -> str:
    """With its interval."""
    return f"{value.value:.3f} [{value.low:.3f}, {value.high:.3f}]"


def row(name: str, scores: TermScores) -> str:
    """One line of a table."""
    return (
        f"| {name} | {scores.precision.value:.3f} | {scores.recall.value:.3f} "
        f"| {number(scores.f1)} "
        f"| {scores.coverage.value:.3f} | {scores.recall_of_all.value:.3f} "
        f"| {number(scores.f1_of_all)} | {scores.said} | {scores.recorded} |"
    )


def calibrated(reports: list[Report], cohort: Cohort, front: tuple[str, ...]) -> None:
    """Calibration of what is said of front terms."""
    found = calibration_of(reports, cohort.images, front)
    error = found.error
    print(
        f"\nECE {number(error.estimate)}, of a perfectly calibrated model {error.null_mean:.4f} "
        f"(one in 20 above {error.null_high:.4f}); Brier {found.brier.value:.4f}, of each term's "
        f"own rate {found.brier.of_rates:.4f}; {found.brier.n} pairs\n"
    )
    print("| probability from | mean | rate | pairs |\n|---|---|---|---|")
    for low, mean, rate, n in found.bins:
        print(f"| {low:.1f} | {mean:.3f} | {rate:.3f} | {n} |")


def conditions(reports: list[Report], cohort: Cohort) -> None:
    """Rank of the recorded condition."""
    profiles = Profiles.of_table(cohort.conditions)
    recorded = [
        Report(
            image_id=str(name),
            status="complete",
            findings=tuple(
                Finding(term=t, label=t, state="present", section="nose")
                for t in filter(None, str(text).split("|"))
            ),
        )
        for name, text in zip(cohort.images["image_id"], cohort.images["hpo_terms"], strict=True)
    ]
    print(f"\n| conditions of {len(profiles.terms)} | top 1 | top 5 | top 10 |\n|---|---|---|---|")
    for name, given, method in (
        ("`measured`, likelihood", reports, "likelihood"),
        ("`measured`, simgic", reports, "simgic"),
        ("recorded terms, likelihood", recorded, "likelihood"),
    ):
        ranked = {
            r.image_id: [s.condition for s in rank_conditions(r, profiles, method)] for r in given
        }
        cells = [number(e) if e else "" for e in top_k(ranked, cohort.images).values()]
        print(f"| {name} | " + " | ".join(cells) + " |")


def by_term(judged: Judged, study: np.lib.npyio.NpzFile) -> str:
    """The table of terms, as Markdown; recall and F1 are of all."""
    auc = dict(zip(study["ids"], areas(study["probabilities"], study["terms"]), strict=True))
    fine = dict(zip(study["ids"], study["assessable"], strict=True))
    lines = [OF_TERMS, "|---" * 8 + "|"]
    for term, scores in judged.by_term().items():
        shown, f1 = shown_terms()[term], scores.f1_of_all
        between = f"[{f1.low:.2f}, {f1.high:.2f}]"
        precision = "–" if not scores.said else f"{scores.precision.value:.2f}"
        cells = f"{precision} | {scores.recall_of_all.value:.2f} | {f1.value:.2f} {between}"
        if scores.recorded < FEWEST_PATIENTS:
            cells = f"| | {between}"
        if not fine[term]:
            cells = "| | not assessable"
        name = f"{term} {shown.label} | {shown.region}"
        lines.append(f"| {name} | {scores.recorded} | {scores.said} | {cells} | {auc[term]:.2f} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
