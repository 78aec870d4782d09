"""From which cosine on two pictures show one person: a share of pairs of other people.

A face-recognition network places two pictures of one person near each other, and some pairs of
different people as near. The threshold is the cosine above which a stated share of pairs of
different patients lies, on pictures whose patients are known; how many pairs of one patient lie
above it is said with it (P. J. Phillips et al. call them false and true accept rates: The FERET
evaluation methodology for face-recognition algorithms, IEEE PAMI 22, 2000).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from rdface.curation.quality.similar_pairs import unit_rows
from rdface.errors import UsageError

if TYPE_CHECKING:
    from rdface.cohort import Cohort

FEWEST_ABOVE: Final = 5
"""Pairs that must lie above a threshold for it to be taken."""

MADE_ON: Final = "simulated children of development seeds (docs/cohort-audit.md)"
SHIPPED: Final[dict[str, dict[float, tuple[float, float]]]] = {
    "sface": {1e-3: (0.439, 0.86), 1e-4: (0.525, 0.69), 1e-5: (0.592, 0.51)},
    "facenet": {1e-3: (0.550, 0.65), 1e-4: (0.643, 0.43), 1e-5: (0.715, 0.22)},
}
"""Network -> share of pairs of different patients -> cosine, share of pairs of one patient found.

Of centred embeddings. ``benchmarks/cohort_audit_people.py`` makes it anew."""


@dataclass(frozen=True)
class PersonThreshold:
    """A threshold and what is known of it.

    Attributes:
        cosine: Of centred embeddings; at or above it two pictures are shown as one person's.
        share: Of pairs of different patients that lie above it.
        found: Of pairs of one patient that lie above it; NaN where not known.
        made_on: Whose pairs.
    """

    cosine: float
    share: float
    found: float
    made_on: str


def shipped_threshold(identity: str, share: float) -> PersonThreshold:
    """The threshold for a network at a share of pairs.

    Raises:
        UsageError: There is none; another cohort can give one.
    """
    known = SHIPPED.get(identity, {})
    if share not in known:
        shares = ", ".join(f"{each:g}" for each in known) or "none"
        raise UsageError(
            f"No threshold of {identity} is known for a share of {share:g}; known: {shares}.",
            hint="Give a cohort whose patient ids are trusted: --calibrate-on COHORT.",
        )
    cosine, found = known[share]
    return PersonThreshold(cosine, share, found, MADE_ON)


def calibrated_threshold(
    embedded: NDArray[np.float32], patients: NDArray[np.object_], share: float, made_on: str
) -> PersonThreshold:
    """The threshold that some pictures give.

    Args:
        embedded: ``[N, D]`` of pictures with a face.
        patients: ``[N]``, to be trusted.
        share: Of pairs of different patients that may lie above it.
        made_on: What to say of the pictures.

    Raises:
        UsageError: Too few pairs for that share.
    """
    rows = unit_rows(embedded - embedded.mean(axis=0))
    one, other = np.triu_indices(len(rows), 1)
    cosines = np.concatenate([rows[i] @ rows[i + 1 :].T for i in range(len(rows))] or [[]])
    same = patients[one] == patients[other]
    different = np.sort(cosines[~same])
    above = int(np.floor(share * len(different)))
    if above < FEWEST_ABOVE:
        raise UsageError(
            f"{made_on} has {len(different)} pairs of different patients: too few for a share of "
            f"{share:g}.",
            hint=f"{int(FEWEST_ABOVE / share)} pairs are needed; a greater --person-share needs "
            "fewer.",
        )
    cosine = float(different[-above])
    found = float((cosines[same] >= cosine).mean()) if same.any() else float("nan")
    return PersonThreshold(cosine, share, found, made_on)


def check_apart(cohort: Cohort, other: Cohort) -> None:
    """Make sure that a threshold is not made on the very pictures that it will judge.

    Raises:
        UsageError: The two cohorts share a picture.
    """
    shared = set(cohort.images["sha256"]) & set(other.images["sha256"])
    if shared:
        raise UsageError(
            f"{other.info.name} and {cohort.info.name} share {len(shared)} pictures: a threshold "
            "must come from other ones.",
            hint="Give a cohort of other patients with --calibrate-on.",
        )
