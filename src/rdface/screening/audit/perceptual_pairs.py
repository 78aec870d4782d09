"""Mean pairwise perceptual distance of generated faces beside that of real ones.

LPIPS, or the distance on EfficientNet-Lite0 of :mod:`rdface.screening.perceptual.lite0`, which is
not LPIPS. Rows of LPIPS are long, so conditions are taken one by one, and the pool by a sample.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from rdface.faces.cut import cut_some, pictures_of
from rdface.metrics.diversity import mean_pairwise
from rdface.progress import bar
from rdface.screening.audit.diversity import over_conditions, over_pool
from rdface.screening.audit.schema import Diversity
from rdface.screening.audit.sides import Side, Sides, matched_rows

if TYPE_CHECKING:
    from rdface.faces import FaceTable
    from rdface.screening.perceptual.space import PerceptualSpace

Rows = NDArray[np.intp]

SAMPLE: Final = 100
"""Faces of either side that stand for the pool."""
BATCH: Final = 8
SPACES: Final = ("perceptual", "lpips", "none")


def load_space(name: str) -> PerceptualSpace:
    """``lpips`` or ``perceptual``.

    Raises:
        UsageError: The extra ``torch``, or lpips, is not installed.
        WeightsError: Weights that are missing.
    """
    if name == "lpips":
        from rdface.screening.perceptual.lpips_alexnet import LpipsAlexNet

        return LpipsAlexNet()
    from rdface.screening.perceptual.lite0 import PerceptualLite0

    return PerceptualLite0()


def judge_perceptual(
    sides: Sides, tables: tuple[FaceTable, FaceTable], space: PerceptualSpace, *, seed: int
) -> list[Diversity]:
    """Per condition (one draw of equally many faces each) and over the pool (a sample).

    Args:
        sides: Who is who.
        tables: Faces of the pool and of the training side.
        space: Whose squared distance is the perceptual one.
        seed: Of the draws.
    """
    rng = np.random.default_rng(seed)
    fake, real = sides.synthetic, sides.training
    of_real, of_fake = matched_rows(real.conditions, fake.conditions, rng)
    if len(of_real) < 2:
        return []
    pairs, used, people = [], 0, 0
    with bar(f"Perceptual distances ({space.name})", 2 * len(of_real)) as advance:
        for condition in sorted(set(real.conditions[of_real])):
            own = real.conditions[of_real] == condition
            ours, theirs = of_fake[own], of_real[own]
            if len(set(real.patients[theirs])) > 1:
                pairs.append(
                    (
                        mean_pairwise(_apart(space, fake, tables[0], ours)),
                        mean_pairwise(
                            _apart(space, real, tables[1], theirs), real.patients[theirs]
                        ),
                    )
                )
                used += len(ours)
                people += len(set(real.patients[theirs]))
            advance(2 * len(ours))
    parts = [over_conditions(pairs, used, people, seed)]
    order = rng.permutation(len(of_real))[:SAMPLE]
    ours, theirs = of_fake[order], of_real[order]
    distances = [
        _apart(space, side, table, rows)
        for side, table, rows in ((fake, tables[0], ours), (real, tables[1], theirs))
    ]
    parts.insert(
        0,
        over_pool(
            distances[0],
            distances[1],
            mean_pairwise,
            real.patients[theirs],
            real.conditions[theirs],
            seed,
        ),
    )
    return [
        Diversity(measure="mean pairwise distance", features=space.name, **part)
        for part in parts
        if part
    ]


def _apart(space: PerceptualSpace, side: Side, table: FaceTable, rows: Rows) -> NDArray[np.float64]:
    """Perceptual distances between some faces of one side: ``[n, n]``."""
    pictures = pictures_of(side.cohort)
    wanted = [pictures[row] for row in rows]
    parts = (wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH))
    whole = np.concatenate([space.rows(cut_some(part, table, space.crop)) for part in parts])
    gram = whole.astype(np.float64) @ whole.T.astype(np.float64)
    squares = np.diag(gram)
    return np.asarray(np.maximum(squares[:, None] + squares[None, :] - 2 * gram, 0.0))
