"""Diversity of a pool beside that of its training faces, at equal n and equal conditions.

Two pictures of one patient are alike, which would make real faces look less varied than people are.
Pairwise distances leave such pairs out; the Vendi score, which has no pairs, gets one picture of
each patient.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rdface.metrics import bootstrap
from rdface.metrics.diversity import cosine_kernel, mean_pairwise, vendi_score
from rdface.metrics.jackknife import Spread, jackknife
from rdface.metrics.realism.kernel_distance import squared_distances
from rdface.screening.audit.schema import Diversity, Number
from rdface.screening.audit.sides import Labels, Sides, matched_rows, one_each

Rows = NDArray[np.intp]
Matrix = Callable[[NDArray[np.floating[Any]]], NDArray[np.float64]]
Pick = Callable[[Labels, np.random.Generator], Rows]
Measure = Callable[[NDArray[np.float64], Labels], float]

DRAWS: Final = 20
"""Draws of so many generated faces as there are real ones."""


def judge_diversity(
    sides: Sides,
    synthetic: Mapping[str, NDArray[np.floating[Any]]],
    training: Mapping[str, NDArray[np.floating[Any]]],
    *,
    seed: int,
) -> list[Diversity]:
    """Mean pairwise distance and Vendi score, per condition and over the pool.

    Args:
        sides: Who is who.
        synthetic: Name of the features to features ``[S, D]`` whose Euclidean distance is the
            distance and whose cosine is the similarity.
        training: The same of the training faces.
        seed: Of draws.
    """
    found = []
    for name, fake in synthetic.items():
        real = training[name]
        for kind in _KINDS:
            parts = [over(sides, fake, real, kind, seed) for over in (_over_pool, _per_condition)]
            found += [Diversity(measure=kind.name, features=name, **part) for part in parts if part]
    return found


def euclidean(features: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Distances ``[N, N]``."""
    return np.asarray(np.sqrt(squared_distances(features, features)))


def _vendi(kernel: NDArray[np.float64], groups: Labels) -> float:
    return vendi_score(kernel)


def _all_of(patients: Labels, rng: np.random.Generator) -> Rows:
    return np.arange(len(patients))


class _Kind(NamedTuple):
    """A measure: its name, matrix and number, and which of the real faces it takes."""

    name: Literal["mean pairwise distance", "Vendi score"]
    matrix: Matrix
    number: Measure
    pick: Pick


_KINDS: Final = (
    _Kind("mean pairwise distance", euclidean, mean_pairwise, _all_of),
    _Kind("Vendi score", cosine_kernel, _vendi, one_each),
)


def _over_pool(
    sides: Sides, fake: NDArray[Any], real: NDArray[Any], kind: _Kind, seed: int
) -> dict[str, Any]:
    """One draw of equally many of each condition."""
    rng = np.random.default_rng(seed)
    rows = kind.pick(sides.training.patients, rng)
    picked, of_fake = matched_rows(sides.training.conditions[rows], sides.synthetic.conditions, rng)
    of_real = rows[picked]
    if len(of_real) < 2:
        return {}
    return over_pool(
        kind.matrix(fake[of_fake]),
        kind.matrix(real[of_real]),
        kind.number,
        sides.training.patients[of_real],
        sides.training.conditions[of_real],
        seed,
    )


def over_pool(
    fakes: NDArray[Any],
    reals: NDArray[Any],
    number: Measure,
    patients: Labels,
    conditions: Labels,
    seed: int,
) -> dict[str, Any]:
    """Equally many generated and real faces; intervals over images and over patients.

    Args:
        fakes: ``[n, n]`` distances or kernel of generated faces.
        reals: ``[n, n]`` of real ones.
        number: Of such a matrix.
        patients: ``[n]`` of the real faces.
        conditions: ``[n]`` of them.
        seed: Deals patients and images.
    """
    images = np.arange(len(fakes))

    def real(rows: Rows) -> tuple[float]:
        return (number(reals[np.ix_(rows, rows)], patients[rows]),)

    def fake(rows: Rows) -> tuple[float]:
        return (number(fakes[np.ix_(rows, rows)], images[rows]),)

    return {
        "over": "pool",
        "synthetic": Number.of(jackknife(fake, [images], seed=seed)[0]),
        "real": Number.of(jackknife(real, [patients], seed=seed)[0]),
        "difference": Number.of(
            jackknife(lambda a, b: (fake(a)[0] - real(b)[0],), [images, patients], seed=seed)[0]
        ),
        "n": len(reals),
        "n_patients": len(set(patients)),
        "n_conditions": len(set(conditions)),
    }


def _per_condition(
    sides: Sides, fake: NDArray[Any], real: NDArray[Any], kind: _Kind, seed: int
) -> dict[str, Any]:
    """Mean of many draws of equally many faces of each condition."""
    rng = np.random.default_rng(seed)
    pairs, n_faces, people = [], 0, 0
    for condition in sorted(set(sides.training.conditions)):
        of_real = np.flatnonzero(sides.training.conditions == condition)
        of_fake = np.flatnonzero(sides.synthetic.conditions == condition)
        patients = sides.training.patients[of_real]
        n = min(len(kind.pick(patients, rng)), len(of_fake))
        if n < 2:
            continue
        values = []
        for _ in range(DRAWS):
            ours = rng.permutation(of_fake)[:n]
            theirs = rng.permutation(of_real[kind.pick(patients, rng)])[:n]
            values.append(
                (
                    kind.number(kind.matrix(fake[ours]), ours),
                    kind.number(kind.matrix(real[theirs]), sides.training.patients[theirs]),
                )
            )
        # A draw of one patient's pictures alone has no pair of two.
        whole = np.asarray([pair for pair in values if np.isfinite(pair).all()])
        if len(whole):
            pairs.append((float(whole[:, 0].mean()), float(whole[:, 1].mean())))
            n_faces += n
            people += len(set(patients))
    return over_conditions(pairs, n_faces, people, seed)


def over_conditions(
    pairs: Sequence[tuple[float, float]], n_faces: int, n_patients: int, seed: int
) -> dict[str, Any]:
    """Mean over conditions of generated and real faces, paired; bootstrap over conditions.

    Args:
        pairs: Number of generated and of real faces, one pair a condition; NaN is left out.
        n_faces: Faces of either side.
        n_patients: Patients of the real side.
        seed: Of the bootstrap.
    """
    known = [pair for pair in pairs if np.isfinite(pair).all()]
    if not known:
        return {}
    table = np.asarray(known)
    table = np.column_stack([table, table[:, 0] - table[:, 1]])
    weights = bootstrap.patient_weights(len(table), bootstrap.N_RESAMPLES, seed) / len(table)
    synthetic, real, difference = (
        Number.of(Spread(float(column.mean()), *bootstrap.percentile_interval(weights @ column)))
        if len(table) >= 3
        else Number.alone(float(column.mean()))
        for column in table.T
    )
    return {
        "over": "condition",
        "synthetic": synthetic,
        "real": real,
        "difference": difference,
        "n": n_faces,
        "n_patients": n_patients,
        "n_conditions": len(table),
    }
