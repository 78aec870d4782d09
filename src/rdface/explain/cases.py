"""The nearest cases of a gallery, the conditions they speak for, and what a cosine is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rdface.explain.probe import Probe
from rdface.learners.gallery import first_hits, nearest
from rdface.learners.preparation import Floats, unit_rows
from rdface.metrics.small_samples import (
    FEWEST_CARRIERS,
    FEWEST_PATIENTS,
    effective_number,
    wilson_interval,
)

if TYPE_CHECKING:
    from rdface.cohort import Cohort

RESAMPLES = 500
MOST_IMAGES = 4_000
"""Pairs are counted among so many images at most, drawn by lot."""


@dataclass(frozen=True)
class Share:
    """A share of pairs with its 95 % interval over patients."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Case:
    """One image of the gallery.

    Attributes:
        image_id: Its id.
        row: In the cohort.
        condition: Its abbreviation.
        name: Of the condition.
        sex: ``female``, ``male`` or "".
        age: ISO 8601, or "".
        cosine: To the probe.
        above_same: Share of the pairs of two patients with one condition whose cosine is not
            above this one; None without such pairs.
        above_different: The same of the pairs of patients with different conditions.
    """

    image_id: str
    row: int
    condition: str
    name: str
    sex: str
    age: str
    cosine: float
    above_same: Share | None
    above_different: Share | None


@dataclass(frozen=True)
class RankedCondition:
    """A condition by its most similar case.

    Attributes:
        place: From 1.
        condition: Its abbreviation.
        name: In full.
        cosine: Of its most similar case, which is ``image_id``.
        image_id: That case.
        row: In the cohort.
        n_images: Images of the condition in the gallery.
        n_patients: Patients of it.
    """

    place: int
    condition: str
    name: str
    cosine: float
    image_id: str
    row: int
    n_images: int
    n_patients: int


@dataclass(frozen=True, eq=False)
class Neighbours:
    """What a gallery says of a probe.

    Attributes:
        cases: The nearest, the most similar first.
        conditions: All that the gallery has, by first hit.
        n_cases: Images of the gallery.
        n_patients: Patients of it.
        n_left_out: Images of the cohort that were left out.
        same_pairs: Pairs of patients' images with one condition that the shares rest on.
        different_pairs: Of different conditions.
    """

    cases: tuple[Case, ...]
    conditions: tuple[RankedCondition, ...]
    n_cases: int
    n_patients: int
    n_left_out: int
    same_pairs: int
    different_pairs: int


def find_neighbours(
    probe: Probe,
    embedding: NDArray[np.floating[Any]],
    cohort: Cohort,
    embeddings: NDArray[np.floating[Any]],
    *,
    shown: int = 10,
    seed: int = 0,
    pairs: PairCosines | None = None,
) -> Neighbours:
    """Ask the gallery: every image of the cohort that is not the probe's patient's.

    Args:
        probe: Whom it is about.
        embedding: ``[D]`` of the probe.
        cohort: The cohort.
        embeddings: ``[N, D]`` of its images, in order.
        shown: Cases that are returned.
        seed: Of the resamples, and of the images that pairs are counted among.
        pairs: Those of the gallery, where they were counted before.

    Raises:
        UsageError: Nobody is left in the gallery.
    """
    from rdface.errors import UsageError

    kept = np.flatnonzero(~probe.left_out)
    if not len(kept):
        raise UsageError(f"{cohort.info.name} has no image of anybody but the probe's patient.")
    images = cohort.images.iloc[kept]
    image_ids, own, sexes, ages = (
        images[column].tolist() for column in ("image_id", "condition", "sex", "age")
    )
    names = cohort.condition_names
    label_of = {condition: k for k, condition in enumerate(cohort.condition_ids)}
    labels = np.array([label_of[each] for each in own])
    gallery = np.asarray(embeddings, np.float64)[kept]
    order, cosines = nearest(gallery, np.asarray(embedding, np.float64)[None], len(gallery))
    scores = first_hits(order, cosines, labels, len(label_of))[0]
    if pairs is None:
        pairs = PairCosines.of(gallery, labels, images["patient_id"].tolist(), seed=seed)
    cases = tuple(
        Case(
            image_id=image_ids[k],
            row=int(kept[k]),
            condition=own[k],
            name=names[own[k]],
            sex=sexes[k],
            age=ages[k],
            cosine=float(cosine),
            above_same=pairs.share(float(cosine), same=True),
            above_different=pairs.share(float(cosine), same=False),
        )
        for k, cosine in zip(order[0, :shown], cosines[0, :shown], strict=True)
    )
    patients = images["patient_id"].to_numpy()
    ranked = []
    for place, c in enumerate(np.argsort(-scores, kind="stable")[: np.isfinite(scores).sum()], 1):
        first = order[0][labels[order[0]] == c][0]
        ranked.append(
            RankedCondition(
                place=place,
                condition=cohort.condition_ids[c],
                name=names[cohort.condition_ids[c]],
                cosine=float(scores[c]),
                image_id=image_ids[first],
                row=int(kept[first]),
                n_images=int((labels == c).sum()),
                n_patients=len(set(patients[labels == c])),
            )
        )
    return Neighbours(
        cases,
        tuple(ranked),
        len(kept),
        len(set(patients)),
        int(probe.left_out.sum()),
        pairs.n(same=True),
        pairs.n(same=False),
    )


