"""The best run by groups: who fares worst, by how much, and what lots alone would give."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markupsafe import Markup

from rdface.bench.fairness import CLOSED_SET, Fairness, Finding, fairness
from rdface.cohort.groups import CROSS
from rdface.metrics.subgroups import Contrast, Group
from rdface.pages.evidence import Evidence, run_name
from rdface.pages.figures.frame import Tick
from rdface.pages.figures.interval import Point, Row, intervals
from rdface.pages.figures.palette import BLUE, GREY, INKS
from rdface.pages.sections.leaderboard import COLUMNS, Cell
from rdface.pages.sections.summary import SIGNIFICANT
from rdface.pages.wording import count, interval, p_value, points, signed_interval, signed_points

JUDGED_BY = "top5_micro"
"""Top-1 of a hard task has so few hits that no group could ever be told from another."""

FEWEST_DRAWN = 5
"""Of smaller groups, of which free text may make dozens, the figure says nothing."""

WORST = INKS[1].colour
_TITLES = {"sex": "Sex", "age": "Age", "ancestry": "Ancestry", "region": "Region of the world"}


@dataclass(frozen=True)
class Panel:
    """Groups of one grouping as a drawing."""

    title: str
    figure: Markup


@dataclass(frozen=True)
class GroupLine:
    """One group in numbers; ``cells`` are in the order of the leaderboard's columns."""

    name: str
    sizes: tuple[int, int, int]
    cells: tuple[Cell, ...]
    worst: bool


@dataclass(frozen=True)
class Verdict:
    """One grouping in words and numbers, all text.

    Attributes:
        title: The grouping.
        words: What the test and the gap say.
        worst: The group that fares worst.
        best: The group that fares best.
        gap: Their distance, points.
        gap_interval: Its interval.
        expected: What dealing labels gives.
        minus_rest: Worst minus the rest.
        minus_overall: Worst minus all images.
        adjusted: Worst minus the rest within conditions.
        p: Not corrected.
        p_holm: Corrected over all groupings.
        told_apart: Whether the corrected one is at most 5 %.
    """

    title: str
    words: str
    worst: str
    best: str
    gap: str
    gap_interval: str
    expected: str
    minus_rest: Cell
    minus_overall: Cell
    adjusted: Cell
    p: str
    p_holm: str
    told_apart: bool


@dataclass(frozen=True)
class FairnessSection:
    """What the page says of groups.

    Attributes:
        run: Name of the run.
        metric: The metric of figure and test, as people write it.
        overall: Its value and interval over all images.
        panels: One per grouping.
        tables: Title of a grouping to its lines.
        verdicts: One per grouping that was judged.
        too_few: Groups below 20 patients, with their sizes.
        too_small: Crossings that are not judged, in words.
        n_permutations: Of each test.
        caveats: Facts of this cohort that weaken what is said.
    """

    run: str
    metric: str
    overall: Cell
    panels: tuple[Panel, ...]
    tables: tuple[tuple[str, tuple[GroupLine, ...]], ...]
    verdicts: tuple[Verdict, ...]
    too_few: tuple[str, ...]
    too_small: tuple[str, ...]
    n_permutations: int
    caveats: tuple[str, ...]


def draw_fairness(evidence: Evidence) -> FairnessSection | None:
    """The best run by groups; None where no grouping has two groups of 20 patients."""
    if evidence.best.result.task != CLOSED_SET:
        return None
    found = fairness(evidence.best, evidence.cohort)
    judged = [one for one in found.findings if one.metric == JUDGED_BY]
    if not any(one.found.gap for one in judged):
        return None
    overall = judged[0].found.overall
    return FairnessSection(
        run=run_name(evidence.best),
        metric=_metric(JUDGED_BY),
        overall=Cell(points(overall.value), interval(overall.low, overall.high)),
        panels=tuple(_panel(one, *_axis(judged)) for one in judged),
        tables=tuple((_title(one.by), _lines(found, one.by)) for one in judged),
        verdicts=tuple(_verdict(one) for one in judged if one.found.gap),
        too_few=tuple(
            f"{group.name} ({count(group.n_patients, 'patient')})"
            for one in judged
            for group in one.found.groups
            if group.too_few
        ),
        too_small=tuple(
            f"{_title(one.by)} (smallest of {len(one.cells)} cells:"
            f" {count(one.smallest, 'patient')})"
            for one in found.too_small
        ),
        n_permutations=found.n_permutations,
        caveats=_caveats(evidence, judged, found.unknown),
    )


def _caveats(
    evidence: Evidence, judged: list[Finding], unknown: tuple[str, ...]
) -> tuple[str, ...]:
    said = []
    if evidence.cohort.info.simulated:
        said.append(
            "The people are simulated: ancestry is a shape parameter of the head model and a skin"
            " tone, and country was drawn by lot. A gap here is one of the simulator's faces, and"
            " no gap here says nothing of real groups."
        )
    else:
        said.append(
            "Groups are as the sources recorded them, seldom by the patients themselves; words for"
            " ancestry differ between sources and countries, and are not interpreted here."
        )
    said.extend(f"{_title(by)} is not known of any tested image." for by in unknown)
    said.extend(
        f"{_title(one.by)} is not known of {count(one.found.n_unknown, 'image')}; they stand in"
        " no group."
        for one in judged
        if one.found.n_unknown and CROSS not in one.by
    )
    said.extend(
        f"{count(one.found.n_in_several, 'patient has', 'patients have')} images in more than one"
        " band of age; the test deals each with the band of most of its images."
        for one in judged
        if one.found.n_in_several
    )
    return tuple(said)


