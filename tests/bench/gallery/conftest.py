"""A gallery spec over a tiny cohort of frequent and rare conditions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rdface.bench.gallery import GallerySpec
from rdface.cohort import CohortInfo, write_cohort
from rdface.files import write_bytes
from rdface.imaging import encode_jpeg
from tests.bench.pieces import register

PATIENTS = (5, 4, 4, 4, 6, 3, 2, 2, 1)
"""Of each condition: five frequent ones, three rare ones, one that cannot be searched."""


def make_uneven(root: Path, patients: tuple[int, ...] = PATIENTS, first: int = 0) -> Path:
    """Write a cohort of pictures that are tinted by condition; its folder."""
    rng = np.random.default_rng(first)
    tints = np.random.default_rng(7).integers(40, 216, (50, 3))
    rows = []
    for c, n in enumerate(patients, start=first):
        for p in range(n):
            noise = rng.integers(-40, 40, (16, 16, 3))
            picture = np.clip(tints[c] + noise, 0, 255).astype(np.uint8)
            write_bytes(root / "images" / f"C{c}_P{p}.jpg", encode_jpeg(picture))
            rows.append(
                {
                    "image_id": f"C{c}_P{p}",
                    "file": f"images/C{c}_P{p}.jpg",
                    "patient_id": f"C{c}_P{p}",
                    "condition": f"C{c}",
                }
            )
    names = [f"C{c}" for c in range(first, first + len(patients))]
    conditions = pd.DataFrame({"condition": names, "name": [f"Condition {c}" for c in names]})
    info = CohortInfo(name=f"uneven{first}", version="1", licence="CC0-1.0", simulated=True)
    write_cohort(root, info, pd.DataFrame(rows), conditions)
    return root


@pytest.fixture
def make_spec(tmp_path: Path) -> Callable[..., GallerySpec]:
    """Keyword arguments change it."""
    register()

    def make(**changes: object) -> GallerySpec:
        root = tmp_path / "cohort"
        if not root.is_dir():
            make_uneven(root)
        content: dict[str, object] = {
            "version": 1,
            "name": "tiny",
            "task": "gallery",
            "cohort": str(root),
            "detector": "whole-test",
            "backbones": ["colour-test", "pixels-test"],
            "metrics": ["cosine", {"name": "lda", "shrinkage": [0.9, 0.5], "dimension": [None]}],
            "repeats": 2,
            "folds": 2,
        }
        return GallerySpec.model_validate(content | changes)

    return make
