"""Write all documents of a cohort into one folder; a second time gives the same bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rdface.cohort import Cohort
from rdface.cohort.disclosure import SMALLEST
from rdface.cohort.documents import Datasheet, answer_questions, gather_facts
from rdface.files import write_bytes, write_text
from rdface.pages.cohort_documents.card import write_card
from rdface.pages.cohort_documents.datasheet import write_datasheet
from rdface.pages.cohort_documents.figure import draw_figure
from rdface.pages.cohort_documents.page import render_page
from rdface.pages.cohort_documents.tables import write_subgroups


@dataclass(frozen=True)
class Documents:
    """What was written.

    Attributes:
        paths: The files.
        sheet: The datasheet's answers and gaps.
        smallest: Counts of fewer patients are hidden in them; below 2 none is.
        n_hidden: Cells and totals that are hidden.
        private: People are real and nothing is hidden.
    """

    paths: tuple[Path, ...]
    sheet: Datasheet
    smallest: int
    n_hidden: int
    private: bool


def write_documents(
    cohort: Cohort, out: Path, *, smallest: int | None = None, unsuppressed: bool = False
) -> Documents:
    """Write datasheet, card, figure, page and subgroup tables; each file whole or not at all.

    Args:
        cohort: The cohort.
        out: Folder; files in it that have other names stay.
        smallest: Counts of fewer patients are hidden. By default
            :data:`~rdface.cohort.disclosure.SMALLEST`, and for a simulated cohort none: nobody is
            in it.
        unsuppressed: Hide nothing, whoever is in it.
    """
    if smallest is None:
        smallest = 0 if cohort.info.simulated else SMALLEST
    if unsuppressed:
        smallest = 0
    facts = gather_facts(cohort, smallest=smallest)
    sheet = answer_questions(facts)
    figure = draw_figure(facts)
    private = smallest < 2 and not cohort.info.simulated
    texts = {
        "datasheet.md": write_datasheet(facts, sheet),
        "card.md": write_card(facts, sheet),
        "subgroups.csv": write_subgroups(facts),
        "cohort.svg": f"{figure.to_svg()}\n",
        "cohort.html": render_page(facts, sheet, figure, private=private),
    }
    for name, text in texts.items():
        write_text(out / name, text)
    write_bytes(out / "cohort.png", figure.to_png())
    paths = tuple(out / name for name in (*texts, "cohort.png"))
    return Documents(paths, sheet, smallest, facts.subgroups.n_hidden, private)