@dataclass(frozen=True, eq=False)
class PairCosines:
    """Cosines of all pairs of images of two different patients.

    Attributes:
        cosines: ``[P, P]``... of images, ``[G, G]``; only pairs of different patients count.
        same: ``bool [G, G]``, pairs with one condition, two patients.
        different: ``bool [G, G]``, pairs with different conditions.
        patient: ``int [G]``, number of each image's patient.
        weights: ``[B, P]``, how often each patient is drawn.
    """

    cosines: Floats
    same: NDArray[np.bool_]
    different: NDArray[np.bool_]
    patient: NDArray[np.intp]
    weights: Floats

    @classmethod
    def of(
        cls, gallery: Floats, labels: NDArray[np.intp], patients: Sequence[str], *, seed: int
    ) -> PairCosines:
        """Count pairs among a gallery's images ``[G, D]``, each pair once."""
        rng = np.random.default_rng(seed)
        if len(gallery) > MOST_IMAGES:
            kept = np.sort(rng.choice(len(gallery), MOST_IMAGES, replace=False))
            gallery, labels = gallery[kept], labels[kept]
            patients = [patients[k] for k in kept]
        rows = unit_rows(gallery)
        _, patient = np.unique(np.asarray(patients, dtype=str), return_inverse=True)
        apart = np.triu(patient[:, None] != patient[None], 1)
        one = labels[:, None] == labels[None]
        n = int(patient.max()) + 1
        draws = rng.multinomial(n, np.full(n, 1 / n), size=RESAMPLES).astype(np.float64)
        return cls(rows @ rows.T, apart & one, apart & ~one, patient, draws)

    @cached_property
    def largest(self) -> float:
        """Cosine of the two patients' pictures that are most alike; ``-inf`` without a pair."""
        return float(self.cosines.max(where=self.same | self.different, initial=-np.inf))

    def n(self, *, same: bool) -> int:
        """How many pairs there are."""
        return int((self.same if same else self.different).sum())

    def share(self, cosine: float, *, same: bool) -> Share | None:
        """Share of the pairs whose cosine is not above this one.

        The interval is a percentile bootstrap over patients: a pair counts as often as both of
        its patients together are drawn. Where fewer than 20 patients stand in the pairs, or in
        effect fewer than 10 in those below or above, it is Wilson's on half as many trials as
        patients: the variance of a share p of pairs is at most p (1 - p) / (P / 2) (Hoeffding,
        Annals of Mathematical Statistics 1948).
        """
        mask = self.same if same else self.different
        if not mask.any():
            return None
        below = mask & (self.cosines <= cosine)
        hits = self._between(below)
        pairs, pairs_drawn = self._all[same]
        value = float(hits.sum() / pairs.sum())
        under, over = (between.sum(axis=0) + between.sum(axis=1) for between in (hits, pairs))
        carriers = min(effective_number(under), effective_number(over - under))
        if np.count_nonzero(over) < FEWEST_PATIENTS or carriers < FEWEST_CARRIERS:
            return Share(value, *wilson_interval(value, effective_number(over) / 2))
        some = pairs_drawn > 0
        rates = self._drawn(hits)[some] / pairs_drawn[some]
        low, high = np.percentile(rates, [2.5, 97.5])
        return Share(value, float(low), float(high))

    @cached_property
    def _all(self) -> dict[bool, tuple[Floats, Floats]]:
        """All pairs between every two patients, and how many each resample has."""
        found = {}
        for same, mask in ((True, self.same), (False, self.different)):
            pairs = self._between(mask)
            found[same] = pairs, self._drawn(pairs)
        return found

    def _drawn(self, between: Floats) -> Floats:
        """Pairs in each resample, ``[B]``."""
        return np.asarray(
            np.einsum("bi,ij,bj->b", self.weights, between, self.weights, optimize=True)
        )

    def _between(self, mask: NDArray[np.bool_]) -> Floats:
        """Pairs between every two patients, ``[P, P]``."""
        n = int(self.patient.max()) + 1
        first, second = np.nonzero(mask)
        counts = np.zeros((n, n))
        np.add.at(counts, (self.patient[first], self.patient[second]), 1.0)
        return counts
