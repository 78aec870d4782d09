"""Which conditions a model takes for one another, and what their faces share on paper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rdface.cohort import FacialTerm, parse_facial_hpo

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Pair:
    """Two conditions, their places in the order of the conditions, and how they are confused.

    Attributes:
        first: The condition with the larger share.
        second: The other.
        share: Of the tests of ``first``, those that have ``second`` among the first k.
        share_back: Of the tests of ``second``, those that have ``first`` among the first k.
    """

    first: int
    second: int
    share: float
    share_back: float


def intrusion(
    scores: NDArray[np.float32],
    truth: NDArray[np.int64],
    images: NDArray[np.int64],
    *,
    k: int = 5,
) -> Matrix:
    """How often each condition is among the first k of the tests of each other.

    Args:
        scores: ``[M, C]``; ties share the better place; ``-inf`` is never listed.
        truth: ``[M]``, column of the true condition.
        images: ``[M]``, number of the image; the repeats of an image weigh as one test.
        k: Length of the list.

    Returns:
        ``[C, C]`` in [0, 1]: row the truth, column the listed condition; rows of conditions that
        were not tested are NaN.
    """
    n_conditions = scores.shape[1]
    # k-th largest score of each row: whatever reaches it is on the list.
    kth = -np.partition(-scores, min(k, n_conditions) - 1, axis=1)[:, min(k, n_conditions) - 1]
    listed = (scores >= kth[:, None]) & np.isfinite(scores)
    weight = 1 / np.bincount(images)[images]
    total = np.zeros((n_conditions, n_conditions))
    np.add.at(total, truth, listed * weight[:, None])
    tests = np.bincount(truth, weight, minlength=n_conditions)
    return np.divide(
        total, tests[:, None], out=np.full_like(total, np.nan), where=tests[:, None] > 0
    )


def confused_pairs(share: Matrix, limit: int) -> list[Pair]:
    """The pairs that are confused most, in both directions.

    Ordered by the smaller of the two shares, so that a condition which is listed everywhere does
    not lead; then by the larger one.

    Args:
        share: From :func:`intrusion`.
        limit: How many at most; pairs that are never confused both ways are left out.
    """
    pairs = []
    for a in range(len(share)):
        for b in range(a + 1, len(share)):
            there, back = float(share[a, b]), float(share[b, a])
            # Each comparison is False for NaN: both must have been tested.
            if there > 0 and back > 0:
                pairs.append(Pair(a, b, there, back) if there >= back else Pair(b, a, back, there))
    pairs.sort(key=lambda pair: (-pair.share_back, -pair.share, pair.first, pair.second))
    return pairs[:limit]


class Phenotypes:
    """The facial terms of all conditions.

    Args:
        texts: The column ``facial_hpo``, one text a condition.
    """

    def __init__(self, texts: list[str]) -> None:
        self.terms: list[dict[str, FacialTerm]] = [
            {term.id: term for term in parse_facial_hpo(text) if term.probability > 0}
            for text in texts
        ]
        self.labels = {t.id: t.label for terms in self.terms for t in terms.values()}
        self.carriers = {
            id_: sum(id_ in terms for terms in self.terms) for id_ in sorted(self.labels)
        }

    def information(self, id_: str) -> float:
        """Rarity of a term over the conditions, ln(conditions / conditions with the term)."""
        return float(np.log(len(self.terms) / self.carriers[id_])) if id_ in self.carriers else 0.0

    def rarest_first(self, ids: set[str]) -> list[str]:
        """Known terms, those of the fewest conditions first."""
        return sorted(ids & set(self.carriers), key=lambda id_: (self.carriers[id_], id_))

    def shared(self, first: int, second: int) -> list[str]:
        """Terms of both conditions, the rarest first."""
        return self.rarest_first(set(self.terms[first]) & set(self.terms[second]))

    def similarity(self) -> Matrix:
        """Weighted Jaccard similarity of all pairs of conditions, ``[C, C]`` in [0, 1].

        Each term weighs its frequency in the condition times its :meth:`information`.
        """
        profile = np.array(
            [
                [
                    terms[id_].probability * self.information(id_) if id_ in terms else 0.0
                    for id_ in self.carriers
                ]
                for terms in self.terms
            ]
        )
        smaller = np.minimum(profile[:, None], profile[None]).sum(-1)
        larger = np.maximum(profile[:, None], profile[None]).sum(-1)
        return np.asarray(smaller / np.where(larger > 0, larger, 1))


def mantel(a: Matrix, b: Matrix, *, permutations: int = 999, seed: int = 0) -> tuple[float, float]:
    """Rank correlation of two symmetric matrices, tested by permuting the conditions.

    Mantel, "The detection of disease clustering and a generalized regression approach", Cancer
    Research 27 (1967).

    Args:
        a: ``[C, C]``; its diagonal is ignored.
        b: ``[C, C]``; likewise.
        permutations: Of rows and columns together.
        seed: Of the permutations.

    Returns:
        Spearman's correlation and its two-sided p value; NaN where either matrix is constant or
        there are fewer than four conditions.
    """
    from scipy.stats import rankdata

    size = len(a)
    upper = np.triu_indices(size, 1)
    if size < 4 or np.ptp(a[upper]) == 0 or np.ptp(b[upper]) == 0:
        return float("nan"), float("nan")
    ranks_a, ranked = rankdata(a[upper]), np.zeros((size, size))
    ranked[upper] = rankdata(b[upper])
    ranked += ranked.T
    ranks_a = (ranks_a - ranks_a.mean()) / ranks_a.std() / len(ranks_a)
    scale = ranked[upper].std()
    observed = float(ranks_a @ ranked[upper] / scale)
    rng = np.random.default_rng(seed)
    reached = 0
    for _ in range(permutations):
        order = rng.permutation(size)
        permuted = ranks_a @ ranked[order[:, None], order][upper] / scale
        reached += abs(permuted) >= abs(observed) - 1e-12
    return observed, (1 + reached) / (1 + permutations)
