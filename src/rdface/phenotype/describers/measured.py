"""The describer that measures: no language model, the same words for the same picture.

A ruler reads 84 measures of the head off the picture, in SD of unaffected children of the same age
and sex; from these follow the probabilities of HPO terms (see :mod:`rdface.phenotype.fitting`).
Each finding says on which measures it rests. The ruler was fitted on simulated faces, whose heads
are known, and **what it says of a photograph of a person has not been tested at all**.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import ClassVar

import numpy as np
from scipy.special import expit

from rdface.faces.anthropometry import measuring_fingerprint
from rdface.files import sha256_bytes
from rdface.phenotype.appearance import appearance_fingerprint
from rdface.phenotype.describer import DESCRIBERS, Answer, Describer, Picture
from rdface.phenotype.measured_model import SHIPPED, MeasuredModel, shipped_model
from rdface.phenotype.measured_words import evidence_of, not_seen, say, sections_of
from rdface.phenotype.picture_numbers import PITCH_LIMIT, YAW_LIMIT, numbers_of
from rdface.phenotype.ranking import Profiles, rank_by_evidence
from rdface.phenotype.report import Finding
from rdface.phenotype.truth import shown_terms


@DESCRIBERS.register("measured")
class MeasuredDescriber(Describer):
    """HPO terms from measures of the face, by region, with the measures they rest on.

    Args:
        conditions: How many suspected conditions are named; 0 for none.
    """

    gives_findings: ClassVar[bool] = True

    conditions: int = 5

    @property
    def fingerprint(self) -> str:
        """See the base: model, networks, formulas, limits."""
        shipped = files("rdface.phenotype").joinpath(SHIPPED).read_bytes()
        parts = ("measured 1", sha256_bytes(shipped), appearance_fingerprint())
        more = (measuring_fingerprint(), YAW_LIMIT, PITCH_LIMIT, self.conditions)
        return sha256_bytes(" ".join(map(str, (*parts, *more))).encode())

    def describe(self, pictures: Sequence[Picture]) -> Iterator[Answer]:
        """One answer a picture, in their order; nothing is ever refused."""
        model = shipped_model()
        for picture in pictures:
            yield describe_one(picture, model, self.conditions)


def describe_one(picture: Picture, model: MeasuredModel, n_conditions: int) -> Answer:
    """The answer for one picture.

    A picture without a face, of a person of unknown age or sex, or of a head that is turned too
    far has all its terms "not assessable", and its text says why.
    """
    why = _before_looking(picture)
    if not why and picture.face is not None:
        numbers = numbers_of(picture.image, picture.face, picture.age, picture.sex)
        if abs(numbers.yaw) > YAW_LIMIT or abs(numbers.pitch) > PITCH_LIMIT:
            why = (
                f"the head is turned too far (yaw {numbers.yaw:.0f}, pitch {numbers.pitch:.0f} "
                f"degrees; the limits are {YAW_LIMIT:.0f} and {PITCH_LIMIT:.0f})"
            )
        else:
            measured = model.measure(numbers.x[None])
            return _answer(picture, model, measured, n_conditions)
    findings = tuple(
        Finding(
            term=term,
            label=shown_terms()[term].label,
            state="not assessable",
            section=section,
            evidence=why,
        )
        for term in model.terms
        for section in sections_of(term)
    )
    return Answer(picture.image_id, say(findings, why, (), model, None), None, findings)


def _before_looking(picture: Picture) -> str:
    if picture.face is None:
        return "no face was found"
    if not np.isfinite(picture.age):
        return "the age is not known, and children of different ages have different faces"
    if picture.sex not in ("female", "male"):
        return "the sex is not known, and girls and boys have different faces"
    return ""


def _answer(
    picture: Picture, model: MeasuredModel, measured: np.ndarray, n_conditions: int
) -> Answer:
    odds, parts = model.log_odds(measured)
    probabilities = expit(odds[0])
    states = model.states(probabilities[None])[0]
    findings: list[Finding] = []
    for k in np.lexsort((np.array(model.terms), -odds[0])).tolist():
        term, state = model.terms[k], states[k].item()
        if not state:
            continue  # neither likely nor unlikely: nothing is said
        seen = state != "not assessable"
        toward = parts[0, :, k] if state == "present" else -parts[0, :, k]
        why = evidence_of(model, k, measured[0], toward) if seen else not_seen(model, k)
        for section in sections_of(term):
            findings.append(
                Finding(
                    term=term,
                    label=shown_terms()[term].label,
                    state=state,
                    section=section,
                    evidence=why,
                    probability=float(probabilities[k]) if seen else None,
                )
            )
    sure = {
        term: float(p)
        for term, p, fine in zip(model.terms, probabilities, model.assessable, strict=True)
        if fine
    }
    suspects = rank_by_evidence(sure, _profiles())[:n_conditions]
    kept = tuple(findings)
    return Answer(picture.image_id, say(kept, "", suspects, model, measured[0]), None, kept)


@lru_cache(maxsize=1)
def _profiles() -> Profiles:
    """Of the conditions that come with rdface."""
    from rdface.simulate.conditions import all_conditions

    names = {each.abbreviation: each.name for each in all_conditions()}
    terms = {
        each.abbreviation: {term.id: term.probability for term in each.terms}
        for each in all_conditions()
    }
    return Profiles(names, terms)
