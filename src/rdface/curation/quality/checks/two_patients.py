"""Two pictures that look like one person under two patient ids, of one condition or of two."""

from __future__ import annotations

from collections.abc import Iterator

from rdface.curation.quality.evidence import CENTRED_FROM, Evidence
from rdface.curation.quality.finding import Finding, check

_ABOUT = (
    "Cosine of two face embeddings, the cohort's mean taken off. Siblings, twins and children of"
    " one condition look alike too: this asks to look at the records and shows nothing by itself."
)
_SOURCE = "Zhong et al. 2021 (SFace), Schroff et al. 2015 (FaceNet); Phillips et al. 2000 (rates)"


@check(
    "two-patient-ids",
    "One person under two patient ids?",
    group="people",
    about=_ABOUT,
    source=_SOURCE,
)
def two_patient_ids(seen: Evidence) -> Iterator[Finding]:
    """Yield the most similar pair of pictures of two patients of one condition."""
    yield from _pairs(seen, "two-patient-ids", across=False)


@check(
    "two-conditions",
    "One person under two conditions?",
    group="people",
    about=_ABOUT,
    source=_SOURCE,
)
def two_conditions(seen: Evidence) -> Iterator[Finding]:
    """Yield the most similar pair of pictures of two patients of different conditions."""
    yield from _pairs(seen, "two-conditions", across=True)


def _pairs(seen: Evidence, name: str, *, across: bool) -> Iterator[Finding]:
    if (faces := int(seen.has_face.sum())) < CENTRED_FROM:
        seen.notes.append(
            f"One person under two {'conditions' if across else 'patient ids'} was not looked for:"
            f" that needs {CENTRED_FROM} pictures with a face, whose mean is taken off, and there"
            f" are {faces}."
        )
        return
    patients, conditions = seen.column("patient_id"), seen.column("condition")
    best: dict[tuple[str, str], tuple[float, int, int]] = {}
    for i, j, score in zip(*seen.near_people, strict=True):
        one, other = int(i), int(j)
        if patients[one] == patients[other] or (conditions[one] != conditions[other]) != across:
            continue
        if (one, other) in seen.same_picture_rows:  # shown among the copies already
            continue
        low, high = sorted((str(patients[one]), str(patients[other])))
        if best.get((low, high), (-2.0,))[0] < score:
            best[low, high] = (float(score), one, other)
    limit = seen.person.cosine
    for score, one, other in sorted(best.values(), reverse=True):
        what = f"patients {patients[one]} and {patients[other]}"
        if across:
            what += f" ({conditions[one]} and {conditions[other]})"
        yield Finding(
            name,
            (seen.ids[one], seen.ids[other]),
            score,
            limit,
            f"These pictures of {what} may show one person: cosine {score:.2f};"
            f" {seen.person.share:.2%} of pairs of different patients lie above {limit:.2f}.",
            score,
        )
