"""Morphs: how fast they are made, and whose measures they carry.

python benchmarks/morph.py --cohort /work/scratch/study/study-population [--conditions 103]
    [--samples 4] [--size 160] [--plain 3]

Prints images a second on one core beside the plain way (scikit-image's PiecewiseAffineTransform on
the same points), and, over samples whose shape comes from one face of their condition, which part
of the way from the measures of the donor of skin to those of the donor of shape each measure of
:mod:`rdface.faces.anthropometry` has gone. 1 is all of it; the points are found on the morphs anew.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.transform import PiecewiseAffineTransform, warp

from rdface.cohort import Cohort, load_cohort
from rdface.faces import locate_faces
from rdface.faces.anthropometry import NAMES, measure_face
from rdface.synthesis import Portraits, take_portraits
from rdface.synthesis.morph import Morph
from rdface.synthesis.morph.shapes import find_shapes
from rdface.synthesis.morph.warp import HELD

RESAMPLES = 1000
SETTINGS = (
    (1.0, 0.0, 0.0),
    (1.5, 0.0, 0.0),
    (2.0, 0.0, 0.0),
    (1.75, 0.0, 0.5),
    (1.75, 0.5, 0.5),
    (1.75, 0.0, 0.0),
)
"""Reach, jitter and own skin; of the last one every measure is printed."""


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cohort", default="sim103")
    parser.add_argument("--conditions", type=int, default=103)
    parser.add_argument("--samples", type=int, default=4, help="a condition")
    parser.add_argument("--size", type=int, default=160)
    parser.add_argument("--plain", type=int, default=3, help="images made the plain way")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    cohort = one_each(load_cohort(given.cohort), given.conditions)
    faces = locate_faces(cohort)
    portraits = take_portraits(cohort, faces, cohort.image_ids, given.size)
    with TemporaryDirectory() as work:
        speed(portraits, Path(work), given.plain)
        phenotype(portraits, Path(work), given.samples)


def one_each(cohort: Cohort, conditions: int) -> Cohort:
    """The first image of each of the first conditions."""
    images = cohort.images[cohort.images["condition"].isin(cohort.condition_ids[:conditions])]
    return replace(cohort, images=images.groupby("condition").head(1).reset_index(drop=True))


def speed(portraits: Portraits, work: Path, plain: int) -> None:
    """Images a second, the points found before."""
    morph = Morph(size=portraits.size)
    begun = time.perf_counter()
    morph.fit(portraits, work, seed=0)
    found = (time.perf_counter() - begun) / len(portraits)
    print(f"points: {1000 * found:.0f} ms a portrait, once ({len(portraits)} portraits)")
    names = sorted(portraits.rows_of)[:20]
    for _ in morph.sample({names[0]: 3}, seed=0):  # imports
        pass
    rates = {}
    for share in (0.0, 0.5):
        morph = Morph(size=portraits.size, own_texture=share)
        morph.fit(portraits, work, seed=0)
        begun, worked = time.perf_counter(), time.process_time()
        count = sum(1 for _ in morph.sample(dict.fromkeys(names, 5), seed=0))
        rates[share] = count / (time.process_time() - worked)
        wall = count / (time.perf_counter() - begun)
        print(
            f"own_texture {share}: {rates[share]:.1f} images a second of one core,"
            f" {wall:.1f} by the clock, {portraits.size} px (n = {count})"
        )
    shapes = find_shapes(portraits, work)
    worked = time.process_time()
    for row in range(plain):
        source = shapes.points[row, :, :2]
        by_hand(portraits.images[row], source, shapes.placed(row, shapes.free[row + 1]))
    rate = plain / (time.process_time() - worked)
    print(
        f"plain (scikit-image), without own skin: {rate:.2f} a second of one core;"
        f" {rates[0.0] / rate:.0f} times slower (n = {plain})"
    )


def by_hand(
    image: NDArray[np.uint8], source: NDArray[np.float64], target: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The same warp with scikit-image; borders held likewise."""
    side = len(image)
    along = np.linspace(0, side, HELD, endpoint=False)
    zeros, ends = np.zeros(HELD), np.full(HELD, float(side))
    frame = np.concatenate(
        [
            np.stack(pair, axis=1)
            for pair in ((along, zeros), (ends, along), (side - along, ends), (zeros, side - along))
        ]
    )
    transform = PiecewiseAffineTransform.from_estimate(
        np.concatenate([target, frame]), np.concatenate([source, frame])
    )
    return np.asarray(warp(image, transform))


def phenotype(portraits: Portraits, work: Path, samples: int) -> None:
    """Part of the way from the donor of skin to the donor of shape, measure by measure."""
    before = measure_face(find_shapes(portraits, work).points)
    mean, spread = before.mean(axis=0), before.std(axis=0)
    of = {name: row for row, name in enumerate(portraits.image_ids)}
    print("reach\tjitter\town skin\tmeasure\tpart of the way [95 %]\tr with shape\tr with skin")
    for reach, jitter, share in SETTINGS:
        morph = Morph(
            size=portraits.size,
            reach=reach,
            jitter=jitter,
            own_texture=share,
            texture="others",
            mirror=False,
        )
        morph.fit(portraits, work, seed=0)
        made = list(morph.sample(dict.fromkeys(portraits.rows_of, samples), seed=0))
        morphs = Portraits(
            np.stack([sample.image for sample in made]),
            tuple(map(str, range(len(made)))),
            tuple(sample.condition for sample in made),
        )
        found = find_shapes(morphs, work)
        tables = [
            (each - mean) / spread
            for each in (
                measure_face(found.points),
                before[[of[sample.parents[0]] for sample in made]],
                before[[of[sample.notes["texture_of"]] for sample in made]],
            )
        ]
        groups = [np.flatnonzero(np.array(morphs.conditions) == c) for c in portraits.rows_of]
        last = (reach, jitter, share) == SETTINGS[-1]
        for name in [*(NAMES if last else ()), "all measures"]:
            columns = [NAMES.index(name)] if name in NAMES else list(range(len(NAMES)))
            found_here = line(*(each[:, columns] for each in tables), groups)
            print(reach, jitter, share, name, found_here, sep="\t")
    print(f"the mesh sees a face in {found.sure.sum()} of {len(made)} morphs")


def line(
    after: NDArray[np.float64],
    shape: NDArray[np.float64],
    skin: NDArray[np.float64],
    groups: list[NDArray[np.intp]],
) -> str:
    """One row of the table; the interval is a percentile bootstrap over conditions."""
    rng = np.random.default_rng(0)
    draws = [
        np.concatenate([groups[g] for g in rng.integers(len(groups), size=len(groups))])
        for _ in range(RESAMPLES)
    ]
    low, high = np.quantile([way(after, shape, skin, rows) for rows in draws], [0.025, 0.975])
    value = way(after, shape, skin, np.arange(len(after)))
    pairs = [np.corrcoef(after.ravel(), each.ravel())[0, 1] for each in (shape, skin)]
    return f"{value:.2f} [{low:.2f}, {high:.2f}]\t{pairs[0]:.2f}\t{pairs[1]:.2f}"


def way(
    after: NDArray[np.float64],
    shape: NDArray[np.float64],
    skin: NDArray[np.float64],
    rows: NDArray[np.intp],
) -> float:
    """Least-squares slope of (morph - skin) on (shape - skin)."""
    went, asked = (after - skin)[rows], (shape - skin)[rows]
    return float((went * asked).sum() / (asked**2).sum())


if __name__ == "__main__":
    main()
