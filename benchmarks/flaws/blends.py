"""Stand-ins for synthetic images: blends of two pictures of one condition. No DreamBooth.

    python -m benchmarks.flaws.blends --work /tmp/flaws

Makes a cohort of the pictures of `sim103` and 40 blends a condition, in --work and never in the
repository. A blend is the average of two pictures of the condition, laid on each other by their
five points, with a random weight (0.2 to 0.8), then turned, scaled and shifted a little, and made a
little brighter or darker. A condition with one picture blends it with itself. `synthetic_of` names
the parents. A blend shows nothing that its parents do not: it is nearer to them than a good
generator's picture would be, and it never fails to look like its condition.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from rdface.cohort import Cohort, load_cohort
from rdface.cohort.cohort import CohortInfo
from rdface.cohort.write import write_cohort
from rdface.faces import Face, locate_faces
from rdface.faces.crop import similarity, warp
from rdface.files import write_bytes
from rdface.imaging import Image, encode_jpeg, read_image

SIDE = 256
PER_CONDITION = 40
TURN, SCALE, SHIFT, LIGHT = np.radians(5), 0.05, 6.0, 0.1
"""Largest angle, share of size, pixels, share of brightness."""


def blend(
    pictures: tuple[Image, Image], faces: tuple[Face, Face], rng: np.random.Generator
) -> Image:
    """Average two pictures along their five points, and move the result a little."""
    weight = rng.uniform(0.2, 0.8)
    points = weight * faces[0].points + (1 - weight) * faces[1].points
    angle, size = rng.uniform(-TURN, TURN), 1 + rng.uniform(-SCALE, SCALE)
    turn = size * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    centre = points.mean(axis=0)
    target = (points - centre) @ turn.T + centre + rng.uniform(-SHIFT, SHIFT, 2)
    first, second = (
        warp(picture, similarity(face.points, target), SIDE, SIDE).astype(np.float64)
        for picture, face in zip(pictures, faces, strict=True)
    )
    mixed = (weight * first + (1 - weight) * second) * (1 + rng.uniform(-LIGHT, LIGHT))
    return np.clip(np.rint(mixed), 0, 255).astype(np.uint8)


def blended_cohort(work: Path, per_condition: int = PER_CONDITION, seed: int = 0) -> Cohort:
    """`sim103` with blends; made once, then read from ``work``."""
    root = work / f"blends-{per_condition}-{seed}"
    if (root / "cohort.yaml").exists():
        return load_cohort(str(root))
    cohort = load_cohort("sim103")
    found = locate_faces(cohort)
    faces = {image: found.face(image) for image in cohort.image_ids}
    pictures = {image: read_image(cohort.path(image)) for image in cohort.image_ids}
    for file in cohort.images["file"]:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(cohort.root / file, root / file)
    rng = np.random.default_rng(seed)
    rows = []
    for condition, images in cohort.images.groupby("condition", sort=False):
        ids = images["image_id"].tolist()
        for number in range(per_condition):
            size = min(2, len(ids))
            parents = sorted(rng.choice(ids, size, replace=False).tolist())
            a, b = parents[0], parents[-1]
            both = faces[a], faces[b]
            assert both[0] is not None and both[1] is not None  # noqa: S101 - sim103 has all faces
            picture = blend((pictures[a], pictures[b]), (both[0], both[1]), rng)
            name = f"{condition}_B{number:03d}"
            write_bytes(root / "images" / f"{name}.jpg", encode_jpeg(picture))
            rows.append(
                {
                    "image_id": name,
                    "file": f"images/{name}.jpg",
                    "patient_id": name,
                    "condition": condition,
                    "source": "benchmarks/flaws/blends.py",
                    "synthetic_of": "|".join(parents),
                }
            )
    info = CohortInfo(
        name="blends",
        version="1",
        title="sim103 with blends of its pictures",
        licence="CC0-1.0",
        simulated=True,
    )
    images = pd.concat([cohort.images, pd.DataFrame(rows)], ignore_index=True)
    return write_cohort(root, info, images, cohort.conditions)


def work_folder(parser: argparse.ArgumentParser) -> None:
    """The option that says where blends lie."""
    parser.add_argument("--work", type=Path, required=True, help="folder for the blends")


def main() -> None:
    """Make the cohort and say what it holds."""
    parser = argparse.ArgumentParser(description="Blend the pictures of sim103.")
    work_folder(parser)
    cohort = blended_cohort(parser.parse_args().work)
    made_up = int((cohort.images["synthetic_of"] != "").sum())
    print(f"{cohort.root}: {len(cohort.images)} images, {made_up} blends")


if __name__ == "__main__":
    main()
