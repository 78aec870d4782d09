"""What ``rdface phenotype truth`` says: scores of terms, calibration, ranks of conditions."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from rdface.errors import UsageError

if TYPE_CHECKING:
    from rdface.metrics.term_scores import TermScores
    from rdface.phenotype.similarity.comparing import Described

Scores = dict[str, Any]


def judge_reports(described: Described, terms: str) -> dict[str, Any]:
    """Everything, as ``truth.json`` holds it.

    Only pictures with a report are judged; refused and failed reports are such.

    Args:
        described: Reports on a simulated cohort.
        terms: ``front`` or ``shown``.

    Raises:
        UsageError: The cohort is not simulated, so that nobody knows what its pictures show.
    """
    from rdface.phenotype.ranking import Profiles, rank_conditions
    from rdface.phenotype.truth import calibration_of, front_terms, judge, shown_terms, top_k

    cohort = described.cohort
    if not cohort.info.simulated or not (cohort.images["hpo_terms"] != "").any():
        raise UsageError(
            f"{cohort.info.name} does not record what each picture shows.",
            hint="Only simulated cohorts do: sim103, sim103-fresh, or one by `rdface simulate`.",
        )
    asked = front_terms() if terms == "front" else tuple(shown_terms())
    reports = list(described.reports.values())
    images = cohort.images[cohort.images["image_id"].isin(set(described.reports))]
    judged = judge(reports, images, asked)
    known = shown_terms()
    try:
        calibration = asdict(calibration_of(reports, images, asked))
    except UsageError:  # no probability was given: nothing to calibrate
        calibration = None
    profiles = Profiles.of_table(cohort.conditions)
    ranked = {
        report.image_id: [one.condition for one in rank_conditions(report, profiles)]
        for report in reports
        if report.status not in ("refused", "empty", "failed")
    }
    return {
        "schema_version": 1,
        "cohort": {"name": cohort.info.name, "sha256": cohort.sha256},
        "describer": described.about.get("describer", ""),
        "fingerprint": described.about.get("fingerprint", ""),
        "terms": terms,
        "n_terms": len(asked),
        "images": len(cohort),
        "reports": len(reports),
        "statuses": dict(judged.statuses),
        "micro": _plain(judged.micro()),
        "macro": _plain(judged.macro()),
        "by_region": {name: _plain(one) for name, one in judged.by_region().items()},
        "by_term": {
            term: {"label": known[term].label, **_plain(one)}
            for term, one in judged.by_term().items()
        },
        "calibration": calibration,
        "conditions": len(profiles.terms),
        "top_k": {
            str(k): None if one is None else one.to_dict()
            for k, one in top_k(ranked, images).items()
        },
    }


def print_truth(found: dict[str, Any], *, by_term: bool) -> None:
    """The gist, for people at a terminal."""
    from rdface.cli.tables import print_table

    click.echo(f"{found['reports']} of {found['images']} pictures have a report.")
    header = ["terms", "precision", "recall", "F1", "recall of all", "F1 of all", "said",
              "recorded"]  # fmt: skip
    rows = [_row("micro", found["micro"]), _row("macro", found["macro"])]
    rows += [_row(name, one) for name, one in found["by_region"].items()]
    if by_term:
        rows += [_row(f"{term} {one['label']}", one) for term, one in found["by_term"].items()]
    print_table(header, rows)
    click.echo("")
    ranks = [
        [k, _number(one) if one else "none", f"{int(k) / found['conditions']:.3f}"]
        for k, one in found["top_k"].items()
    ]
    print_table(["first k of the conditions", "hold the recorded one", "by chance"], ranks)
    click.echo("For research; nothing here is a diagnosis.")


def _plain(scores: TermScores) -> Scores:
    """NaN, as of the precision of a term that nobody said, becomes None."""
    said: Scores = {}
    for name, value in vars(scores).items():
        said[name] = value
        if hasattr(value, "to_dict"):
            said[name] = {
                key: None if isinstance(one, float) and one != one else one
                for key, one in value.to_dict().items()
            }
    return said


def _row(name: str, scores: Scores) -> list[str]:
    wanted = ("precision", "recall", "f1", "recall_of_all", "f1_of_all")
    counts = [f"{scores['said']:.0f}", f"{scores['recorded']:.0f}"]
    return [name, *(_number(scores[one]) for one in wanted), *counts]


def _number(number: Scores) -> str:
    value, low, high = (number[key] for key in ("value", "low", "high"))
    if value is None:
        return "none"
    ends = "" if low is None or high is None else f" [{low:.3f}, {high:.3f}]"
    return f"{value:.3f}{ends}"
