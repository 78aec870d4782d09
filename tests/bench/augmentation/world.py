"""A cohort made of numbers: conditions are directions, patients are noise around them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from rdface.bench.augmentation import AugmentationPlan, GeneratorPlan
from rdface.bench.augmentation.part import Material
from rdface.bench.augmentation.pools import Made
from rdface.cohort import Cohort, CohortInfo, write_cohort
from rdface.files import write_bytes
from rdface.imaging import encode_jpeg
from rdface.protocols import PROTOCOLS

DIM = 12


def centres(n_conditions: int) -> np.ndarray:
    """Where conditions lie."""
    return np.random.default_rng(5).normal(size=(n_conditions, DIM)).astype(np.float32)


def make_plan(**changes: object) -> AugmentationPlan:
    """Backbone ``x``, generators ``true`` and ``empty``."""
    content: dict[str, object] = {
        "cohort": "tiny",
        "controls": None,
        "backbones": ("x",),
        "identity": "x",
        "learners": ("prototype",),
        "regimes": (1, 2),
        "counts": (1, 8),
        "folds": 2,
        "generators": (GeneratorPlan(name="morph", label="true"),),
    }
    return AugmentationPlan.model_validate(content | changes)


def make_cohort(root: Path) -> Cohort:
    """Twelve conditions with eight patients each; the pictures are noise."""
    rng = np.random.default_rng(0)
    rows = []
    for c in range(12):
        for p in range(8):
            name = f"C{c:02d}_P{p}"
            picture = rng.integers(0, 256, (8, 8, 3)).astype(np.uint8)
            write_bytes(root / "images" / f"{name}.jpg", encode_jpeg(picture))
            rows.append(
                {
                    "image_id": name,
                    "file": f"images/{name}.jpg",
                    "patient_id": name,
                    "condition": f"C{c:02d}",
                    "hpo_terms": "HP:0000316",
                }
            )
    listed = pd.DataFrame(
        {
            "condition": [f"C{c:02d}" for c in range(12)],
            "name": [f"Condition {c}" for c in range(12)],
            "facial_hpo": "HP:0000316~Hypertelorism=9/14|HP:0000343~Long philtrum=HP:0040282",
        }
    )
    info = CohortInfo(name="tiny", version="1", licence="CC0-1.0", simulated=True)
    return write_cohort(root, info, pd.DataFrame(rows), listed)


def make_material(root: Path, plan: AugmentationPlan, noise: float = 2.0) -> Material:
    """Embeddings of the cohort, and of forty unaffected children."""
    cohort = make_cohort(root)
    split = PROTOCOLS.get("strict")(cohort.images, seed=0, repeats=1, folds=plan.folds)
    rng = np.random.default_rng(0)
    column = {name: index for index, name in enumerate(cohort.condition_ids)}
    labels = np.array([column[name] for name in cohort.images["condition"]])
    x = centres(12)[labels] + noise * rng.normal(size=(len(labels), DIM))
    controls = rng.normal(size=(40, DIM)).astype(np.float32)
    return Material(plan, cohort, None, split, {"x": x.astype(np.float32)}, {"x": controls})


def planted(noise: float = 1.0, informed: bool = True) -> Callable[..., Made]:
    """A generator that knows the truth, or draws faces that show no condition at all."""

    def make(plan: AugmentationPlan, *args: object, seed: int, **kwargs: object) -> Made:
        rng = np.random.default_rng(seed)
        n = max(plan.counts)
        labels = np.repeat(np.arange(12), n).astype(np.intp)
        shown = centres(12)[labels] if informed else 0.0
        x = (shown + noise * rng.normal(size=(len(labels), DIM))).astype(np.float32)
        number = np.tile(np.arange(n), 12).astype(np.intp)
        return Made(labels, number, {"x": x}, np.arange(len(labels))[::-1].astype(np.intp))

    return make
