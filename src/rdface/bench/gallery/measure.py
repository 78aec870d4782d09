"""Numbers of a gallery run, and of two of them side by side; all from their tables alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rdface.bench.gallery.predictions import SETTINGS, GalleryPredictions, Setting
from rdface.bench.gallery.spec import TASK
from rdface.bench.result import PREDICTIONS_FILE, Metric, Run
from rdface.errors import RunError
from rdface.metrics import Difference, Outcomes, chance, compare, holm, summarise

JOIN = "/"


def name_of(setting: Setting, measure: str) -> str:
    """``rare-in-all/top5_macro``."""
    return f"{setting}{JOIN}{measure}"


def measure_gallery(predictions: GalleryPredictions) -> dict[str, Metric]:
    """Top-k and MRR, micro and macro, in every setting, with intervals over patients."""
    return {
        name_of(setting, name): Metric(**estimate.to_dict())
        for setting, part in predictions.settings.items()
        for name, estimate in summarise(*part.arrays, band_edges=None).items()
    }


def chance_in_gallery(predictions: GalleryPredictions) -> dict[str, float]:
    """The same of a random order of the conditions that are in each setting's gallery."""
    return {
        name_of(setting, name): estimate.value
        for setting, part in predictions.settings.items()
        for name, estimate in chance(*part.arrays, band_edges=None).items()
    }


@dataclass(frozen=True)
class GalleryComparison:
    """Run A against run B: A minus B in every setting.

    Attributes:
        a: Run A.
        b: Run B.
        differences: Setting to measure to difference; p-values are corrected by Holm over the
            measures of each setting.
    """

    a: Run
    b: Run
    differences: dict[Setting, dict[str, Difference]]


def compare_galleries(a: Run, b: Run) -> GalleryComparison:
    """Compare two gallery runs in pairs, over the same patients.

    Raises:
        RunError: One is none, or they searched different probes or galleries.
    """
    for run in (a, b):
        if run.result.task != TASK:
            raise RunError(
                f"{run.folder} is no gallery run but one of {run.result.task}.",
                hint="Compare runs of one task.",
            )
    if a.result.split_sha256 != b.result.split_sha256:
        raise RunError(
            f"{a.folder} and {b.folder} searched different galleries.",
            hint="Only runs of the same cohort, protocol and seed can be compared in pairs.",
        )
    tables = [GalleryPredictions.from_parquet(run.folder / PREDICTIONS_FILE) for run in (a, b)]
    found = {}
    for setting in SETTINGS:
        of_a, of_b = (Outcomes.from_scores(*table.settings[setting].arrays) for table in tables)
        differences = compare(of_a, of_b)
        corrected = holm([one.p_value for one in differences.values()])
        found[setting] = {
            name: replace(one, p_value=p_value)
            for (name, one), p_value in zip(differences.items(), corrected, strict=True)
        }
    return GalleryComparison(a, b, found)
