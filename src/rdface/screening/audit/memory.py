"""Memorisation of a pool: training faces against held-out faces, in two views."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rdface.metrics.jackknife import Spread, jackknife
from rdface.metrics.memorisation import (
    authentic,
    copy_test,
    membership_auc,
    nearer_to_training,
)
from rdface.metrics.memorisation_copies import nearest
from rdface.screening.audit.schema import Memory, Number
from rdface.screening.audit.sides import Sides, matched_rows, one_each

Rows = NDArray[np.intp]
Matrix = NDArray[np.floating[Any]]

DRAWS: Final = 10
"""Draws of as many training faces of each condition as there are held-out ones."""


def judge_memory(
    view: str,
    sides: Sides,
    rows: Rows,
    to_training: Matrix,
    to_held_out: Matrix,
    among_training: Matrix,
    held_out_to_training: Matrix,
    *,
    seed: int,
) -> list[Memory]:
    """Four measures in one view; those that need held-out faces are left out without any.

    Args:
        view: Its name.
        sides: Who is who.
        rows: ``[S']`` of the pool's faces that are compared (those with a face).
        to_training: ``[S', T]`` distances.
        to_held_out: ``[S', H]``.
        among_training: ``[T, T]``.
        held_out_to_training: ``[H, T]``.
        seed: Of draws.
    """
    training, held_out = sides.training, sides.held_out
    if not len(rows):
        return []
    people = len(set(training.patients) | set(held_out.patients))
    numbers: dict[str, Any] = {
        "view": view,
        "n_synthetic": len(rows),
        "n_training": len(training),
        "n_held_out": len(held_out),
        "n_patients": people,
    }
    ours, theirs = (
        nearest(each, training.patients) for each in (to_training, held_out_to_training)
    )
    own = nearest(among_training, training.patients, own=training.patients).distance
    found = [
        Memory(
            measure="AuthPct",
            number=Number.share(authentic(ours.distance, own[ours.row])),
            expected=Number.share(authentic(theirs.distance, own[theirs.row])),
            p_value=None,
            higher_is_worse=False,
            **numbers,
        )
    ]
    if not len(held_out):
        return found
    alone = one_each(held_out.patients, np.random.default_rng(seed))
    shared = np.isin(sides.synthetic.conditions[rows], held_out.conditions)
    test = copy_test(ours.distance[shared], theirs.distance[alone])
    found.append(
        Memory(
            measure="C_T",
            number=Number.alone(test.statistic),
            expected=Number(value=0.0, low=-1.96, high=1.96),
            p_value=test.p_value if np.isfinite(test.p_value) else None,
            higher_is_worse=False,
            **numbers | {"n_synthetic": int(shared.sum()), "n_held_out": len(alone)},
        )
    )
    auc = membership_auc(
        -np.asarray(to_training, np.float64).min(axis=0),
        -np.asarray(to_held_out, np.float64).min(axis=0),
        training.conditions,
        held_out.conditions,
        training.patients,
        held_out.patients,
        seed=seed,
    )
    used = np.isin(training.conditions, held_out.conditions)
    half = Number(value=0.5)
    found.append(
        Memory(
            measure="membership AUC",
            number=Number.of(auc),
            expected=half,
            p_value=None,
            higher_is_worse=True,
            **numbers
            | {
                "n_training": int(used.sum()),
                "n_patients": len(set(training.patients[used]) | set(held_out.patients)),
            },
        )
    )
    share, n, n_people = _nearer(sides, to_training, to_held_out, seed)
    found.append(
        Memory(
            measure="nearer to training",
            number=Number.of(share),
            expected=half,
            p_value=None,
            higher_is_worse=True,
            **numbers | {"n_training": n, "n_held_out": n, "n_patients": n_people},
        )
    )
    return found


def _nearer(
    sides: Sides, to_training: Matrix, to_held_out: Matrix, seed: int
) -> tuple[Spread, int, int]:
    """At equal numbers of training and held-out faces of each condition, mean over draws."""
    rng = np.random.default_rng(seed)
    training, held_out = sides.training, sides.held_out
    draws = [matched_rows(training.conditions, held_out.conditions, rng) for _ in range(DRAWS)]
    n = len(draws[0][0])
    if not n:
        return Spread(*[float("nan")] * 3), 0, 0

    def share(kept_training: Rows, kept_held_out: Rows, kept: Rows) -> tuple[float]:
        near, far = to_training[kept], to_held_out[kept]
        values = []
        for of_training, of_held_out in draws:
            a = of_training[np.isin(of_training, kept_training)]
            b = of_held_out[np.isin(of_held_out, kept_held_out)]
            if len(a) and len(b):
                values.append(nearer_to_training(near[:, a].min(axis=1), far[:, b].min(axis=1)))
        return (float(np.mean(values)) if values else float("nan"),)

    images = np.arange(len(to_training))
    sides_of = [training.patients, held_out.patients, images]
    spread = jackknife(share, sides_of, parts=20, seed=seed)[0]
    people = {training.patients[row] for draw in draws for row in draw[0]}
    clipped = Spread(spread.value, max(spread.low, 0.0), min(spread.high, 1.0))
    return clipped, n, len(people | set(held_out.patients))
