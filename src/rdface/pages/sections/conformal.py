"""Lists that hold the truth as often as promised: how long they are, and for whom they do."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from rdface.bench.reliability.judgement import (
    Conformal,
    GroupSets,
    Judgement,
    SetsOfMethod,
)
from rdface.metrics.conformal import least_patients
from rdface.metrics.small_samples import FEWEST_PATIENTS
from rdface.pages.evidence import Evidence, run_name
from rdface.pages.figures.frame import Tick
from rdface.pages.figures.interval import Point, Row, intervals
from rdface.pages.figures.palette import BLUE, GREY, INKS
from rdface.pages.sections.calibration import span
from rdface.pages.wording import count, interval, listed, points

SHOWN_LEVEL = 0.9
SHOWN = ("lac", "all")
METHODS = {"lac": "LAC", "aps": "APS", "raps": "RAPS"}
TAXONOMIES = {
    "all": "one threshold",
    "frequency": "by frequency of the condition",
    "condition": "condition by condition",
}


@dataclass(frozen=True)
class SetsRow:
    """Sets of one method at one level as text."""

    method: str
    taxonomy: str
    level: str
    coverage: str
    coverage_interval: str
    missed: bool
    size: str
    size_interval: str
    median: str
    single: str
    empty: str
    full: str
    law: str


@dataclass(frozen=True)
class GroupRow:
    """The shown sets of a group as text."""

    name: str
    grouping: str
    patients: int
    coverage: str
    coverage_interval: str
    size: str
    size_interval: str
    median: str
    empty: str
    full: str


@dataclass(frozen=True)
class RunRow:
    """The shown sets of one run."""

    name: str
    coverage: str
    coverage_interval: str
    size: str
    size_interval: str


@dataclass(frozen=True)
class ConformalSection:
    """What the section shows."""

    run: str
    facts: Conformal
    temperature: str
    threshold: str
    verdict: str
    too_few: tuple[str, ...]
    by_group: Markup
    by_frequency: Markup | None
    group_rows: tuple[GroupRow, ...]
    rows: tuple[SetsRow, ...]
    runs: tuple[RunRow, ...]
    level: str
    random: str


def draw_conformal(evidence: Evidence) -> ConformalSection | None:
    """The section for the best run, and a row per run; None where nothing was judged."""
    judgement = Judgement.read(evidence.best.folder)
    if judgement is None:
        return None
    facts = judgement.conformal
    shown = facts.find(*SHOWN, SHOWN_LEVEL)
    if shown is None:
        return None
    fairer = facts.find("lac", "frequency", SHOWN_LEVEL)
    return ConformalSection(
        run=run_name(evidence.best),
        facts=facts,
        temperature=span(facts.temperature_patients),
        threshold=span(facts.threshold_patients),
        verdict=_verdict(shown, facts.n_conditions),
        too_few=_too_few(facts),
        by_group=_figure(shown),
        by_frequency=None if fairer is None else _figure(fairer),
        group_rows=tuple(_group_row(one) for one in shown.groups),
        rows=tuple(_row(one, facts.n_models) for one in facts.sets),
        runs=_runs(evidence),
        level=f"{100 * SHOWN_LEVEL:g}",
        random=f"{SHOWN_LEVEL * facts.n_conditions:.0f}",
    )


def _row(one: SetsOfMethod, n_models: int) -> SetsRow:
    whole = one.groups[0]
    law = ""
    if one.models_inside is not None and one.spread is not None:
        low, high = one.spread
        law = f"{one.models_inside} of {n_models} ({100 * low:.0f}–{100 * high:.0f})"
    return SetsRow(
        METHODS[one.method],
        TAXONOMIES[one.taxonomy],
        f"{100 * one.level:g}",
        points(whole.coverage.value),
        interval(whole.coverage.low, whole.coverage.high),
        whole.coverage.high < one.level,
        f"{whole.size.value:.1f}",
        f"{whole.size.low:.1f}–{whole.size.high:.1f}",
        _whole(whole.median_size),
        _share(one.single),
        _share(whole.empty),
        _share(whole.full),
        law,
    )


def _whole(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _share(value: float | None) -> str:
    return "–" if value is None else points(value)


def _group_row(one: GroupSets) -> GroupRow:
    """With fewer than 20 patients the intervals alone are shown."""
    few = one.coverage.n_patients < FEWEST_PATIENTS
    return GroupRow(
        one.group.replace("-", "–") or "all patients",
        one.grouping if one.group else "",
        one.coverage.n_patients,
        "" if few else points(one.coverage.value),
        interval(one.coverage.low, one.coverage.high),
        "" if few else f"{one.size.value:.1f}",
        f"{one.size.low:.1f}–{one.size.high:.1f}",
        _whole(one.median_size),
        _share(one.empty),
        _share(one.full),
    )


def _verdict(shown: SetsOfMethod, n_conditions: int) -> str:
    whole = shown.groups[0]
    level, coverage = f"{100 * shown.level:g}", whole.coverage
    held = f"{points(coverage.value)} % (95 % interval {interval(coverage.low, coverage.high)})"
    if coverage.high < shown.level:
        kept = f"do not: it is on those of {held}."
    elif coverage.low > shown.level:
        kept = f"do so for more than promised, {held}."
    else:
        kept = f"do so for {held}."
    size = whole.size
    length = (
        f"For that a list holds {size.value:.0f} of {n_conditions} conditions on average"
        f" ({size.low:.0f}–{size.high:.0f}); a random order would need"
        f" {shown.level * n_conditions:.0f}."
    )
    if size.value > n_conditions / 2:
        length += (
            " A list of more than half of all conditions keeps its promise and helps nobody: it"
            " says how little the model knows, which is what it is for."
        )
    return f"Lists that should hold the truth for {level} % of patients {kept} {length}"


def _too_few(facts: Conformal) -> tuple[str, ...]:
    """What cannot be promised, and why."""
    said = []
    lacking = [level for level, n in facts.enough.items() if n == 0]
    needs = [str(least_patients(round(1 - float(level), 10))) for level in lacking]
    if lacking:
        promises = listed([f"{100 * float(level):g} %" for level in lacking])
        said.append(
            f"No condition of any fold has the {listed(needs)} calibration patients that a promise"
            f" of {promises} for that condition alone takes, so such lists hold all"
            f" {count(facts.n_conditions, 'condition')}, always."
        )
    for name, (fewest, most) in facts.frequency_patients.items():
        levels = [
            f"{100 * float(level):g} %"
            for level in facts.enough
            if fewest < least_patients(round(1 - float(level), 10))
        ]
        patients = "patient" if name == "1" else "patients"
        if most == 0:
            said.append(
                f"Conditions with {name} {patients} are in training only and never calibrate: with"
                " thresholds by frequency they are on every list."
            )
        elif levels:
            said.append(
                f"Conditions with {name.replace('+', ' or more').replace('-', ' to ')} {patients}"
                f" have {span((fewest, most))} calibration patients a fold: too few in some folds"
                f" for a threshold of their own at {listed(levels)}, where all of them are listed."
            )
    return tuple(said)


def _figure(shown: SetsOfMethod) -> Markup:
    begin = 0.5
    step = 0.1

    def place(value: float) -> float:
        return (value - begin) / (1 - begin)

    def row(one: GroupSets) -> Row:
        found = one.coverage
        small = found.n_patients < FEWEST_PATIENTS
        label = f"{interval(found.low, found.high)} %, {found.n_patients} patients"
        below = found.high < shown.level
        colour = GREY if small else INKS[1].colour if below else BLUE
        point = Point(place(found.value), place(found.low), place(found.high), colour, small, label)
        name = one.group or "all patients"
        if one.grouping in ("training images", "patients of the condition"):
            name = f"{one.group.replace('-', '–')} {one.grouping}"
        size = f"n = {found.n_patients}"
        size += ", read the interval" if small else f"; {one.size.value:.0f} listed"
        return Row(name, [point], note=size, strong=not one.group)

    ticks = [
        Tick(place(begin + step * number), f"{100 * (begin + step * number):.0f}")
        for number in range(6)
    ]
    return intervals(
        [row(one) for one in shown.groups],
        label=f"Coverage of the lists by group, promised {100 * shown.level:g} %: "
        + "; ".join(
            f"{one.group or 'all'} {interval(one.coverage.low, one.coverage.high)}"
            for one in shown.groups
        ),
        ticks=ticks,
        title="Patients whose list holds the truth, % (line: what is promised)",
        zero=place(shown.level),
    )


def _runs(evidence: Evidence) -> tuple[RunRow, ...]:
    rows = []
    for run in evidence.runs:
        judgement = Judgement.read(run.folder)
        shown = None if judgement is None else judgement.conformal.find(*SHOWN, SHOWN_LEVEL)
        if shown is None:
            continue
        coverage, size = shown.groups[0].coverage, shown.groups[0].size
        rows.append(
            RunRow(
                run_name(run),
                points(coverage.value),
                interval(coverage.low, coverage.high),
                f"{size.value:.1f}",
                f"{size.low:.1f}–{size.high:.1f}",
            )
        )
    return tuple(rows) if len(rows) > 1 else ()
