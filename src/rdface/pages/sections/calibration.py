"""Are the probabilities true, and are the surest answers the right ones?"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from rdface.bench.reliability.judgement import (
    Calibration,
    CalibratorJudgement,
    Error,
    Judgement,
)
from rdface.bench.result import Metric
from rdface.pages.evidence import Evidence, run_name
from rdface.pages.figures.palette import INKS
from rdface.pages.figures.reliability_diagram import reliability_diagram
from rdface.pages.figures.risk_curves import NamedCurve, risk_curves
from rdface.pages.wording import interval, p_value, points, signed_interval, signed_points

NAMES = {
    "none": "none (softmax of the scores)",
    "temperature": "temperature",
    "dirichlet-diagonal": "Dirichlet, diagonal",
    "dirichlet": "Dirichlet, full matrix",
}
_PANELS = {"none": "Before", "temperature": "After temperature scaling"}
_FOUND = 0.05


@dataclass(frozen=True)
class ErrorCell:
    """A calibration error and its null as text."""

    value: str
    interval: str
    null: str
    found: bool


@dataclass(frozen=True)
class CalibratorRow:
    """One calibrator as text."""

    name: str
    settings: str
    ece: ErrorCell
    adaptive: ErrorCell
    classwise: ErrorCell
    over: str
    over_interval: str
    brier: str
    brier_interval: str
    nll: str
    nll_interval: str


@dataclass(frozen=True)
class Panel:
    """One reliability diagram."""

    title: str
    figure: Markup


@dataclass(frozen=True)
class RiskRow:
    """One risk-coverage curve in numbers."""

    name: str
    aurc: str
    aurc_interval: str
    random: str
    excess: str


@dataclass(frozen=True)
class CalibrationSection:
    """What the section shows."""

    run: str
    facts: Calibration
    images: str
    patients: str
    verdict: str
    dirichlet: str
    uniform_brier: str
    uniform_nll: str
    panels: tuple[Panel, ...]
    rows: tuple[CalibratorRow, ...]
    risks: Markup
    risk_rows: tuple[RiskRow, ...]


def draw_calibration(evidence: Evidence) -> CalibrationSection | None:
    """The section for the best run; None where its reliability was not judged."""
    judgement = Judgement.read(evidence.best.folder)
    if judgement is None:
        return None
    facts = judgement.calibration
    curves = [
        NamedCurve(f"top-{k}", curve, ink)
        for (k, curve), ink in zip(facts.selective.items(), INKS, strict=False)
    ]
    spoken = "; ".join(
        f"top-{k}: area {points(curve.aurc.value)} %, by lot {points(curve.random)} %"
        for k, curve in facts.selective.items()
    )
    return CalibrationSection(
        run=run_name(evidence.best),
        facts=facts,
        images=span(facts.calibration_images),
        patients=span(facts.calibration_patients),
        verdict=_verdict(facts),
        dirichlet=_dirichlet(facts),
        uniform_brier=f"{facts.uniform_brier:.3f}",
        uniform_nll=f"{facts.uniform_nll:.2f}",
        panels=tuple(
            Panel(
                title,
                reliability_diagram(
                    facts.calibrators[name].diagram,
                    label=f"{title}: reliability diagram; the errors are in the table below",
                ),
            )
            for name, title in _PANELS.items()
            if name in facts.calibrators
        ),
        rows=tuple(_row(name, one) for name, one in facts.calibrators.items()),
        risks=risk_curves(curves, label=f"Risk against the share of images answered; {spoken}"),
        risk_rows=tuple(
            RiskRow(
                f"top-{k}",
                points(curve.aurc.value),
                interval(curve.aurc.low, curve.aurc.high),
                points(curve.random),
                points(curve.excess.value),
            )
            for k, curve in facts.selective.items()
        ),
    )


def span(ends: tuple[int, int]) -> str:
    """``87`` or ``84 to 87``."""
    return str(ends[0]) if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def _row(name: str, one: CalibratorJudgement) -> CalibratorRow:
    said = dict(one.settings)
    if one.chosen:
        said["strength"] = ", ".join(
            f"{'∞' if s == 'inf' else s} ({n}×)" for s, n in one.chosen.items()
        )
    return CalibratorRow(
        name=NAMES.get(name, name),
        settings=", ".join(
            f"T {value}" if key == "temperature" else f"{key} {value}"
            for key, value in said.items()
        ),
        ece=_cell(one.ece, 1),
        adaptive=_cell(one.adaptive_ece, 1),
        classwise=_cell(one.classwise_ece, 2),
        over=signed_points(one.over_confidence.value),
        over_interval=signed_interval(one.over_confidence.low, one.over_confidence.high),
        brier=f"{one.brier.value:.3f}",
        brier_interval=_plain(one.brier, 3),
        nll=f"{one.nll.value:.2f}",
        nll_interval=_plain(one.nll, 2),
    )


def _cell(error: Error, digits: int) -> ErrorCell:
    found = error.found
    return ErrorCell(
        f"{100 * found.value:.{digits}f}",
        f"{100 * found.low:.{digits}f}–{100 * found.high:.{digits}f}",
        f"{100 * error.null_mean:.{digits}f}, p {_p(error.p_value)}",
        error.p_value <= _FOUND,
    )


def _p(value: float) -> str:
    text = p_value(value)
    return text if text.startswith("<") else f"= {text}"


def _plain(found: Metric, digits: int) -> str:
    return f"{found.low:.{digits}f}–{found.high:.{digits}f}"


def _verdict(facts: Calibration) -> str:
    said = []
    before, after = facts.calibrators.get("none"), facts.calibrators.get("temperature")
    if before is not None:
        over = before.over_confidence
        if over.low > 0:
            kind = f"too sure of themselves by {points(over.value)} points"
        elif over.high < 0:
            kind = f"not sure enough by {points(-over.value)} points"
        else:
            kind = "on average about as sure as they are right"
        said.append(f"Taken as they are, the scores' probabilities are {kind}.")
    if after is not None:
        ece = after.ece
        if ece.p_value <= _FOUND:
            said.append(
                "Temperature scaling leaves a calibration error of"
                f" {points(ece.found.value)} %, more than chance would show"
                f" ({points(ece.null_mean)} % on average)."
            )
        else:
            said.append(
                "After temperature scaling the calibration error of"
                f" {points(ece.found.value)} % is no larger than a perfectly calibrated model"
                f" would show on as many images ({points(ece.null_mean)} % on average): no error is"
                " found, which is no proof that there is none."
            )
    return " ".join(said)


def _dirichlet(facts: Calibration) -> str:
    one = facts.calibrators.get("dirichlet")
    if one is None or not one.chosen:
        return ""
    left = one.chosen.get("inf", 0)
    if left == facts.n_models:
        return (
            f"Dirichlet calibration has a matrix to learn from so few images; in all {left} models"
            " the cross-validation inside the calibration images chose infinite regularisation,"
            " at which nothing but the temperature is left."
        )
    return (
        f"In {left} of {facts.n_models} models the cross-validation inside the calibration images"
        " chose infinite regularisation for the Dirichlet matrix, at which nothing but the"
        " temperature is left."
    )
