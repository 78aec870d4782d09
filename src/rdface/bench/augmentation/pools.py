"""The synthetic images of one generator in one regime and fold, and what they are embedded to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.backbones import embed_all
from rdface.bench.augmentation.plan import AugmentationPlan, GeneratorPlan
from rdface.cohort import Cohort
from rdface.faces import locate_faces
from rdface.screening import ScoreTable, ScreenOptions, Selection, score_pool, select
from rdface.screening.scorer import SCORERS
from rdface.synthesis import make_generator
from rdface.synthesis.pool import make_pool

SCORES: Final = "scores.parquet"
LIKELY: Final = ("facenet", "sface", "efficientnet_lite0")
"""Backbones of the condition likelihood, the first of them that is not tested."""


@dataclass(frozen=True, eq=False)
class Made:
    """A pool, embedded.

    Attributes:
        labels: ``intp [S]``: condition of each image, as the generator meant it.
        number: ``intp [S]``: which sample of its condition, from 0.
        features: Backbone to ``float32 [S, D]``.
        best: ``intp [S]``: rows, best first by the screening's score; None if none was asked for.
    """

    labels: NDArray[np.intp]
    number: NDArray[np.intp]
    features: Mapping[str, NDArray[np.float32]]
    best: NDArray[np.intp] | None = None

    def first(self, n: int) -> NDArray[np.intp]:
        """Rows of the first n samples of each condition."""
        return np.flatnonzero(self.number < n)

    def selected(self, n: int) -> NDArray[np.intp]:
        """Rows of the n best of each condition; fewer where screening left fewer."""
        if self.best is None:
            raise ValueError("the pool was not screened")
        kept: list[int] = []
        taken: dict[int, int] = {}
        for row in self.best.tolist():
            label = int(self.labels[row])
            if taken.get(label, 0) < n:
                taken[label] = taken.get(label, 0) + 1
                kept.append(row)
        return np.array(sorted(kept), dtype=np.intp)


def make_and_embed(
    plan: AugmentationPlan,
    generator: GeneratorPlan,
    cohort: Cohort,
    controls: Cohort | None,
    training_ids: Sequence[str],
    folder: Path,
    *,
    seed: int,
) -> Made:
    """Fill the pool, screen it and embed it; what lies there is not made again.

    Args:
        plan: The study's.
        generator: Which one.
        cohort: The real cohort; nothing of it is opened but the training images.
        controls: Unaffected children.
        training_ids: Of the fold, in the regime.
        folder: Of this generator, regime and fold.
        seed: Of fitting and sampling.
    """
    pool = make_pool(
        make_generator(generator.name, generator.options),
        generator.name,
        cohort,
        training_ids,
        max(plan.counts),
        folder / "pool",
        seed=seed,
        controls=controls if generator.controls else None,
        detector=plan.detector,
    )
    faces = locate_faces(pool, plan.detector)
    backbones = tuple(dict.fromkeys((*plan.backbones, plan.identity)))
    features = dict(zip(backbones, embed_all(pool, backbones, faces), strict=True))
    column = {name: index for index, name in enumerate(cohort.condition_ids)}
    labels = np.array([column[name] for name in pool.images["condition"]], dtype=np.intp)
    number = np.array([int(one) for one in pool.images["sample_number"]], dtype=np.intp)
    best = None
    if generator.select:
        best = _ranked(plan, generator, pool, cohort, controls, training_ids, folder)
    return Made(labels, number, features, best)


def _ranked(
    plan: AugmentationPlan,
    generator: GeneratorPlan,
    pool: Cohort,
    cohort: Cohort,
    controls: Cohort | None,
    training_ids: Sequence[str],
    folder: Path,
) -> NDArray[np.intp]:
    """Rows best first; means, thresholds and likelihoods are of the regime's training images."""
    path = folder / SCORES
    if path.is_file():
        table = ScoreTable.read(path)
    if not path.is_file() or table.card["pool"]["sha256"] != pool.sha256:
        options = ScreenOptions(
            scorers=_scorers_of(generator.select),
            detector=plan.detector,
            held_out=_held_out(plan),
            identity=plan.identity,
        )
        table = score_pool(pool, cohort, training_ids, options, controls=controls)
        table.write(path)
    ids = select(table, Selection(by=generator.select, n=len(pool), over="condition"))
    row = {name: index for index, name in enumerate(pool.image_ids)}
    return np.array([row[name] for name in ids], dtype=np.intp)


def _scorers_of(columns: Sequence[str]) -> tuple[str, ...]:
    """Scorers that give these columns, and the one that finds copies."""
    wanted = [
        name
        for name in SCORERS.names()
        if {one.name for one in SCORERS.get(name).columns} & {*columns}
    ]
    return tuple(dict.fromkeys((*wanted, "copies")))


def _held_out(plan: AugmentationPlan) -> str:
    """A backbone that the study does not test: what a network selects looks good to it."""
    return next((name for name in LIKELY if name not in plan.backbones), LIKELY[0])
