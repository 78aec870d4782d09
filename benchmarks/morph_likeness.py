"""Does a network that knows no points see the condition in a morph?

python benchmarks/morph_likeness.py --cohort /work/scratch/study/study-population
    [--backbone sface] [--samples 2] [--size 160]

The first image of each condition gives the shape (jitter 0), others of these the skin. Each morph
is ranked among the conditions by the cosine of its embedding to the mean of each condition, the
embeddings centred. The means are of *other* patients. Mean rank and top-10 of the shape's
condition, with 95 % percentile intervals over conditions; beside them the unbent donor of skin
(for the shape's condition: chance) and the real donor of the shape.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from morph import RESAMPLES, one_each
from numpy.typing import NDArray

from rdface.backbones import Backbone, embed_cohort, load_backbone
from rdface.cohort import load_cohort
from rdface.faces import align, find_faces, load_detector, locate_faces, main_face
from rdface.faces.finder import refined
from rdface.faces.mesh468 import Mesh468
from rdface.synthesis import take_portraits
from rdface.synthesis.morph import Morph

REACHES = ((0.0, 0.0), (1.0, 0.0), (1.75, 0.0), (2.5, 0.0), (1.75, 0.25), (1.75, 0.5), (1.75, 1.0))
"""Reach and share of own skin."""


def main() -> None:
    """Print a row for each kind of face."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cohort", required=True)
    parser.add_argument("--backbone", default="sface")
    parser.add_argument("--samples", type=int, default=2)
    parser.add_argument("--size", type=int, default=160)
    given = parser.parse_args()
    whole = load_cohort(given.cohort)
    backbone = load_backbone(given.backbone)
    x = embed_cohort(whole, backbone, locate_faces(whole)).astype(np.float64)
    firsts = one_each(whole, len(whole.condition_ids))
    patients = set(firsts.images["patient_id"])
    others = ~whole.images["patient_id"].isin(patients).to_numpy()
    labels = whole.images["condition"].to_numpy()
    centre = x[others].mean(axis=0)
    names = list(firsts.images["condition"])
    means = np.stack([(x - centre)[others & (labels == name)].mean(axis=0) for name in names])
    portraits = take_portraits(firsts, locate_faces(firsts), firsts.image_ids, given.size)
    print("face\tmean rank [95 %]\ttop-10, % [95 %]\tfaces found")
    show(
        "real donor of the shape",
        portraits.images,
        portraits.conditions,
        names,
        means,
        centre,
        backbone,
    )
    with TemporaryDirectory() as work:
        for reach, share in REACHES:
            morph = Morph(
                size=given.size, jitter=0.0, texture="others", reach=reach, own_texture=share
            )
            morph.fit(portraits, Path(work), seed=0)
            made = list(morph.sample(dict.fromkeys(portraits.rows_of, given.samples), seed=0))
            images = np.stack([sample.image for sample in made])
            conditions = [sample.condition for sample in made]
            show(
                f"morph, reach {reach}, own skin {share}",
                images,
                conditions,
                names,
                means,
                centre,
                backbone,
            )


def show(
    what: str,
    images: NDArray[np.uint8],
    conditions: Sequence[str],
    names: list[str],
    means: NDArray[np.float64],
    centre: NDArray[np.float64],
    backbone: Backbone,
) -> None:
    """Embed, rank and print."""
    detector, mesh = load_detector("yunet"), Mesh468()
    crops, kept = [], []
    for image, condition in zip(images, conditions, strict=True):
        face = main_face(find_faces(image, detector)[0])
        if face is not None:
            crops.append(align(image, refined(image, face, mesh)[0], backbone.crop))
            kept.append(names.index(condition))
    x = np.concatenate(
        [backbone.embed(np.stack(crops[i : i + 16])) for i in range(0, len(crops), 16)]
    )
    x = x - centre
    cosines = (x @ means.T) / np.linalg.norm(x, axis=1)[:, None] / np.linalg.norm(means, axis=1)
    truth = np.array(kept)
    ranks = (cosines >= cosines[np.arange(len(truth)), truth][:, None]).sum(axis=1)
    rng = np.random.default_rng(0)
    groups = [np.flatnonzero(truth == number) for number in np.unique(truth)]
    draws = [
        np.concatenate([groups[g] for g in rng.integers(len(groups), size=len(groups))])
        for _ in range(RESAMPLES)
    ]
    cells = []
    for value in (ranks.astype(float), 100.0 * (ranks <= 10)):
        low, high = np.quantile([value[rows].mean() for rows in draws], [0.025, 0.975])
        cells.append(f"{value.mean():.1f} [{low:.1f}, {high:.1f}]")
    print(f"{what}\t{cells[0]}\t{cells[1]}\t{len(crops)} of {len(images)}", flush=True)


if __name__ == "__main__":
    main()
