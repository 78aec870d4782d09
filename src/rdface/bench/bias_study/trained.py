"""The paper's head, trained on frozen embeddings: quirks that act while it is trained.

Which epoch is kept, which one is reported and for how long is trained need a training; the
learners of the other models have none. Needs the extra ``torch``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rdface.bench.bias_study.draw import Draw
from rdface.bench.bias_study.population import StudyPopulation
from rdface.bench.bias_study.trial import Drawn, Fitted, Outcome, measure_models, whole_cohort
from rdface.bench.bias_study.variants import BY_IMAGE, PAPER, STRICT, Variant
from rdface.errors import UsageError
from rdface.learners.tuning import TRAINERS, Material, Recipe, TunedScores
from rdface.metrics import true_ranks
from rdface.metrics.ranking import Floats
from rdface.protocols import PROTOCOLS
from rdface.protocols.split import FoldRows, Split

LEARNER = "head"
BLENDS = 1000  # the smallest number that the paper added
RECIPE = Recipe(learning_rate=1e-2, min_learning_rate=1e-4)
"""As in specs/paper-offline.yaml."""
LAST_EPOCH = " + last-epoch-topk"
SYNTHETIC = Variant(
    "paper + split-by-image, synthetic-in-folds, equal-epochs",
    "paper",
    {"divide_by": "image", "synthetic": "folds"},
)
VARIANTS = (STRICT, PAPER, BY_IMAGE, SYNTHETIC)


@dataclass(frozen=True, eq=False)
class Blends:
    """Stand-ins for synthetic images: points between two training images of a condition.

    Attributes:
        images: The cohort's table with the blends behind it.
        features: ``float32 [b, D]``.
        labels: ``intp [b]``.
    """

    images: pd.DataFrame
    features: NDArray[np.float32]
    labels: NDArray[np.intp]


def check() -> None:
    """Refuse, before any work, a training that cannot be.

    Raises:
        UsageError: torch is missing.
    """
    try:
        TRAINERS.get(LEARNER).check(RECIPE)
    except UsageError as error:
        raise UsageError(error.message, hint=f"{error.hint or ''} Or say --no-heads.") from error


def run_heads(population: StudyPopulation, draw: Draw, number: int) -> pd.DataFrame:
    """Outcomes of the head on one cohort, under each variant, by best and by last epoch.

    On the first backbone of the population.

    Args:
        population: The population.
        draw: The cohort.
        number: Its number, and the seed of its trainings.
    """
    drawn = Drawn.of(population, draw)
    backbone = next(iter(population.features))
    recipe = RECIPE.model_copy(update={"seed": 1000 * number})
    plain = _material(drawn, backbone, None)
    (deployed, _), *_ = _train(drawn, plain, [whole_cohort(drawn)], recipe).values()
    outcomes: list[Outcome] = []
    for variant in VARIANTS:
        blends = _blend(drawn, backbone, number) if variant is SYNTHETIC else None
        images = drawn.images if blends is None else blends.images
        split = PROTOCOLS.get(variant.protocol)(images, seed=number, **variant.options)
        budget = recipe if blends is None else recipe.model_copy(update={"budget": "epochs"})
        material = plain if blends is None else _material(drawn, backbone, blends)
        rows = _rows(split, images)
        trained = _train(drawn, material, rows, budget)
        best = [trained[fold][0] for fold in range(len(rows))]
        last = [trained[fold][1] for fold in range(len(rows))]
        found = list(
            measure_models(drawn, (number, variant.name, backbone, LEARNER), rows, best, deployed)
        )
        outcomes += found
        if variant is not STRICT:
            name = variant.name + LAST_EPOCH
            of_last = measure_models(drawn, (number, name, backbone, LEARNER), rows, last, deployed)
            outcomes += [_mixed(*pair, name) for pair in zip(found, of_last, strict=True)]
    return pd.DataFrame([asdict(outcome) for outcome in outcomes])


def _mixed(best: Outcome, last: Outcome, name: str) -> Outcome:
    """F5: top-1 of the chosen epoch beside top-5 and more of the last; the chosen one is kept."""
    said = best if best.metric.startswith("top1_") else last
    return Outcome(**(asdict(said) | {"variant": name, "same": best.same}))


def _rows(split: Split, images: pd.DataFrame) -> list[FoldRows]:
    ids = images["image_id"].tolist()
    return [fold.rows(ids) for fold in split.folds]


def _blend(drawn: Drawn, backbone: str, seed: int) -> Blends:
    """Blend the training images of the split by image, as a generator trained on them would."""
    split = PROTOCOLS.get("paper")(drawn.images, seed=seed, divide_by="image")
    tested = set(split.folds[0].test)
    training = np.flatnonzero(~drawn.images["image_id"].isin(tested).to_numpy())
    labels = drawn.labels[training]
    counts = np.bincount(labels, minlength=drawn.n_conditions)
    several = np.flatnonzero(counts > 1)
    rng = np.random.default_rng(np.random.SeedSequence([seed, 1]))
    wanted = several[np.arange(BLENDS) % len(several)]
    pairs = np.stack([rng.choice(training[labels == c], 2, replace=False) for c in wanted])
    share = rng.uniform(0.3, 0.7, size=(BLENDS, 1)).astype(np.float32)
    x = drawn.features[backbone]
    x = x / np.linalg.norm(x, axis=1, keepdims=True) * np.linalg.norm(x, axis=1).mean()
    ids = drawn.images["image_id"].to_numpy()
    names = [f"blend-{index:04d}" for index in range(BLENDS)]
    table = pd.DataFrame(
        {
            "image_id": names,
            "patient_id": names,
            "condition": drawn.images["condition"].to_numpy()[pairs[:, 0]],
            "sha256": names,
            "synthetic_of": [f"{a}|{b}" for a, b in ids[pairs]],
        }
    )
    images = pd.concat([drawn.images, table], ignore_index=True).fillna("")
    return Blends(images, share * x[pairs[:, 0]] + (1 - share) * x[pairs[:, 1]], wanted)


def _material(drawn: Drawn, backbone: str, blends: Blends | None) -> Material:
    """Rows: the cohort, its blends, everybody held back."""
    n = len(drawn.images)
    x, y = drawn.features[backbone], drawn.labels
    extra = 0 if blends is None else len(blends.labels)
    if blends is not None:
        x = np.concatenate([x[:n], blends.features, x[n:]])
        y = np.concatenate([y[:n], blends.labels, y[n:]])
    synthetic = np.zeros(len(y), dtype=np.bool_)
    synthetic[n : n + extra] = True
    return Material(labels=y, synthetic=synthetic, n_conditions=drawn.n_conditions, embeddings=x)


def _train(
    drawn: Drawn, material: Material, rows: list[FoldRows], recipe: Recipe
) -> Mapping[int, tuple[Fitted, Fitted]]:
    """Train the folds' heads at once; what the chosen epoch and the last one say."""
    n_held = len(drawn.held)
    held = np.arange(len(material.labels) - n_held, len(material.labels))
    truth = drawn.labels[drawn.held]
    done: dict[int, tuple[Fitted, Fitted]] = {}

    def fitted(scores: Floats) -> Fitted:
        return Fitted(scores[:-n_held], true_ranks(scores[-n_held:], truth))

    def keep(fold: int, found: TunedScores) -> None:
        done[fold] = (fitted(found.scores.astype(float)), fitted(found.last.astype(float)))

    folds = {
        fold: FoldRows(one.train, one.validation, np.concatenate([one.test, held]))
        for fold, one in enumerate(rows)
    }
    with tempfile.TemporaryDirectory(prefix="rdface-") as folder:
        TRAINERS.get(LEARNER)().train(material, folds, recipe, folder=Path(folder), done=keep)
    return done
