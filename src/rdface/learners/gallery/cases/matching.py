"""Compare a probe with all cases of a gallery; conditions in the order of their first case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.learners.gallery.cases.folder import Gallery, Vectors
from rdface.learners.gallery.search import nearest_unit
from rdface.learners.learner import Labels
from rdface.learners.preparation import Floats

Search = Callable[[Vectors, int], tuple[Labels, Floats]]
"""Unit vector ``[dim]`` and k to rows ``[k]`` and cosines ``[k]``, the most similar first."""

FIRST_REACH = 512
"""Cases that are fetched at first; more, where they are of too few conditions."""


@dataclass(frozen=True)
class SimilarCase:
    """A case of the gallery beside a probe.

    Attributes:
        image_id: The picture.
        patient_id: Whose.
        cohort: From which cohort.
        cosine: In the gallery's metric, -1 to 1.
        rank: Among all cases, from 1.
    """

    image_id: str
    patient_id: str
    cohort: str
    cosine: float
    rank: int


@dataclass(frozen=True)
class Match:
    """A condition in the list.

    Attributes:
        rank: From 1, by the most similar case.
        condition: Id.
        name: In words.
        cosine: Of its most similar case.
        cases: Its most similar cases among those that were fetched.
        filed_cases: How many cases it has in the gallery.
        filed_patients: Of how many patients.
        trained: Whether it trained the metric; a condition that did not joined without training.
    """

    rank: int
    condition: str
    name: str
    cosine: float
    cases: tuple[SimilarCase, ...]
    filed_cases: int
    filed_patients: int
    trained: bool


def exact(vectors: Vectors) -> Search:
    """Compare with every case."""

    def search(probe: Vectors, k: int) -> tuple[Labels, Floats]:
        rows, cosines = nearest_unit(vectors, probe[None], k)
        return rows[0], cosines[0]

    return search


def match_vectors(
    gallery: Gallery,
    embedding: NDArray[np.floating[Any]],
    *,
    top: int = 30,
    cases: int = 3,
    leave_out: str = "",
    search: Search | None = None,
) -> list[Match]:
    """Rank conditions by first hit, as GestaltMatcher does (Hsieh et al. 2022).

    Args:
        gallery: Where.
        embedding: ``[D]``, as the backbone gives it.
        top: So many conditions, or as many as there are.
        cases: So many cases of each.
        leave_out: SHA-256 of pictures that must not answer: the probe's own.
        search: How; compares with every case if not given.
    """
    probe = gallery.projection.apply(embedding[None])[0].astype(np.float32)
    search = search or exact(gallery.vectors)
    table = gallery.cases
    conditions = table["condition"].to_numpy(dtype=object)
    digests = table["sha256"].to_numpy(dtype=object)
    wanted = min(top, len(set(conditions)))
    reach = min(FIRST_REACH, len(table))
    while True:
        rows, cosines = search(probe, reach)
        others = digests[rows] != leave_out
        rows, cosines = rows[others], cosines[others]
        if len(set(conditions[rows])) >= wanted or reach == len(table):
            break
        reach = min(4 * reach, len(table))
    groups: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        groups.setdefault(str(conditions[row]), []).append(place)
    trained = set(gallery.manifest.metric.conditions)
    matches = []
    for rank, (condition, places) in enumerate(list(groups.items())[:top], start=1):
        filed = table[table["condition"] == condition]
        matches.append(
            Match(
                rank=rank,
                condition=condition,
                name=str(filed["name"].iloc[0]),
                cosine=float(cosines[places[0]]),
                cases=tuple(
                    SimilarCase(
                        image_id=str(table["image_id"].iloc[rows[place]]),
                        patient_id=str(table["patient_id"].iloc[rows[place]]),
                        cohort=str(table["cohort"].iloc[rows[place]]),
                        cosine=float(cosines[place]),
                        rank=place + 1,
                    )
                    for place in places[:cases]
                ),
                filed_cases=len(filed),
                filed_patients=len(filed[["cohort", "patient_id"]].drop_duplicates()),
                trained=condition in trained,
            )
        )
    return matches
