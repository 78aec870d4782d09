"""The measures of a run by name: which column, micro or macro, over which rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rdface.metrics.outcomes import Outcomes
from rdface.metrics.ranking import Bools, Floats, bands, reciprocal_ranks, top_k

TOP_K = (1, 5, 10, 30)
BAND_EDGES = (1, 3, 5)


@dataclass(frozen=True, eq=False)
class Measure:
    """A number that is averaged over test images.

    Attributes:
        name: ``top5_micro``, ``mrr_macro``, ``top1_micro@3-4`` (training images of the truth).
        values: ``float64 [M]``, 0 to 1, higher is better.
        expected: ``float64 [M]``, what a random order of the candidate conditions gives.
        macro: Averaged within each condition first (True), or over all images (False).
        rows: ``bool [M]``, which rows count.
    """

    name: str
    values: Floats
    expected: Floats
    macro: bool
    rows: Bools


def measures(
    outcomes: Outcomes,
    *,
    ks: Sequence[int] = TOP_K,
    band_edges: Sequence[int] | None = BAND_EDGES,
) -> list[Measure]:
    """Top-k and MRR, micro and macro, over all rows and within each training-count band.

    Args:
        outcomes: Of the run.
        ks: For top-k.
        band_edges: See :func:`~rdface.metrics.bands`; None for no bands.
    """
    columns = {f"top{k}": (top_k(outcomes.ranks, k), _chance_top_k(outcomes, k)) for k in ks} | {
        "mrr": (reciprocal_ranks(outcomes.ranks), _chance_reciprocal_rank(outcomes))
    }
    parts = {"": np.ones(len(outcomes.ranks), dtype=np.bool_)}
    if band_edges is not None:
        named = bands(outcomes.training_count, band_edges)
        parts |= {f"@{label}": rows for label, rows in named.items()}
    return [
        Measure(f"{name}_{kind}{suffix}", values, expected, kind == "macro", rows)
        for suffix, rows in parts.items()
        for kind in ("micro", "macro")
        for name, (values, expected) in columns.items()
    ]


def _chance_top_k(outcomes: Outcomes, k: int) -> Floats:
    """Min(k, F) / F among F candidates; a truth that is none of them has the last rank."""
    candidates = np.maximum(outcomes.candidates, 1)
    missed = float(k >= outcomes.n_conditions)
    return np.where(outcomes.candidates, np.minimum(k, candidates) / candidates, missed)


def _chance_reciprocal_rank(outcomes: Outcomes) -> Floats:
    """(1 + 1/2 + ... + 1/F) / F among F candidates."""
    harmonic = np.cumsum(1.0 / np.arange(1, outcomes.n_conditions + 1))
    candidates = np.maximum(outcomes.candidates, 1)
    expected = harmonic[candidates - 1] / candidates
    return np.where(outcomes.candidates, expected, 1.0 / outcomes.n_conditions)
