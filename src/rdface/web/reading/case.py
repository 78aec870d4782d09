"""One image: who it shows, what is measured, which cases are near, what runs and reports say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from rdface.cohort import age_in_years, country_name
from rdface.errors import TooFewError
from rdface.explain.cases import Share as PairShare
from rdface.explain.cases import find_neighbours
from rdface.explain.deviations import measure_probe, mesh_points, reference_without
from rdface.explain.probe import Probe, find_probe
from rdface.pages.wording import person
from rdface.phenotype.sections import SECTIONS
from rdface.web.reading.answers import Answer, answers_on, recognition_runs
from rdface.web.reading.catalogue import Card
from rdface.web.reading.measures import Measures, say_measures
from rdface.web.reading.said import Said

if TYPE_CHECKING:
    from rdface.phenotype.described import Described
    from rdface.web.holdings import Holdings

NEAREST = 6


class Fact(Said):
    """Something that the cohort says of the image."""

    label: str
    value: str


class Term(Said):
    """An HPO term."""

    term: str
    label: str


class NearCase(Said):
    """A similar image of another patient.

    Attributes:
        card: The image.
        cosine: Of the two embeddings.
        above_same: Share of the pairs of two patients with one condition whose cosine is not
            above this one, with its interval over patients; None without such pairs.
        above_different: The same of pairs with different conditions.
    """

    card: Card
    cosine: float
    above_same: PairShare | None
    above_different: PairShare | None


class Near(Said):
    """The nearest cases.

    Attributes:
        backbone: That embedded them.
        cases: The most similar first.
        n_images: Images that were asked.
        n_patients: Their patients; the image's own is not among them.
        same_pairs: Pairs behind ``above_same``.
        different_pairs: Pairs behind ``above_different``.
    """

    backbone: str
    cases: tuple[NearCase, ...]
    n_images: int
    n_patients: int
    same_pairs: int
    different_pairs: int

    @property
    def cards(self) -> tuple[Card, ...]:
        """Their images."""
        return tuple(case.card for case in self.cases)

    @property
    def notes(self) -> tuple[str, ...]:
        """What stands below each."""
        return tuple(f"cosine {case.cosine:.2f}" for case in self.cases)


class Section(Said):
    """One part of a report: its heading and its text."""

    heading: str
    text: str


class WrittenReport(Said):
    """A report in words.

    Attributes:
        describer: Who wrote it.
        status: Whether it is whole.
        problem: Why it is not; else empty.
        sections: In the order of a report.
        present: Terms that it calls present.
        excluded: Terms that it calls absent.
        suspected: Conditions that it names.
    """

    describer: str
    status: str
    problem: str
    sections: tuple[Section, ...]
    present: tuple[Term, ...]
    excluded: tuple[Term, ...]
    suspected: tuple[str, ...]


class Case(Said):
    """One image and what can be said of it. Research use, not a diagnosis.

    Attributes:
        card: The image.
        simulated: Whether it is known to show nobody.
        facts: What the cohort says.
        terms: HPO terms recorded for it.
        siblings: Other images of the same patient.
        no_face: Why nothing is measured and compared; "" where a face was found.
        notes: What a reader has to know about the picture.
        measures: Measures with z-scores; None without a face.
        near: Nearest cases; None without a face.
        answers: What runs said of it.
        n_runs: Runs that were asked.
        reports: In words.
    """

    card: Card
    simulated: bool
    facts: tuple[Fact, ...]
    terms: tuple[Term, ...]
    siblings: tuple[Card, ...]
    no_face: str
    notes: tuple[str, ...]
    measures: Measures | None
    near: Near | None
    answers: tuple[Answer, ...]
    n_runs: int
    reports: tuple[WrittenReport, ...]

    @property
    def told_of(self) -> tuple[str, ...]:
        """Images of which it says who is on them."""
        near = self.near.cards if self.near else ()
        return tuple(each.image_id for each in (self.card, *self.siblings, *near))


def read_case(holdings: Holdings, image_id: str) -> Case:
    """Gather what is known of one image.

    Args:
        holdings: What the explorer holds.
        image_id: Of its cohort.

    Raises:
        ImageError: The picture is gone, was altered, or cannot be opened.
    """
    cohort, catalogue = holdings.cohort, holdings.catalogue
    card = catalogue.card(image_id)
    runs = recognition_runs(holdings.named_runs)
    names = cohort.condition_names
    labels = {choice.value: choice.label for choice in catalogue.choices["term"]}
    row = catalogue.row(image_id) or 0
    probe = _probe(holdings, image_id)
    return Case(
        card=card,
        simulated=cohort.info.simulated,
        facts=_facts(holdings, row),
        terms=tuple(
            Term(term=term, label=labels[term])
            for term in str(cohort.images["hpo_terms"].iloc[row]).split("|")
            if term
        ),
        siblings=tuple(
            each
            for each in catalogue.cards
            if each.patient_id == card.patient_id and each.image_id != image_id
        ),
        no_face=probe if isinstance(probe, str) else "",
        notes=() if isinstance(probe, str) else probe.notes,
        measures=None if isinstance(probe, str) else _measures(holdings, probe),
        near=None if isinstance(probe, str) else _near(holdings, probe, row),
        answers=answers_on(runs, image_id, names),
        n_runs=len(runs),
        reports=tuple(
            _report(described, image_id)
            for described in holdings.described
            if image_id in described.reports
        ),
    )


def _probe(holdings: Holdings, image_id: str) -> Probe | str:
    """The picture with its face, or why there is none."""
    if holdings.faces.face(image_id) is None:
        return "No face was found on this picture: nothing is measured and nothing compared."
    return find_probe(image_id, holdings.cohort, holdings.faces)


def _facts(holdings: Holdings, row: int) -> tuple[Fact, ...]:
    about = holdings.cohort.images.iloc[row]
    country = str(about["country"])
    said = {
        "Image": str(about["image_id"]),
        "Patient": str(about["patient_id"]),
        "Sex": str(about["sex"]),
        "Age at the picture": _age(str(about["age"])),
        "Ancestry": str(about["ancestry"]),
        "Country": country_name(country) if country else "",
        "Source": str(about["source"]),
        "Consent": str(about["consent"]),
        "Made from": str(about["synthetic_of"]).replace("|", ", "),
    }
    always = ("Image", "Patient", "Sex", "Age at the picture", "Ancestry", "Country")
    return tuple(
        Fact(label=label, value=value or "not known")
        for label, value in said.items()
        if value or label in always
    )


def _age(iso: str) -> str:
    return f"{person('', age_in_years(iso))} ({iso})" if iso else ""


def _measures(holdings: Holdings, probe: Probe) -> Measures:
    reference = holdings.reference
    points = mesh_points(probe)
    if reference is not None:
        detector = holdings.settings.detector
        try:
            reference = reference_without(
                probe, holdings.cohort, reference, detector, lambda: holdings.unaffected
            )
        except TooFewError as error:
            why = f"without this patient, {error.message.rstrip('.')}"
            bare = replace(measure_probe(probe, None, points), left_out=why)
            return say_measures(bare, points)
    return say_measures(measure_probe(probe, reference, points), points)


def _near(holdings: Holdings, probe: Probe, row: int) -> Near | None:
    if probe.left_out.all():
        return None
    embeddings = np.asarray(holdings.embeddings)
    with holdings.pairing:
        found = find_neighbours(probe, embeddings[row], holdings.cohort, embeddings, shown=NEAREST)
    return Near(
        backbone=holdings.backbone.name,
        cases=tuple(
            NearCase(
                card=holdings.catalogue.card(case.image_id),
                cosine=case.cosine,
                above_same=case.above_same,
                above_different=case.above_different,
            )
            for case in found.cases
        ),
        n_images=found.n_cases,
        n_patients=found.n_patients,
        same_pairs=found.same_pairs,
        different_pairs=found.different_pairs,
    )


def _report(described: Described, image_id: str) -> WrittenReport:
    report = described.reports[image_id]
    labels = {finding.term: finding.label for finding in report.findings}

    def terms(state: str) -> tuple[Term, ...]:
        return tuple(Term(term=each, label=labels[each]) for each in sorted(report.terms(state)))

    return WrittenReport(
        describer=str(described.about.get("describer") or "not known"),
        status=report.status,
        problem=report.problem,
        sections=tuple(
            Section(heading=heading, text=report.sections[key])
            for key, heading in SECTIONS.items()
            if report.sections.get(key)
        ),
        present=terms("present"),
        excluded=terms("excluded"),
        suspected=report.suspected,
    )
