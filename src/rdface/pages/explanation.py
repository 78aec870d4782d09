"""Write an explanation as one HTML file that needs nothing but itself."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from rdface.cohort import age_in_years
from rdface.explain import Explanation
from rdface.explain.deviations import DEVIATES, Deviation, signed
from rdface.explain.explanation import verdict
from rdface.explain.terms import SHOWS, ConditionEvidence, TermEvidence
from rdface.faces import align
from rdface.faces.crop import Crop
from rdface.files import write_text
from rdface.imaging import encode_jpeg, read_image
from rdface.pages.figures.contact_sheet import Thumbnail, data_uri, marked_jpeg
from rdface.pages.figures.deletion_curves import deletion_curves
from rdface.pages.figures.frame import Tick
from rdface.pages.figures.interval import Point, Row, intervals
from rdface.pages.figures.overlay import overlay
from rdface.pages.figures.palette import BLUE, GREY
from rdface.pages.templating import fill
from rdface.pages.wording import count, listed, person, picture_mark

LISTED = 10
"""Conditions in the table."""
_SHOWN = Crop(240, 240, "points", 0.9)
_REACH = 5.0
"""SD at the ends of the axis of z-scores."""


@dataclass(frozen=True)
class TermRow:
    """A condition's terms in words, by what the measures say of them."""

    name: str
    agrees: tuple[str, ...]
    disagrees: tuple[str, ...]
    neither: tuple[str, ...]
    not_measurable: tuple[str, ...]
    unlisted: tuple[str, ...]
    recorded: str


def write_explanation(
    explanation: Explanation, out: Path, *, show_faces: bool | None = None
) -> Path:
    """Write one self-contained page.

    Args:
        explanation: Of one picture.
        out: The file.
        show_faces: Whether faces go on the page. By default those of a simulated cohort and of a
            picture that is known to be simulated do, and no others: photographs of patients enter
            a page only if they are asked for.

    Returns:
        The file that was written.
    """
    write_text(out, render(explanation, show_faces=show_faces))
    return out


def render(explanation: Explanation, *, show_faces: bool | None = None) -> str:
    """The page as HTML text; equal explanations give equal pages."""
    return fill("explanation.html.j2", **_content(explanation, show_faces))


def _content(explanation: Explanation, show_faces: bool | None) -> dict[str, Any]:
    probe, cohort = explanation.probe, explanation.cohort
    of_probe = probe.simulated if show_faces is None else show_faces
    of_cases = cohort.info.simulated if show_faces is None else show_faces
    mark = picture_mark(simulated=probe.simulated, synthetic=False)
    map_, test = explanation.map, explanation.test
    return {
        "e": explanation,
        "signed": signed,
        "info": cohort.info,
        "probe": probe,
        "all_simulated": probe.simulated and cohort.info.simulated,
        "shows_photographs": (of_probe and not probe.simulated)
        or (of_cases and not cohort.info.simulated),
        "about": person(probe.sex, probe.age),
        "truth": _name(explanation, probe.condition),
        "truth_place": next(
            (c.place for c in explanation.neighbours.conditions if c.condition == probe.condition),
            None,
        ),
        "picture": data_uri(marked_jpeg(align(probe.image, probe.face, _SHOWN), mark))
        if of_probe
        else "",
        "map": _map_uri(explanation, of_probe, mark),
        "curves": None
        if map_ is None or test is None
        else deletion_curves(test, f"Score: {explanation.target.about}"),
        "verdict": None if test is None else verdict(test),
        "cases": tuple(_thumbnail(explanation, k) for k in range(_cases(explanation, of_cases))),
        "conditions": explanation.neighbours.conditions[:LISTED],
        "deviations": _figure(explanation),
        "deviates": DEVIATES,
        "shows": SHOWS,
        "unseen": listed(
            [d.wording.label for d in explanation.measured.deviations if d.seen == "not"]
        ),
        "terms": tuple(_term_row(each) for each in explanation.conditions),
        "recorded": explanation.recorded,
    }


def _cases(explanation: Explanation, shown: bool) -> int:
    return min(6, len(explanation.neighbours.cases)) if shown else 0


