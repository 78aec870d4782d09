"""A small real cohort and a pool made by hand; faces and embeddings are of the tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from rdface.cohort import Cohort, CohortInfo, write_cohort
from rdface.files import write_bytes
from rdface.imaging import Image, encode_jpeg, read_image
from rdface.screening import ScreenOptions
from tests.bench.pieces import register

OPTIONS = ScreenOptions(
    scorers=("face", "landmarks", "likelihood", "copies"),
    detector="whole-test",
    held_out="pixels-test",
    identity="pixels-test",
)
TRAINING = tuple(f"C{c}_P{p}_0" for c in range(3) for p in range(4))
"""Of a cohort of 3 conditions with 6 patients; the last two of each are the test."""


def hand_made_pool(real: Cohort, root: Path, training: tuple[str, ...] = TRAINING) -> Cohort:
    """Two noisy copies of each condition's first two training images, a twin and a blank one."""
    register()
    rng = np.random.default_rng(7)
    rows = []
    for condition in real.condition_ids:
        for parent in (0, 1):
            name = f"{condition}_P{parent}_0"
            picture = read_image(real.path(name)).astype(int)
            noisy = np.clip(picture + rng.integers(-20, 21, picture.shape), 0, 255)
            rows.append((f"S-{condition}-{parent}", condition, name, noisy.astype(np.uint8)))
    rows.append(("S-twin", rows[0][1], rows[0][2], rows[0][3]))
    rows.append(("S-void", rows[0][1], rows[0][2], np.zeros_like(rows[0][3])))
    return write_pool(real, root, rows, training)


def write_pool(
    real: Cohort,
    root: Path,
    rows: Sequence[tuple[str, str, str, Image]],
    training: tuple[str, ...],
) -> Cohort:
    """A pool of faces: id, condition, parent and picture of each."""
    for name, _, _, picture in rows:
        write_bytes(root / "images" / f"{name}.jpg", encode_jpeg(picture, 95))
    images = pd.DataFrame(
        [
            {
                "image_id": name,
                "file": f"images/{name}.jpg",
                "patient_id": f"synthetic:{name}",
                "condition": condition,
                "source": "by-hand",
                "consent": "not applicable (synthetic)",
                "synthetic_of": parent,
                "generator": "by-hand",
                "condition_by": "generator",
            }
            for name, condition, parent, _ in rows
        ]
    )
    info = CohortInfo.model_validate(
        {
            "name": "by-hand",
            "version": "1",
            "licence": "CC0-1.0",
            "simulated": real.info.simulated,
            "title": "Synthetic faces by hand",
            "pool_of": {"name": real.info.name, "sha256": real.sha256},
            "generator": "by-hand",
            "training_images": list(training),
        }
    )
    return write_cohort(root, info, images, real.conditions)
