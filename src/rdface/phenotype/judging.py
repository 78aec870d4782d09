"""How right the reports on a simulated cohort are: terms, calibration, conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, Literal

from rdface.errors import UsageError
from rdface.phenotype.ranking import Method, Profiles, rank_conditions
from rdface.phenotype.reading.matching import match_conditions, names_of_conditions
from rdface.phenotype.truth import calibration_of, front_terms, judge, shown_terms, top_k

if TYPE_CHECKING:
    import pandas as pd

    from rdface.metrics.term_scores import TermScores
    from rdface.phenotype.described import Described

Terms = Literal["front", "shown"]
KS: Final = (1, 5, 10)
"""Among how many of the first conditions the recorded one is looked for."""


def judge_reports(
    described: Described, terms: Terms, rank: Method = "likelihood"
) -> dict[str, Any]:
    """Everything, as ``truth.json`` holds it.

    Only pictures with a report are judged; refused and failed reports are such.

    Conditions are found in two ways: by the terms of a report (``top_k``), and by the names that
    it suspects, in its own order (``named``).

    Args:
        described: Reports on a simulated cohort.
        terms: Those that a front view can tell, or all that the simulator shows.
        rank: How terms lead to conditions.

    Raises:
        UsageError: The cohort is not simulated, so that nobody knows what its pictures show; or
            the extra ``phenotype`` is not installed.
    """
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
    told = [report for report in reports if report.status not in ("refused", "empty", "failed")]
    ranked = {
        report.image_id: [one.condition for one in rank_conditions(report, profiles, rank)]
        for report in told
    }
    names = names_of_conditions(cohort.conditions)
    named = {report.image_id: match_conditions(report.suspected, names) for report in told}
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
        "rank": rank,
        "top_k": _shares(ranked, images),
        "named": _shares(named, images),
        "by_chance": {str(k): min(1.0, k / len(names)) for k in KS},
    }


def _shares(rankings: Mapping[str, Sequence[str | None]], images: pd.DataFrame) -> dict[str, Any]:
    found = top_k(rankings, images, KS)
    return {str(k): None if one is None else one.to_dict() for k, one in found.items()}


def _plain(scores: TermScores) -> dict[str, Any]:
    """NaN, as of the precision of a term that nobody said, becomes None."""
    said: dict[str, Any] = {}
    for name, value in vars(scores).items():
        said[name] = value
        if hasattr(value, "to_dict"):
            said[name] = {
                key: None if isinstance(one, float) and one != one else one
                for key, one in value.to_dict().items()
            }
    return said
