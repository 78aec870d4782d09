"""Top-k curves of the best run of each backbone."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from rdface.bench import Run
from rdface.metrics import chance, summarise
from rdface.metrics.measures import TOP_K
from rdface.pages.evidence import Evidence, run_name
from rdface.pages.figures.palette import Ink, inks
from rdface.pages.figures.topk_curves import Curve, topk_curves
from rdface.pages.wording import points

RESAMPLES = 1000


def depths(n_conditions: int) -> list[int]:
    """Lengths of the list at which a curve is computed: all short ones, then ever fewer."""
    spread = np.unique(np.geomspace(1, n_conditions, 24).round().astype(int)).tolist()
    return sorted({*range(1, min(10, n_conditions) + 1), *spread})


def draw_curves(evidence: Evidence) -> Markup:
    """Curves with bootstrap bands, and chance; the values at 1, 5, 10 and 30 are the table's."""
    ks = depths(len(evidence.best.predictions.conditions))
    colours = inks(run.result.backbone for run in evidence.runs)
    curves = [_curve(run, ks, colours) for run in evidence.best_per_backbone]
    p = evidence.best.predictions
    expected = chance(
        p.scores,
        p.truth_index,
        p.image_index,
        p.patient_index,
        p.training_count,
        ks=ks,
        band_edges=None,
    )
    return topk_curves(
        curves,
        np.array(ks),
        np.array([expected[f"top{k}_micro"].value for k in ks]),
        label="Top-k accuracy against k for the best run of each backbone: "
        + "; ".join(_spoken(curve, ks) for curve in curves),
    )


def _curve(run: Run, ks: list[int], colours: dict[str, Ink]) -> Curve:
    p = run.predictions
    found = summarise(
        p.scores,
        p.truth_index,
        p.image_index,
        p.patient_index,
        p.training_count,
        ks=ks,
        band_edges=None,
        n_resamples=RESAMPLES,
    )
    estimates = [found[f"top{k}_micro"] for k in ks]
    return Curve(
        run_name(run),
        np.array([one.value for one in estimates]),
        np.array([one.low for one in estimates]),
        np.array([one.high for one in estimates]),
        colours[run.result.backbone],
    )


def _spoken(curve: Curve, ks: list[int]) -> str:
    said = [f"top-{k} {points(curve.value[ks.index(k)])} %" for k in TOP_K if k in ks]
    return f"{curve.name}: {', '.join(said)}"
