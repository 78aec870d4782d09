"""Realism of a pool: kernel, Fréchet and neighbour measures, each at equal n beside its floor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rdface.metrics.jackknife import Spread, jackknife
from rdface.metrics.realism.floor import floor_of, largest_side
from rdface.metrics.realism.frechet import frechet_distance
from rdface.metrics.realism.kernel_distance import (
    CMMD_BANDWIDTH,
    cubic_kernel,
    median_distance,
    mmd_of_kernels,
    squared_distances,
    unit_rows,
)
from rdface.metrics.realism.neighbours import NEIGHBOURS, prdc_of_distances
from rdface.screening.audit.schema import Number, Realism, Reference
from rdface.screening.audit.sides import Labels, Sides, matched_rows

Rows = NDArray[np.intp]

FEWEST: Final = 10
"""Faces of either side below which nothing is said."""
DEALS: Final = 50
RANGES: Final = {
    "fd": (0.0, np.inf),
    "precision": (0.0, 1.0),
    "recall": (0.0, 1.0),
    "density": (0.0, np.inf),
    "coverage": (0.0, 1.0),
}


def judge_realism(
    sides: Sides,
    synthetic: Mapping[str, NDArray[np.floating[Any]]],
    training: Mapping[str, NDArray[np.floating[Any]]],
    held_out: Mapping[str, NDArray[np.floating[Any]]],
    *,
    seed: int,
) -> list[Realism]:
    """All measures, backbones and references; empty where there are too few faces.

    The generated faces are drawn at random with the condition counts of the real ones, so that a
    pool of other proportions is not blamed for them. All numbers of a backbone rest on the same n.

    Args:
        sides: Who is who.
        synthetic: Backbone to embeddings ``[S, D]`` of the pool.
        training: The same of the training faces.
        held_out: The same of the held-out faces.
        seed: Of draws and deals.
    """
    chosen = _draw(sides, seed)
    found: list[Realism] = []
    for backbone, fake in synthetic.items():
        real = np.concatenate([training[backbone], held_out[backbone]])
        for reference, (of_real, of_fake) in chosen.items():
            found += _compare(backbone, reference, sides, real, fake, of_real, of_fake, seed)
    return found


def _draw(sides: Sides, seed: int) -> dict[Reference, tuple[Rows, Rows]]:
    """Rows of real faces (training first, then held out) and of generated ones, by reference.

    All of one size, which two sides of real faces have in every deal of the floor, too.
    """
    rng = np.random.default_rng(seed)
    drawn: dict[Reference, tuple[Rows, Rows]] = {}
    n_training = len(sides.training)
    for reference, side, first in (
        ("held-out", sides.held_out, n_training),
        ("training", sides.training, 0),
    ):
        of_real, of_fake = matched_rows(side.conditions, sides.synthetic.conditions, rng)
        order = rng.permutation(len(of_real))
        drawn[reference] = (of_real[order] + first, of_fake[order])  # type: ignore[index]
    known = [rows[0] for rows in drawn.values() if len(rows[0]) >= FEWEST]
    n = min(map(len, known), default=0)
    while n >= FEWEST and (fits := min(_room(sides, rows[:n], seed) for rows in known)) < n:
        n = fits  # fewer faces are of fewer conditions, which leaves fewer to be dealt
    if n < FEWEST:
        return {}
    return {
        reference: (of_real[:n], of_fake[:n])
        for reference, (of_real, of_fake) in drawn.items()
        if len(of_real) >= n
    }


def _people(sides: Sides) -> tuple[Labels, Labels]:
    """Patients and conditions of all real faces, training first, then held out."""
    training, held_out = sides.training, sides.held_out
    return (
        np.concatenate([training.patients, held_out.patients]),
        np.concatenate([training.conditions, held_out.conditions]),
    )


def _room(sides: Sides, of_real: Rows, seed: int) -> int:
    """Faces of a side in every deal of these faces' floor."""
    patients, conditions = _people(sides)
    rows = _dealt(of_real, conditions)
    return largest_side(patients[rows], conditions[rows], deals=DEALS, seed=seed)


