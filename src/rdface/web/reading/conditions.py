"""The conditions: on paper, in the cohort, and as runs find and confuse them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rdface.bench import Run
from rdface.cohort import FacialTerm, describe_cohort, parse_facial_hpo
from rdface.pages.confusions import Phenotypes
from rdface.web.reading.answers import (
    Confusion,
    RunAccuracy,
    accuracy_on,
    confusion,
    intrusions,
    recognition_runs,
)
from rdface.web.reading.catalogue import Card
from rdface.web.reading.pictures import AverageFace
from rdface.web.reading.said import Said

if TYPE_CHECKING:
    from rdface.web.holdings import Holdings

CONFUSIONS = 6
"""Other conditions that are named."""
FACES = 24
"""Faces on the page; the gallery has the others."""
BANDS = {
    "HP:0040280": "obligate",
    "HP:0040281": "very frequent",
    "HP:0040282": "frequent",
    "HP:0040283": "occasional",
    "HP:0040284": "very rare",
}


class ConditionRow(Said):
    """One condition in the list of all.

    Attributes:
        condition: Abbreviation.
        name: In full.
        omim_id: ``OMIM:305400``, or empty.
        orpha_code: ``ORPHA:915``, or empty.
        genes: As the cohort writes them.
        n_terms: Facial HPO terms on paper.
        n_images: Images of the cohort.
        n_patients: Patients of it.
    """

    condition: str
    name: str
    omim_id: str
    orpha_code: str
    genes: str
    n_terms: int
    n_images: int
    n_patients: int


class ConditionTerm(Said):
    """A facial term of a condition.

    Attributes:
        term: HPO id.
        label: Its label.
        annotated: Frequency as the HPO's annotations have it, in words; empty if they have none.
        expected: Share of patients, as rdface reads that (:mod:`rdface.cohort.hpo`).
        n_images: Images of the condition in the cohort for which it is recorded.
    """

    term: str
    label: str
    annotated: str
    expected: float
    n_images: int


class Condition(Said):
    """One condition.

    Attributes:
        row: As in the list.
        simulated: Whether no picture shows a real person.
        terms: The most frequent first.
        n_recorded: Images of it for which any term is recorded.
        cards: Its first images.
        average: Whether its faces are shown as one.
        accuracy: How often each run finds it, the best run first.
        run: Name of the run that the confusions are of; empty without runs.
        run_name: Its backbone and learner.
        taken_for: Conditions on the lists of its tests.
        taken_from: Conditions on whose lists it is.
    """

    row: ConditionRow
    simulated: bool
    terms: tuple[ConditionTerm, ...]
    n_recorded: int
    cards: tuple[Card, ...]
    average: AverageFace
    accuracy: tuple[RunAccuracy, ...]
    run: str
    run_name: str
    taken_for: tuple[Confusion, ...]
    taken_from: tuple[Confusion, ...]

    @property
    def told_of(self) -> tuple[str, ...]:
        """Images of which it says who is on them."""
        return tuple(card.image_id for card in self.cards)


def list_conditions(holdings: Holdings) -> tuple[ConditionRow, ...]:
    """All conditions, in the cohort's order."""
    summary = describe_cohort(holdings.cohort)
    return tuple(
        ConditionRow(
            condition=condition,
            name=name,
            omim_id=omim,
            orpha_code=orpha,
            genes=genes.replace("|", ", "),
            n_terms=len(_terms(facial)),
            n_images=summary.images_per_condition.get(condition, 0),
            n_patients=summary.patients_per_condition.get(condition, 0),
        )
        for condition, name, omim, orpha, genes, facial in holdings.cohort.conditions[
            ["condition", "name", "omim_id", "orpha_code", "genes", "facial_hpo"]
        ].itertuples(index=False, name=None)
    )


def read_condition(holdings: Holdings, condition: str, run: str = "") -> Condition:
    """Gather what is known of one condition.

    Args:
        holdings: What the explorer holds.
        condition: Abbreviation, of its cohort.
        run: Name of the run whose confusions are shown; the best one if it is not there.
    """
    row = next(each for each in holdings.conditions if each.condition == condition)
    catalogue = holdings.catalogue
    own = np.flatnonzero(catalogue.columns["condition"] == condition)
    shown = [catalogue.terms[k] for k in own]
    facial = str(holdings.cohort.conditions.set_index("condition").at[condition, "facial_hpo"])
    runs = recognition_runs(holdings.named_runs)
    accuracy = [
        found
        for name, each in runs.items()
        if (found := accuracy_on(name, each, condition)) is not None
    ]
    # The one that was asked for, else the best.
    chosen = next((each for each in accuracy if each.run == run), next(iter(accuracy), None))
    of = runs[chosen.run] if chosen else None
    return Condition(
        row=row,
        simulated=holdings.cohort.info.simulated,
        terms=tuple(
            ConditionTerm(
                term=term.id,
                label=term.label,
                annotated=_annotated(term.frequency),
                expected=term.probability,
                n_images=sum(term.id in each for each in shown),
            )
            for term in sorted(_terms(facial), key=lambda each: -each.probability)
        ),
        n_recorded=sum(bool(each) for each in shown),
        cards=tuple(catalogue.cards[k] for k in own[:FACES]),
        average=holdings.pictures.can_average(condition),
        accuracy=tuple(accuracy),
        run=chosen.run if chosen else "",
        run_name=chosen.name if chosen else "",
        taken_for=_confusions(holdings, of, condition, back=False),
        taken_from=_confusions(holdings, of, condition, back=True),
    )


def _confusions(
    holdings: Holdings, run: Run | None, condition: str, *, back: bool
) -> tuple[Confusion, ...]:
    """Other conditions on the lists of this one's tests; ``back``: on whose lists this one is."""
    if run is None:
        return ()
    conditions, shares = run.predictions.conditions, intrusions(run)
    own = conditions.index(condition)
    line = np.nan_to_num(shares[:, own] if back else shares[own])
    table = holdings.cohort.conditions
    row = {name: k for k, name in enumerate(table["condition"])}
    phenotypes = Phenotypes(list(table["facial_hpo"]))
    others = [k for k in np.argsort(-line, kind="stable") if k != own and line[k] > 0]
    return tuple(
        Confusion(
            condition=other,
            name=holdings.cohort.condition_names[other],
            share=confusion(run, other, condition) if back else confusion(run, condition, other),
            n_shared=len(phenotypes.shared(row[condition], row[other])),
        )
        for other in (conditions[k] for k in others[:CONFUSIONS])
    )


def _terms(text: str) -> list[FacialTerm]:
    """Those that the annotations do not exclude."""
    return [term for term in parse_facial_hpo(text) if term.probability > 0]


def _annotated(frequency: str) -> str:
    return BANDS.get(frequency, "" if frequency == "-" else frequency.replace("/", " of "))