def _thumbnail(explanation: Explanation, number: int) -> Thumbnail:
    case, cohort = explanation.neighbours.cases[number], explanation.cohort
    mark = picture_mark(simulated=cohort.info.simulated, synthetic=False)
    years = age_in_years(case.age) if case.age else math.nan
    return Thumbnail(
        uri=data_uri(marked_jpeg(read_image(cohort.path(case.image_id)), mark)),
        mark=mark,
        condition=case.name,
        about=", ".join(filter(None, [f"cosine {case.cosine:.2f}", person(case.sex, years)])),
        terms=(),
    )


def _map_uri(explanation: Explanation, shown: bool, mark: str) -> str:
    """The map over the crop, or over grey where the face is not shown; "" without a map."""
    if explanation.map is None:
        return ""
    crop = explanation.crop
    drawn = overlay(
        explanation.map.values,
        crop if shown else None,
        _points_of(explanation) if not shown else None,
    )
    return data_uri(marked_jpeg(drawn, mark) if shown else encode_jpeg(drawn, 85))


def _points_of(explanation: Explanation) -> Any:  # noqa: ANN401 - float [5, 2]
    import numpy as np

    from rdface.faces.crop import crop_matrix

    matrix = crop_matrix(explanation.probe.image, explanation.probe.face, explanation.view)
    points = np.asarray(explanation.probe.face.points, np.float64)
    return points @ matrix[:, :2].T + matrix[:, 2]


def _figure(explanation: Explanation) -> Markup | None:
    """Measured z as a point, the true one's interval as a whisker; only measures that are seen."""
    seen = [each for each in explanation.measured.deviations if each.seen != "not"]
    if not seen:
        return None
    seen.sort(key=lambda each: -abs(each.z))

    def place(z: float) -> float:
        return (z + _REACH) / (2 * _REACH)

    rows = [
        Row(
            each.wording.label,
            [
                Point(
                    place(each.true_z),
                    place(each.low),
                    place(each.high),
                    GREY,
                    hollow=True,
                    title=f"expected true z {signed(each.true_z)}",
                ),
                Point(
                    place(each.z),
                    None,
                    None,
                    BLUE if each.deviates else GREY,
                    title=f"measured z {signed(each.z)}",
                ),
            ],
            note=f"z {signed(each.z)}, seen {each.seen}, r {each.trust.r:.2f}",
            strong=each.deviates,
        )
        for each in seen
    ]
    marks = [Tick(place(z), signed(z).removesuffix(".0")) for z in (-4.0, -2.0, 0.0, 2.0, 4.0)]
    return intervals(
        rows,
        label="Z-score of each measure that is seen, with what the true one is expected to be",
        ticks=marks,
        title="SD from unaffected people of this age and sex",
        zero=place(0.0),
    )


def _term_row(evidence: ConditionEvidence) -> TermRow:
    on_picture = [term for term in evidence.terms if term.recorded]
    recorded = (
        f"{len(on_picture)} of its {count(len(evidence.terms), 'term')} recorded on this picture"
        if any(term.recorded is not None for term in evidence.terms)
        else ""
    )
    return TermRow(
        name=evidence.name,
        agrees=tuple(_term(each) for each in evidence.of("agrees")),
        disagrees=tuple(_term(each) for each in evidence.of("disagrees")),
        neither=tuple(_term(each) for each in evidence.of("neither")),
        not_measurable=tuple(each.label for each in evidence.of("not measurable")),
        unlisted=tuple(_unlisted(each) for each in evidence.unlisted),
        recorded=recorded,
    )


def _term(term: TermEvidence) -> str:
    share = "" if term.frequency is None else f"{100 * term.frequency:.0f}\u202f%, "
    z = "" if term.z is None else f"z {signed(term.z)}"
    recorded = {True: ", recorded", False: ", not recorded", None: ""}[term.recorded]
    return f"{term.label} ({share}{z}{recorded})"


def _unlisted(deviation: Deviation) -> str:
    way = deviation.wording.high if deviation.z > 0 else deviation.wording.low
    return f"{deviation.wording.label} {way}"


def _name(explanation: Explanation, condition: str) -> str:
    return explanation.cohort.condition_names.get(condition, "")
