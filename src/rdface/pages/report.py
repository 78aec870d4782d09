"""Write the report: one HTML file that needs nothing but itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rdface.bench import read_runs
from rdface.bench.gallery import TASK as GALLERY
from rdface.bench.measure import compare_runs
from rdface.files import write_text
from rdface.pages.confusions import Phenotypes
from rdface.pages.evidence import RANKED_BY, Evidence, gather, run_name
from rdface.pages.figures.palette import SHADES
from rdface.pages.gallery import render_gallery
from rdface.pages.gallery_evidence import gather_gallery
from rdface.pages.sections.calibration import draw_calibration
from rdface.pages.sections.cohort import draw_cohort
from rdface.pages.sections.comparisons import draw_comparisons
from rdface.pages.sections.conditions import draw_conditions
from rdface.pages.sections.conformal import draw_conformal
from rdface.pages.sections.curves import draw_curves
from rdface.pages.sections.faces import draw_faces
from rdface.pages.sections.fairness import draw_fairness
from rdface.pages.sections.leaderboard import draw_leaderboard
from rdface.pages.sections.openset import draw_openset
from rdface.pages.sections.provenance import trace
from rdface.pages.sections.summary import summarise_evidence
from rdface.pages.sections.training_counts import draw_bands
from rdface.pages.sections.untested import untested
from rdface.pages.templating import fill

REPORT_FILE = "report.html"


def write_report(
    runs_folder: Path,
    out: Path | None = None,
    *,
    cohort: str | Path | None = None,
    show_faces: bool | None = None,
) -> Path:
    """Write one self-contained page over all runs below a folder.

    Equal runs and an equal cohort give equal bytes: there is no date of today on the page, and no
    request leaves it. Runs of a gallery get the page of :mod:`rdface.pages.gallery`, which never
    shows a picture.

    Args:
        runs_folder: Holds run folders of one cohort and one split, at any depth.
        out: The file; ``runs_folder/report.html`` by default.
        cohort: Folder or name of the cohort; by default what the runs' spec says.
        show_faces: Whether pictures go on the page. By default they do only where the cohort is
            simulated: photographs of patients enter a report only if they are asked for.

    Returns:
        The file that was written.

    Raises:
        RunError: No run, runs of different tasks, cohorts or splits, or not the cohort they tested.
        CohortError: The cohort cannot be read.
    """
    out = out if out is not None else runs_folder / REPORT_FILE
    runs = read_runs(runs_folder)
    if all(run.result.task == GALLERY for run in runs):
        write_text(out, render_gallery(gather_gallery(runs, cohort=cohort)))
    else:
        write_text(out, render(gather(runs_folder, cohort=cohort, show_faces=show_faces)))
    return out


def render(evidence: Evidence) -> str:
    """The page as HTML text."""
    return fill("report.html.j2", **_content(evidence))


def _content(evidence: Evidence) -> dict[str, Any]:
    phenotypes = Phenotypes(evidence.cohort.conditions["facial_hpo"].tolist())
    comparisons = compare_runs([(evidence.best, run) for run in evidence.runs[1:]])
    train_only, reason = untested(evidence)
    return {
        "info": evidence.cohort.info,
        "result": evidence.best.result,
        "runs": evidence.runs,
        "trained": any(
            (run.result.recipe or {}).get("trainer") == "fine_tune" for run in evidence.runs
        ),
        "repeats": len(set(evidence.best.predictions.repeat.tolist())),
        "n_candidates": len(evidence.best.predictions.conditions),
        "ranked_by": RANKED_BY.removesuffix("_micro").replace("top", "top-"),
        "best_per_backbone": [run_name(run) for run in evidence.best_per_backbone],
        "shades": SHADES,
        "summary": summarise_evidence(evidence, comparisons),
        "cohort": draw_cohort(evidence),
        "faces": draw_faces(evidence, phenotypes),
        "leaderboard": draw_leaderboard(evidence),
        "curves": draw_curves(evidence),
        "bands": draw_bands(evidence),
        "conditions": draw_conditions(evidence, phenotypes),
        "comparisons": draw_comparisons(comparisons),
        "calibration": draw_calibration(evidence),
        "conformal": draw_conformal(evidence),
        "openset": draw_openset(evidence),
        "fairness": draw_fairness(evidence),
        "train_only": train_only,
        "train_only_reason": reason,
        "provenance": trace(evidence),
    }
