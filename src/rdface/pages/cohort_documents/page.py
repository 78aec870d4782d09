"""The page of a cohort: the figure, the tables, and what is not stated; one file, no scripts."""

from __future__ import annotations

from rdface.cohort.documents import CohortFacts, Datasheet
from rdface.cohort.documents.from_people import terms_in_words
from rdface.pages.cohort_documents.canvas import Canvas
from rdface.pages.cohort_documents.tables import shown_tables
from rdface.pages.templating import fill


def render_page(facts: CohortFacts, sheet: Datasheet, figure: Canvas, *, private: bool) -> str:
    """The page as HTML text.

    Args:
        facts: Of the cohort.
        sheet: Its datasheet.
        figure: Its figure.
        private: Nothing is hidden in it, though people are real.
    """
    return fill(
        "cohort.html.j2",
        info=facts.info,
        facts=facts,
        summary=facts.summary,
        smallest=facts.subgroups.smallest,
        n_hidden=facts.subgroups.n_hidden,
        private=private,
        n_countries=facts.subgroups.n_countries,
        terms=terms_in_words(facts),
        figure=figure.to_svg(),
        singles=[facts.subgroups.single[by] for by in ("sex", "age", "ancestry", "region")],
        crossed=shown_tables(facts, by_condition=False),
        conditions=shown_tables(facts, by_condition=True),
        sheet=sheet,
    )
