"""Who is in a cohort, in one figure: map, sex, age group, images per condition.

The shape is that of figure 2 of the RDFace paper (arXiv 2604.03454); every number in it is one of
the subgroup tables, so what is hidden there is hidden here.
"""

from __future__ import annotations

from collections import Counter

from rdface.cohort.documents import CohortFacts
from rdface.cohort.subgroups import Count, GroupTable
from rdface.pages.cohort_documents.canvas import Canvas, Circle, Polygon
from rdface.pages.figures.frame import count_ticks
from rdface.pages.figures.palette import BLUE
from rdface.pages.figures.world_map import coasts, map_height, place_of
from rdface.pages.wording import count

_WIDTH = 1000.0
_MARGIN = 30.0
_SOFT, _LAND, _COAST, _GRID, _HIDDEN = "#565d6b", "#e3e7ec", "#c5ccd5", "#e4e7ec", "#9aa3af"
_LARGEST = 22.0
_PANEL_TALL = 190.0


def draw_figure(facts: CohortFacts) -> Canvas:
    """Draw the figure of a cohort."""
    tables = facts.subgroups.single
    scale = (_WIDTH - 2 * _MARGIN) / 720.0
    below = 56 + map_height() * scale + 66
    canvas = Canvas(_WIDTH, below + _PANEL_TALL + 74, _label(facts))
    countries = count(facts.subgroups.n_countries, "country", "countries")
    _title(canvas, _MARGIN, 30, "a", f"Patients by country ({countries})")
    _map(canvas, facts, scale)
    third = (_WIDTH - 2 * _MARGIN - 60) / 3
    lefts = [_MARGIN + number * (third + 30) for number in range(3)]
    _title(canvas, lefts[0], below, "b", "Patients by sex")
    _bars(canvas, lefts[0], below + 22, third, tables["sex"], facts.subgroups.smallest)
    _title(canvas, lefts[1], below, "c", "Patients by age group")
    _bars(canvas, lefts[1], below + 22, third, tables["age"], facts.subgroups.smallest)
    _title(canvas, lefts[2], below, "d", "Conditions by number of images")
    if facts.condition_sizes_shown:
        _columns(canvas, lefts[2], below + 22, third, facts)
    else:
        canvas.write((lefts[2] + 18, below + 40), "hidden", 12.5, colour=_HIDDEN)
    known = facts.info
    whom = "Simulated children: no picture shows a person. " if known.simulated else ""
    canvas.write(
        (_MARGIN, canvas.height - 14),
        f"{whom}{known.name} {known.version}: {count(facts.subgroups.n_images, 'image')} of"
        f" {count(facts.subgroups.n_patients, 'patient')} with"
        f" {count(facts.summary.n_conditions, 'condition')}. Map: Natural Earth, Equal Earth"
        " projection.",
        12,
        colour=_SOFT,
    )
    return canvas


def _label(facts: CohortFacts) -> str:
    whom = "simulated patients" if facts.info.simulated else "patients"
    return f"{facts.info.name}: {whom} by country, sex and age group, and images per condition"


def _title(canvas: Canvas, left: float, top: float, letter: str, text: str) -> None:
    canvas.write((left, top), letter, 16, colour=BLUE, bold=True)
    canvas.write((left + 18, top), text, 16, bold=True)


def _map(canvas: Canvas, facts: CohortFacts, scale: float) -> None:
    table = facts.subgroups.single["country"]
    top = 44.0

    def at(x: float, y: float) -> tuple[float, float]:
        return _MARGIN + x * scale, top + y * scale

    for ring in coasts():
        if float(ring[:, 1].min()) > map_height():
            continue  # Antarctica
        points = tuple(at(float(x), float(y)) for x, y in ring)
        canvas.shapes.append(Polygon(points, _LAND, _COAST, 0.5))
    shown = {code: n.patients for code, n in table.row_totals.items() if n.patients is not None}
    highest = max((n for code, n in shown.items() if code), default=1)
    for code in sorted(table.row_totals, key=lambda code: (-shown.get(code, 0), code)):
        place = place_of(code)
        if place is not None:
            canvas.shapes.append(_bubble(at(*place), shown.get(code), highest))
    _legend(canvas, top + map_height() * scale + 20, facts, highest)


