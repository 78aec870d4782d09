"""Refusal of strangers: how the scores spread, what refusing costs, and all numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from rdface.bench import Metric, Run
from rdface.bench.reliability.open_set import Encounter, Strangers, encounter
from rdface.metrics.open_set_summary import mean_oscr_curve
from rdface.pages.evidence import Evidence, run_name
from rdface.pages.figures.palette import GREY, INKS, Ink
from rdface.pages.figures.share_curves import ShareCurve, chance_curve, share_curves, spreads
from rdface.pages.wording import count, interval, points

RESAMPLES = 200
"""Of the bands: pointwise, and drawn two to five pixels wide."""

NAMES = {
    "knn_distance": "nearest image",
    "mahalanobis": "Mahalanobis",
    "relative_mahalanobis": "rel. Mahalanobis",
    "max_softmax": "max softmax",
    "energy": "energy",
    "max_score": "max score",
}
"""Score to its name in the table, in the order of the columns."""

PROBE = "probe"
"""Not a score among the others: it has seen unaffected children."""

_SECTION = "open_set"


@dataclass(frozen=True)
class Cell:
    """A number as text; an AUROC is bold where its whole interval lies above 0.5."""

    value: str = ""
    interval: str = ""
    above: bool = False


@dataclass(frozen=True)
class TableRow:
    """A run; ``best`` is the score with its highest AUROC, and what that one costs.

    ``probe`` is the AUROC of a probe that has seen other unaffected children; None of unseen
    conditions.
    """

    backbone: str
    learner: str
    cells: tuple[Cell, ...]
    best: str
    fpr95: Cell
    oscr: Cell
    probe: Cell | None


@dataclass(frozen=True)
class Part:
    """One kind of stranger.

    Attributes:
        title: Who the strangers are.
        run: The run in the figures, that with the highest AUROC.
        score: The score in the figures.
        spread: Figure.
        curve: Figure.
        known: Known test images and patients, in words.
        strangers: Images and patients of strangers, in words.
        models: Models that met them.
        rows: Of the table.
        verdict: What came out, in a sentence.
        reversed: Whether some score finds strangers less strange than known images.
        probe: How well a probe does that has seen other unaffected children, in a sentence.
    """

    title: str
    run: str
    score: str
    spread: Markup
    curve: Markup
    known: str
    strangers: str
    models: int
    rows: tuple[TableRow, ...]
    verdict: str
    reversed: bool
    probe: str


@dataclass(frozen=True)
class OpenSet:
    """The section.

    Attributes:
        parts: Unseen conditions, and unaffected children where there are controls.
        scores: Names of the columns.
        controls: Name of the cohort of controls; empty if there is none.
    """

    parts: tuple[Part, ...]
    scores: tuple[str, ...]
    controls: str


def draw_openset(evidence: Evidence) -> OpenSet | None:
    """The section; None where no run was judged by strangers."""
    runs = [run for run in evidence.runs if run.result.reliability.get(_SECTION)]
    if not runs:
        return None
    titles: tuple[tuple[Strangers, str], ...] = (
        ("unseen", "Conditions that the model does not know"),
        ("unaffected", "Unaffected children"),
    )
    parts = [part for kind, title in titles if (part := _part(runs, kind, title)) is not None]
    controls = runs[0].result.controls
    shown = [name for name in NAMES if any(_number(run, "auroc_unseen", name) for run in runs)]
    return OpenSet(
        tuple(parts), tuple(NAMES[name] for name in shown), controls.name if controls else ""
    )


def _part(runs: Sequence[Run], kind: Strangers, title: str) -> Part | None:
    judged = {
        (run, score): found
        for run in runs
        for score in NAMES
        if (found := _number(run, f"auroc_{kind}", score)) is not None
    }
    if not judged:
        return None
    run, score = max(judged, key=lambda pair: judged[pair].value)
    table = run.reliability
    met = None if table is None else encounter(table, kind)
    if met is None:
        return None
    strangers = "strangers" if kind == "unseen" else "unaffected"
    who = ("patient", None) if kind == "unseen" else ("child", "children")
    known_images, known_patients = met.meeting.count(strangers=False)
    images, patients = met.meeting.count(strangers=True)
    columns = [name for name in NAMES if any((one, name) in judged for one in runs)]
    # A score of the embedding is the same whatever the learner, and counts once.
    by_learner = {"max_softmax", "energy", "max_score"}
    distinct = list(
        {
            (one.result.backbone, name, one.result.learner if name in by_learner else ""): found
            for (one, name), found in judged.items()
        }.values()
    )
    return Part(
        title=title,
        run=run_name(run),
        score=NAMES[score],
        spread=_spread(met, score, strangers),
        curve=_curve(met, score),
        known=f"{count(known_images, 'image')} of {count(known_patients, 'patient')}",
        strangers=f"{count(images, 'image')} of {count(patients, *who)}",
        models=len(np.unique(met.meeting.model)),
        rows=tuple(_row(one, kind, columns) for one in runs),
        verdict=_verdict(distinct),
        reversed=any(one.high < 0.5 for one in distinct),
        probe=_probe_verdict(runs, kind),
    )


def _number(run: Run, measure: str, score: str) -> Metric | None:
    return run.result.reliability[_SECTION].get(f"{measure}:{score}")


def _row(run: Run, kind: Strangers, columns: Sequence[str]) -> TableRow:
    found = {name: _number(run, f"auroc_{kind}", name) for name in columns}
    best = max(columns, key=lambda name: one.value if (one := found[name]) else -1.0)
    fpr, oscr = (_number(run, f"{measure}_{kind}", best) for measure in ("fpr95", "oscr"))
    return TableRow(
        run.result.backbone,
        run.result.learner,
        tuple(_cell(found[name]) for name in columns),
        NAMES[best],
        _share(fpr),
        _share(oscr),
        None if (probe := _number(run, f"auroc_{kind}", PROBE)) is None else _cell(probe),
    )


def _share(found: Metric | None) -> Cell:
    return Cell() if found is None else Cell(points(found.value), interval(found.low, found.high))


def _cell(found: Metric | None) -> Cell:
    if found is None:
        return Cell()
    return Cell(f"{found.value:.2f}", f"{found.low:.2f}–{found.high:.2f}", above=found.low > 0.5)


def _verdict(judged: Sequence[Metric]) -> str:
    """How many scores tell strangers from known images at all, and how well the best does."""
    above = sum(one.low > 0.5 for one in judged)
    below = sum(one.high < 0.5 for one in judged)
    best = max(judged, key=lambda one: one.value)
    said = (
        f"Of {count(len(judged), 'way', 'ways')} to score them (the table), {above} have an AUROC"
        f" above 0.5 with its whole interval and {below} below it; the highest is {best.value:.2f}"
        f" ({best.low:.2f}–{best.high:.2f})."
    )
    if best.value < 0.7:
        said += (
            f" No score refuses such strangers well: put beside a known image, a stranger looks"
            f" the stranger of the two in {points(best.value)} % of the pairs at best, where"
            " tossing a coin gives 50 %."
        )
    return said


def _probe_verdict(runs: Sequence[Run], kind: Strangers) -> str:
    """The probe of the run with the highest AUROC; empty where there is none."""
    found = [(one, run) for run in runs if (one := _number(run, f"auroc_{kind}", PROBE))]
    if not found:
        return ""
    best, run = max(found, key=lambda pair: pair[0].value)
    return (
        "None of these scores has seen an unaffected child. A probe (logistic regression on the"
        f" embedding) that was fitted on other controls beside the patients has an AUROC of"
        f" {best.value:.2f} ({best.low:.2f}–{best.high:.2f}) at best, with"
        f" {run.result.backbone}: that much of “affected or not” is in the embedding."
    )


def _spread(met: Encounter, score: str, strangers: str) -> Markup:
    """Within each model in SD of the known images, for models have scales of their own."""
    meeting, values = met.by(score)
    known, strange = [], []
    for ours, others in meeting.models():
        mean, deviation = values[ours].mean(), max(float(values[ours].std()), 1e-12)
        known.append((values[ours] - mean) / deviation)
        strange.append((values[others] - mean) / deviation)
    return spreads(
        [
            (strangers, np.concatenate(strange), INKS[1]),
            ("known", np.concatenate(known), Ink(GREY, "none")),
        ],
        label=f"Histograms of {NAMES[score]} of known images and of {strangers}",
        x_title=f"Strangeness ({NAMES[score]}), SD of known images",
    )


def _curve(met: Encounter, score: str) -> Markup:
    grid = np.linspace(0.0, 1.0, 51)
    meeting, values = met.by(score)
    (curve,) = mean_oscr_curve(values, meeting, grid, np.ones((1, len(values))))
    several = mean_oscr_curve(values, meeting, grid, meeting.weights(RESAMPLES, 0))
    whole = np.isfinite(several).all(axis=1)  # a resample may leave every model without a side
    low, high = np.percentile(several[whole], [2.5, 97.5], axis=0)
    return share_curves(
        [ShareCurve(NAMES[score], curve, low, high, INKS[0]), chance_curve(grid, curve[-1])],
        grid,
        label=f"OSCR curve of {NAMES[score]}: from 0 to {points(curve[-1])} % of the known images",
        x_title="Strangers let in, %",
        y_title="Known images let in, true condition first, %",
    )