def _dealt(of_real: Rows, conditions: Labels) -> Rows:
    """Real faces that the floor deals: all of the conditions that are compared."""
    return np.flatnonzero(np.isin(conditions, np.unique(conditions[of_real])))


def _compare(
    backbone: str,
    reference: Reference,
    sides: Sides,
    real: NDArray[np.floating[Any]],
    fake: NDArray[np.floating[Any]],
    of_real: Rows,
    of_fake: Rows,
    seed: int,
) -> list[Realism]:
    patients, conditions = _people(sides)
    rows = _dealt(of_real, conditions)
    both = np.concatenate([real, fake[of_fake]])
    # A generated face is nobody's but its own.
    nobody = np.array([f"generated {row}" for row in range(len(of_fake))], object)
    people = np.concatenate([patients, nobody])
    measured = _Measured(backbone, both, people, bandwidth_of(backbone, real))
    theirs, ours = of_real, np.arange(len(of_fake)) + len(real)
    spreads = jackknife(
        lambda a, b: measured(theirs[a], ours[b]),
        [patients[theirs], np.arange(len(ours))],
        seed=seed,
    )
    floors = floor_of(
        lambda a, b: measured(rows[a], rows[b]),
        patients[rows],
        conditions[rows],
        len(theirs),
        deals=DEALS,
        seed=seed,
    )
    return [
        Realism(
            reference=reference,
            backbone=backbone,
            metric=metric,
            number=Number.of(_inside(metric, spread)),
            floor=Number.of(floor[:3]),
            n=len(theirs),
            n_patients=len(set(patients[theirs])),
        )
        for metric, spread, floor in zip(measured.names, spreads, floors, strict=True)
    ]


def _inside(metric: str, spread: Spread) -> Spread:
    """The interval within what the measure can be."""
    if metric not in RANGES:
        return spread
    low, high = np.clip(spread[1:], *RANGES[metric])
    return Spread(spread.value, float(low), float(high))


def bandwidth_of(backbone: str, real: NDArray[np.floating[Any]]) -> float:
    """The paper's for CLIP; else the median distance of real faces' unit vectors."""
    return CMMD_BANDWIDTH if is_clip(backbone) else median_distance(unit_rows(real))


def is_clip(backbone: str) -> bool:
    """Whether the kernel distance may be called CMMD."""
    return backbone.startswith("clip")


class _Measured:
    """All measures of two sets of rows of one matrix; kernels are computed once.

    Args:
        backbone: Names the kernel distance.
        embeddings: ``[N, D]`` of everybody.
        people: ``[N]`` who each is.
        bandwidth: Of the Gaussian kernel.
    """

    def __init__(
        self, backbone: str, embeddings: NDArray[Any], people: Labels, bandwidth: float
    ) -> None:
        self.names = (
            "cmmd" if is_clip(backbone) else "mmd",
            "kid",
            "fd",
            "precision",
            "recall",
            "density",
            "coverage",
        )
        self._people = people
        self._rows = np.asarray(embeddings, np.float64)
        apart = squared_distances(unit_rows(embeddings), unit_rows(embeddings))
        self._gaussian = np.exp(-0.5 / max(bandwidth, 1e-12) ** 2 * apart)
        self._cubic = cubic_kernel(embeddings, embeddings)
        self._distances = squared_distances(embeddings, embeddings)

    def __call__(self, real: Rows, fake: Rows) -> Sequence[float]:
        """The numbers in the order of ``names``."""
        groups = {"x_groups": self._people[real], "y_groups": self._people[fake]}
        blocks = [np.ix_(real, real), np.ix_(fake, fake), np.ix_(real, fake)]
        rr, ff, rf = (self._distances[block] for block in blocks)
        return (
            mmd_of_kernels(*(self._gaussian[block] for block in blocks), **groups),
            mmd_of_kernels(*(self._cubic[block] for block in blocks), **groups),
            frechet_distance(self._rows[real], self._rows[fake]),
            *prdc_of_distances(rr, ff, rf, NEIGHBOURS),
        )