def _axis(judged: list[Finding]) -> tuple[float, float]:
    """End and step of the axis that all panels share, so that they can be compared."""
    ends = [group.high for one in judged for group in one.found.groups if group.high is not None]
    highest = max(*ends, judged[0].found.overall.high)
    step = 0.1 if highest <= 0.5 else 0.2
    return step * -(-round(highest / step, 9) // 1), step


def _panel(finding: Finding, top: float, step: float) -> Panel:
    found = finding.found
    worst = found.gap.worst if found.gap else ""
    rows = [
        Row(one.name, [_point(one, top, worst)], note=_note(one, worst), strong=one.name == worst)
        for one in found.groups
        if one.n_patients >= FEWEST_DRAWN
    ]
    figure = intervals(
        rows,
        label=f"{_metric(JUDGED_BY)} by {finding.by} with 95 % intervals; the numbers are in the"
        " table below",
        ticks=[Tick(n * step / top, f"{100 * n * step:.0f}") for n in range(round(top / step) + 1)],
        title="Test images, %",
        zero=found.overall.value / top,
    )
    return Panel(_title(finding.by), figure)


def _point(group: Group, top: float, worst: str) -> Point:
    low, high = (None if end is None else end / top for end in (group.low, group.high))
    if group.value is None:
        title = f"too few patients for a value; interval {interval(group.low, group.high)} %"
        return Point(None, low, high, GREY, title=title)
    colour = WORST if group.name == worst else BLUE
    title = f"{points(group.value)} % ({interval(group.low, group.high)})"
    return Point(group.value / top, low, high, colour, title=title)


def _note(group: Group, worst: str) -> str:
    patients = count(group.n_patients, "patient")
    if group.too_few:
        return f"{patients}: too few"
    return f"{patients}, worst" if group.name == worst else patients


def _lines(found: Fairness, by: str) -> tuple[GroupLine, ...]:
    own = {one.metric: one.found for one in found.findings if one.by == by}
    gap = own[JUDGED_BY].gap
    return tuple(
        GroupLine(
            one.name,
            (one.n, one.n_patients, one.n_conditions),
            tuple(
                _cell(own[name].groups[number], name) if name in own else Cell("", "")
                for name in COLUMNS
            ),
            gap is not None and one.name == gap.worst,
        )
        for number, one in enumerate(own[JUDGED_BY].groups)
    )


def _cell(group: Group, name: str) -> Cell:
    if group.low is None or group.high is None:
        return Cell("too few", "")
    ranks = name.startswith("mrr")
    ends = f"{group.low:.3f}–{group.high:.3f}" if ranks else interval(group.low, group.high)
    if group.value is None:
        return Cell("too few", ends)
    return Cell(f"{group.value:.3f}" if ranks else points(group.value), ends)


def _verdict(finding: Finding) -> Verdict:
    found, gap = finding.found, finding.found.gap
    assert gap is not None  # noqa: S101 - narrows the type
    worst = next(one for one in found.groups if one.name == gap.worst)
    return Verdict(
        title=_title(finding.by),
        words=_words(finding),
        worst=gap.worst,
        best=gap.best,
        gap=points(gap.value),
        gap_interval=interval(gap.low, gap.high),
        expected="" if gap.expected is None else points(gap.expected),
        minus_rest=_difference(worst.minus_rest),
        minus_overall=_difference(gap.worst_minus_overall),
        adjusted=_difference(worst.adjusted),
        p="" if found.p_value is None else p_value(found.p_value),
        p_holm="" if finding.p_value is None else p_value(finding.p_value),
        told_apart=finding.p_value is not None and finding.p_value <= SIGNIFICANT,
    )


def _words(finding: Finding) -> str:
    """The test in a sentence or two."""
    gap = finding.found.gap
    assert gap is not None  # noqa: S101 - narrows the type
    distance = (
        f"“{gap.worst}” fares worst and “{gap.best}” best, {points(gap.value)} points apart"
        f" (95 % interval of the largest distance {interval(gap.low, gap.high)})"
    )
    if finding.p_value is None or gap.expected is None:
        return f"{distance}. No condition holds two of the groups, so nothing can be tested."
    lots = f"dealing the labels by lot within conditions gives {points(gap.expected)} on average"
    if finding.p_value <= SIGNIFICANT:
        return f"{distance}; {lots}. The groups differ by more than lots would have it."
    if gap.low > 0:
        return (
            f"{distance}; {lots}. Within conditions no difference was found, so the distance may"
            " be that of the conditions that the groups hold."
        )
    return f"{distance}; {lots}. No difference was found."


def _difference(contrast: Contrast | None) -> Cell:
    if contrast is None:
        return Cell("–", "")
    return Cell(signed_points(contrast.value), signed_interval(contrast.low, contrast.high))


def _metric(name: str) -> str:
    return re.sub(r"^top(\d+)_micro$", r"top-\1", name)


def _title(by: str) -> str:
    return " and ".join(_TITLES.get(part, part) for part in by.split(CROSS)).capitalize()
