"""One part of the study: one regime and fold, without or with the images of one generator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rdface.bench.augmentation.comparators import scores_by_terms, whitened
from rdface.bench.augmentation.fitting import Fitted, Training, fit_arm
from rdface.bench.augmentation.memory import Memory, remember
from rdface.bench.augmentation.plan import AugmentationPlan, GeneratorPlan, Regime
from rdface.bench.augmentation.pools import Made, make_and_embed
from rdface.bench.augmentation.regimes import in_regime
from rdface.cohort import Cohort
from rdface.metrics.ranking import true_ranks
from rdface.protocols import Split
from rdface.protocols.split import Fold, FoldRows

REAL, CONTROLS, TERMS = "real only", "real only, whitened by controls", "real only, by terms"
ADDED, ALONE, PERMUTED = "real + synthetic", "synthetic only", "real + label-permuted"


@dataclass(frozen=True)
class Arm:
    """Who trained a model; what stands in each row of a part.

    Attributes:
        regime: Real images of each condition.
        fold: From 0.
        backbone: Name.
        learner: Name; ``terms`` for the comparator that has its own.
        arm: One of the names above.
        generator: Label; "" without one.
        screened: Whether the screening chose the images.
        n: Synthetic images of each condition.
        n_least: Of the conditions with real training images the fewest that one was given: less
            than n where the screening left fewer, or the generator makes none of it.
        n_mean: Their mean.
    """

    regime: str
    fold: int
    backbone: str
    learner: str
    arm: str
    generator: str = ""
    screened: bool = False
    n: int = 0
    n_least: int = 0
    n_mean: float = 0.0


@dataclass(frozen=True, eq=False)
class Material:
    """What every part of a study reads.

    Attributes:
        plan: The plan.
        cohort: Real patients.
        controls: Unaffected children.
        split: Folds of the cohort.
        features: Backbone to ``float32 [N, D]``.
        unaffected: The same of the controls; empty without them.
    """

    plan: AugmentationPlan
    cohort: Cohort
    controls: Cohort | None
    split: Split
    features: dict[str, NDArray[np.float32]]
    unaffected: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    @cached_property
    def labels(self) -> NDArray[np.intp]:
        """``intp [N]``: condition of each image."""
        column = {name: index for index, name in enumerate(self.cohort.condition_ids)}
        return np.array([column[name] for name in self.cohort.images["condition"]], dtype=np.intp)

    @cached_property
    def patients(self) -> NDArray[np.intp]:
        """``intp [N]``: number of each image's patient."""
        return np.unique(self.cohort.images["patient_id"].astype(str), return_inverse=True)[1]

    def fold(self, index: int, regime: Regime) -> Fold:
        """A fold in a regime."""
        return in_regime(self.split.folds[index], self.cohort.images, regime, self.plan.seed)


def run_real(material: Material, regime: Regime, index: int) -> pd.DataFrame:
    """Arms without synthetic images; a row per model and test image."""
    plan, fold = material.plan, material.fold(index, regime)
    rows = fold.rows(material.cohort.image_ids)
    tables = []
    for backbone in plan.backbones:
        x = material.features[backbone]
        views = {REAL: x}
        if backbone in material.unaffected:
            views[CONTROLS] = whitened(x, material.unaffected[backbone])
        for name, view in views.items():
            empty = np.empty((0, view.shape[1]), np.float32)
            alone = Training(rows.train, empty, np.empty(0, np.intp))
            for learner in plan.learners:
                arm = Arm(str(regime), index, backbone, learner, name)
                tables.append(_table(material, arm, rows, _fit(material, view, rows, alone, arm)))
        if plan.terms:
            scores = scores_by_terms(x, rows.train, material.labels, material.cohort)
            truth = material.labels
            found = Fitted(
                true_ranks(scores[rows.test], truth[rows.test]), scores.shape[1], np.nan, 0
            )
            arm = Arm(str(regime), index, backbone, "terms", TERMS)
            tables.append(_table(material, arm, rows, found))
    return pd.concat(tables, ignore_index=True)


def run_generator(
    material: Material, generator: GeneratorPlan, regime: Regime, index: int, folder: Path
) -> tuple[pd.DataFrame, Memory]:
    """Arms with the images of one generator, and what these remember.

    Args:
        material: Of the study.
        generator: Which.
        regime: Which.
        index: Of the fold.
        folder: Where the pool lies, or will.
    """
    plan, fold = material.plan, material.fold(index, regime)
    rows = fold.rows(material.cohort.image_ids)
    made = make_and_embed(
        plan,
        generator,
        material.cohort,
        material.controls,
        fold.train,
        folder,
        seed=plan.seed + 1000 * index,
    )
    tables = []
    for backbone in plan.backbones:
        x = material.features[backbone]
        for arm, training in _arms(material, made, generator, regime, index, rows, backbone):
            tables.append(_table(material, arm, rows, _fit(material, x, rows, training, arm)))
    memory = remember(
        made.features[plan.identity],
        made.labels,
        material.features[plan.identity],
        material.labels,
        material.patients,
        rows.train,
        rows.test,
    )
    return pd.concat(tables, ignore_index=True), memory


def _arms(
    material: Material,
    made: Made,
    generator: GeneratorPlan,
    regime: Regime,
    index: int,
    rows: FoldRows,
    backbone: str,
) -> Iterator[tuple[Arm, Training]]:
    x, nobody = made.features[backbone], np.empty(0, np.intp)
    shown = np.unique(material.labels[rows.train])
    for n in material.plan.counts:
        chosen = {False: made.first(n)}
        if made.best is not None:
            chosen[True] = made.selected(n)
        for screened, which in chosen.items():
            labels = made.labels[which]
            given = np.bincount(labels, minlength=shown.max() + 1)[shown]
            counts = (n, int(given.min()), float(given.mean()))
            arms = {
                ADDED: Training(rows.train, x[which], labels),
                ALONE: Training(nobody, x[which], labels),
            }
            if not screened:
                rng = np.random.default_rng([material.plan.seed, index, n])
                arms[PERMUTED] = Training(rows.train, x[which], rng.permutation(labels))
            for name, training in arms.items():
                for learner in material.plan.learners:
                    who = (backbone, learner, name, generator.called, screened)
                    yield Arm(str(regime), index, *who, *counts), training


def _fit(
    material: Material, x: NDArray[np.float32], rows: FoldRows, training: Training, arm: Arm
) -> Fitted:
    recipe = material.plan.head.model_copy(update={"seed": material.plan.seed + arm.fold})
    return fit_arm(
        x,
        material.labels,
        rows,
        training,
        learner=arm.learner,
        n_conditions=len(material.cohort.condition_ids),
        recipe=recipe,
    )


def _table(material: Material, arm: Arm, rows: FoldRows, found: Fitted) -> pd.DataFrame:
    """One row a test image."""
    images = material.cohort.images.iloc[rows.test]
    counts = np.bincount(material.labels[rows.train], minlength=len(material.cohort.condition_ids))
    truth = material.labels[rows.test]
    table = pd.DataFrame(
        {
            "image_id": images["image_id"].to_numpy(),
            "patient_id": images["patient_id"].to_numpy(),
            "truth": truth.astype(np.int32),
            "rank": found.ranks.astype(np.int32),
            "candidates": np.int32(found.candidates),
            "training_count": counts[truth].astype(np.int32),
            "criterion": found.criterion,
            "updates": np.int32(found.updates),
        }
    )
    return table.assign(**asdict(arm))
