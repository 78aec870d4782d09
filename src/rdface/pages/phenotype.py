"""The page of a comparison of reports: similarity beside its nulls, and pairs for the eye."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rdface.cohort import Cohort
from rdface.cohort.terms import check_allowed
from rdface.files import write_text
from rdface.imaging import read_image
from rdface.pages.figures.contact_sheet import data_uri, marked_jpeg
from rdface.pages.phenotype_figures import spread_figures, spread_legend
from rdface.pages.phenotype_words import (
    PAIRS,
    about_side,
    control_rows,
    part_name,
    region_rows,
    said_rows,
    similarity_rows,
    status_rows,
    told,
)
from rdface.pages.templating import fill
from rdface.phenotype.report import Report
from rdface.phenotype.sections import SECTIONS
from rdface.phenotype.similarity.comparing import Compared
from rdface.phenotype.similarity.examples import Example, choose_examples
from rdface.phenotype.similarity.passages import DESCRIBED

PAGE_FILE: Final = "phenotype.html"
CHOSEN_BY: Final = ("lin", "resnik")
"""Measures that choose the examples, the first that was asked for; else the first of all."""

MOST: Final = 12
"""Terms of one kind that a pair shows; how many more there are is said."""
LONG: Final = 1200
"""Characters above which a report is folded up."""


@dataclass(frozen=True)
class Half:
    """One report of a pair: its picture ("" if it is not shown), and its sections in words."""

    title: str
    image_id: str
    uri: str
    status: str
    sections: tuple[tuple[str, str], ...]

    @property
    def is_long(self) -> bool:
        """Whether it is folded up: a describer that measures may say a great deal."""
        return sum(len(text) for _, text in self.sections) > LONG


@dataclass(frozen=True)
class Shown:
    """A pair as the page has it: terms are labels, conflicts are pairs of labels."""

    about: str
    why: str
    halves: tuple[Half, Half]
    names: tuple[str, str]
    agree: tuple[str, ...]
    both_excluded: tuple[str, ...]
    conflict: tuple[tuple[str, str], ...]
    first_only: tuple[str, ...]
    second_only: tuple[str, ...]


def write_phenotype_page(
    compared: Compared, out: Path, *, show_pictures: bool | None = None
) -> Path:
    """Write one self-contained page.

    Args:
        compared: What was found.
        out: Its folder.
        show_pictures: Whether pictures go on the page. By default they do where both cohorts are
            simulated and nowhere else: what was made from photographs may be a copy of one.

    Returns:
        The file that was written.
    """
    path = out / PAGE_FILE
    write_text(path, render_phenotype(compared, show_pictures=show_pictures))
    return path


def render_phenotype(compared: Compared, *, show_pictures: bool | None = None) -> str:
    """The page as HTML text; equal comparisons give equal pages."""
    record = compared.record
    cohorts = [compared.real.cohort]
    if compared.synthetic is not None:
        cohorts.append(compared.synthetic.cohort)
    simulated = all(cohort.info.simulated for cohort in cohorts)
    shown = simulated if show_pictures is None else show_pictures
    by = next((name for name in CHOSEN_BY if name in record.measures), next(iter(record.measures)))
    return fill(
        "phenotype.html.j2",
        record=record,
        sides=[about_side(side) for side in (record.real, record.synthetic) if side is not None],
        simulated=simulated,
        shown=shown,
        told=told(record),
        similarity=similarity_rows(record),
        figures=spread_figures(compared),
        legend=spread_legend(compared),
        regions=region_rows(record),
        controls=control_rows(record),
        statuses=status_rows(record),
        said=said_rows(record),
        chosen_by=by,
        most=MOST,
        examples=[_shown(compared, one, shown) for one in choose_examples(compared, by)],
    )


def _shown(compared: Compared, example: Example, pictures: bool) -> Shown:
    from rdface.phenotype.ontology import ontology

    label, terms = ontology().label, example.terms
    second_is_real = example.kind == "real"
    halves = (
        _half(compared.real.cohort, example.first, "real", pictures),
        _half(_cohort_of(compared, example), example.second,
              "real" if second_is_real else "synthetic", pictures),
    )  # fmt: skip
    return Shown(
        about=f"{PAIRS[example.kind]}; similarity {example.similarity:.3f}",
        why=example.why,
        halves=halves,
        names=("First", "Second") if second_is_real else ("Real", "Synthetic"),
        agree=tuple(map(label, terms.agree)),
        both_excluded=tuple(map(label, terms.both_excluded)),
        conflict=tuple((label(one), label(other)) for one, other in terms.conflict),
        first_only=tuple(map(label, terms.first_only)),
        second_only=tuple(map(label, terms.second_only)),
    )


def _cohort_of(compared: Compared, example: Example) -> Cohort:
    if example.kind == "real" or compared.synthetic is None:
        return compared.real.cohort
    return compared.synthetic.cohort


def _half(cohort: Cohort, report: Report, title: str, pictures: bool) -> Half:
    uri = ""
    if pictures:
        check_allowed(cohort, "use")
        mark = "synthetic" if title == "synthetic" else "photograph"
        if title == "real" and cohort.info.simulated:
            mark = "simulated"
        uri = data_uri(marked_jpeg(read_image(cohort.path(report.image_id)), mark))
    return Half(
        title=f"{title}, simulated" if title == "real" and cohort.info.simulated else title,
        image_id=report.image_id,
        uri=uri,
        status=report.status,
        sections=tuple(
            (SECTIONS[key] if key in SECTIONS else part_name(key), report.sections[key])
            for key in DESCRIBED
            if report.sections.get(key, "").strip()
        ),
    )