def _bubble(at: tuple[float, float], patients: int | None, highest: int) -> Circle:
    if patients is None:
        return Circle(at, 4.5, "#ffffff", BLUE, 1.4)
    radius = _LARGEST * (patients / highest) ** 0.5
    return Circle(at, radius, BLUE, "#ffffff", 0.9, 0.62)


def _legend(canvas: Canvas, top: float, facts: CohortFacts, highest: int) -> None:
    table = facts.subgroups.single["country"]
    left = _MARGIN + 10
    least = max(1, facts.subgroups.smallest)
    drawn = any(code and not n.hidden for code, n in table.row_totals.items())
    for n in sorted({max(least, round(highest / k)) for k in (10, 3, 1)} if drawn else ()):
        bubble = _bubble((left + 20, top - 4), n, highest)
        canvas.shapes.append(bubble)
        canvas.write((left + 26 + bubble.radius, top), str(n), 12.5, colour=_SOFT)
        left += 62 + bubble.radius
    if any(n.hidden for n in table.row_totals.values()):
        canvas.shapes.append(_bubble((left + 16, top - 4), None, highest))
        canvas.write((left + 26, top), _hidden_words(facts.subgroups.smallest), 12.5, colour=_SOFT)
        left += 290
    unknown = table.row_totals.get("", Count(0, 0)).patients
    if unknown:
        canvas.write((left + 16, top), f"country not known: {unknown}", 12.5, colour=_SOFT)


def _hidden_words(smallest: int) -> str:
    return f"fewer than {smallest}, or hidden with those"


def _bars(
    canvas: Canvas, left: float, top: float, wide: float, table: GroupTable, smallest: int
) -> None:
    highest = max((n.patients or 0 for n in table.row_totals.values()), default=1) or 1
    step = min(34.0, _PANEL_TALL / max(1, len(table.row_groups)))
    names = 118.0
    for number, group in enumerate(table.row_groups):
        patients = table.row_totals[group].patients
        middle = top + step * (number + 0.5)
        name = group or "not known"
        canvas.write((left + names - 8, middle + 4), name, 12.5, anchor="end")
        room = wide - names - 40
        if patients is None:
            canvas.write((left + names, middle + 4), "hidden", 12.5, colour=_HIDDEN)
            continue
        length = room * patients / highest
        canvas.bar(left + names, middle - step * 0.3, length, step * 0.6, BLUE)
        canvas.write((left + names + length + 6, middle + 4), str(patients), 12.5)
    if any(n.hidden for n in table.row_totals.values()):
        words = f"hidden: {_hidden_words(smallest)}"
        canvas.write((left, top + step * len(table.row_groups) + 16), words, 11, colour=_SOFT)


def _columns(canvas: Canvas, left: float, top: float, wide: float, facts: CohortFacts) -> None:
    sizes = facts.summary.images_per_condition.values()
    span = max(sizes) - min(sizes) + 1
    steps = (factor * 10**power for power in range(9) for factor in (1, 2, 5))
    width = 1 if span <= 14 else next(step for step in steps if span <= 9 * step)
    tally = Counter(size // width * width for size in sizes)
    keys = range(min(tally), max(tally) + 1, width)
    ticks, end = count_ticks(max(tally.values()))
    axis, floor = left + 30, top + _PANEL_TALL - 24
    room, tall = wide - 30, _PANEL_TALL - 40
    for tick in ticks:
        y = floor - tall * tick.position
        canvas.bar(axis, y - 0.4, room, 0.8, _GRID)
        canvas.write((axis - 6, y + 4), tick.text, 12, colour=_SOFT, anchor="end")
    step = room / len(keys)
    for number, key in enumerate(keys):
        n = tally[key]
        high = tall * n / end
        middle = axis + step * (number + 0.5)
        if n:
            canvas.bar(middle - step * 0.38, floor - high, step * 0.76, high, BLUE)
            canvas.write((middle, floor - high - 4), str(n), 11.5, anchor="middle")
        canvas.write((middle, floor + 16), str(key), 12, colour=_SOFT, anchor="middle")
    title = "images of the condition" + (f", from, in steps of {width}" if width > 1 else "")
    canvas.write((axis + room / 2, floor + 36), title, 12, anchor="middle")
