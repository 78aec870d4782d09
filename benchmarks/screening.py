"""Screening beside the plain double loop: landmark scores and ranks, and perceptual distances.

    python -m benchmarks.screening --images 10300 --conditions 103
    python -m benchmarks.screening --perceptual 100 --conditions 20

Landmarks: faces made up in place, four training images a condition, scored by the scorer that
`rdface screen score` runs; the plain way takes one image and one condition at a time. Perceptual:
made-up pictures of 256 pixels and made-up weights of AlexNet (the time does not depend on them),
four training images a condition; the plain way calls the package `lpips`, or the same network for
our own distance, on every pair. Both ways run in the same process on one thread, and the largest
difference of their numbers is shown.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import cv2
import numpy as np
import pandas as pd

from benchmarks.flaws.table import show
from rdface.cohort import Cohort, CohortInfo, write_cohort
from rdface.faces import FaceTable, align
from rdface.faces.table import BOX_COLUMNS, POINT_COLUMNS
from rdface.files import write_bytes
from rdface.imaging import encode_jpeg, read_image
from rdface.screening import ScreenOptions
from rdface.screening.material import Faces, Material
from rdface.screening.perceptual.space import PerceptualSpace, squared_distances
from rdface.screening.perceptual.to_training import mean_distances
from rdface.screening.scorer import SCORERS

TRAINING = 4
"""Real images of each condition."""
FACE = np.array([[30, 40], [70, 40], [50, 60], [35, 80], [65, 80]], float)


def made_up(n: int, conditions: int, rng: np.random.Generator, prefix: str) -> Faces:
    """Faces around one layout; no pictures."""
    names = [f"{prefix}{row}" for row in range(n)]
    labels = np.arange(n) % conditions
    frame = pd.DataFrame({"image_id": names, "score": rng.uniform(0.8, 1, n)})
    boxes = np.array([0, 0, 100, 120]) + rng.normal(size=(n, 4))
    frame[list(BOX_COLUMNS)] = boxes.astype(np.float32)
    points = FACE + 3 * rng.normal(size=(n, 5, 2))
    frame[list(POINT_COLUMNS)] = points.reshape(n, 10).astype(np.float32)
    images = pd.DataFrame({"image_id": names, "condition": labels.astype(str)})
    info = CohortInfo(name="made-up", version="1", licence="CC0-1.0", simulated=True)
    cohort = Cohort(Path(), info, images, pd.DataFrame())
    return Faces(cohort, FaceTable(frame), labels.astype(np.intp))


def described(faces: Faces) -> list[np.ndarray]:
    """The descriptor, one number at a time."""
    rows = []
    for name in faces.cohort.image_ids:
        face = faces.table.face(name)
        assert face is not None  # noqa: S101 - all have one
        points = face.points.astype(float) / face.box[2:].astype(float)
        row = [float(np.linalg.norm(points[i] - points[j])) for i in range(5) for j in range(5)]
        rows.append(np.array(row))
    return rows


def plain_landmarks(material: Material) -> dict[str, np.ndarray]:
    """One image and one condition after the other."""
    training, found = described(material.training), []
    means = [
        np.mean([x for x, y in zip(training, material.training.labels, strict=True) if y == c], 0)
        for c in range(material.n_conditions)
    ]
    for x, label in zip(described(material.pool), material.pool.labels, strict=True):
        cosines = [x @ m / (np.linalg.norm(x) * np.linalg.norm(m)) for m in means]
        gaps = [float(np.linalg.norm(x - m)) for m in means]
        found.append(
            (
                cosines[label],
                sum(c >= cosines[label] for c in cosines),
                gaps[label],
                sum(g <= gaps[label] for g in gaps),
            )
        )
    names = [one.name for one in SCORERS.get("landmarks").columns]
    return dict(zip(names, np.array(found, float).T, strict=True))


def timed(what: Callable[[], object]) -> float:
    """Wall seconds of one call."""
    start = time.perf_counter()
    what()
    return time.perf_counter() - start


def landmarks(images: int, conditions: int) -> list[object]:
    """One line: ours, the plain loop, their ratio and difference."""
    rng = np.random.default_rng(0)
    training = made_up(TRAINING * conditions, conditions, rng, "t")
    names = tuple(map(str, range(conditions)))
    pool = made_up(images, conditions, rng, "s")
    options = ScreenOptions(scale="apart")
    material = Material(pool, training, training, None, names, options)
    scorer, kept = SCORERS.get("landmarks")(), {}
    scorer.score(Material(training, training, training, None, names, options))  # imports scipy
    ours = timed(lambda: kept.update(ours=dict(scorer.score(material))))
    plain = timed(lambda: kept.update(plain=plain_landmarks(material)))
    gap = max(
        float(np.abs(kept["ours"][name] - values).max()) for name, values in kept["plain"].items()
    )
    return line("landmark scores and ranks", f"{images} x {conditions}", ours, plain, gap)


def pictures(root: Path, images: int, conditions: int, rng: np.random.Generator) -> Faces:
    """Random pictures of 256 pixels in which no face is looked for."""
    rows = []
    for row in range(images):
        file = f"images/{row}.jpg"
        rough = rng.integers(0, 256, (16, 16, 3)).astype(np.uint8)
        picture = cv2.resize(rough, (256, 256), interpolation=cv2.INTER_CUBIC)
        write_bytes(root / file, encode_jpeg(picture))
        rows.append({"image_id": str(row), "file": file, "patient_id": str(row)})
        rows[-1]["condition"] = f"C{row % conditions}"
    listed = pd.DataFrame({"condition": [f"C{c}" for c in range(conditions)]}).assign(
        name="made up"
    )
    info = CohortInfo(name="made-up", version="1", licence="CC0-1.0", simulated=True)
    cohort = write_cohort(root, info, pd.DataFrame(rows), listed)
    frame = pd.DataFrame({"image_id": list(cohort.image_ids)})
    frame = frame.assign(**dict.fromkeys(("score", *BOX_COLUMNS, *POINT_COLUMNS), np.nan))
    return Faces(cohort, FaceTable(frame), np.arange(images) % conditions)


def perceptual(images: int, conditions: int) -> list[list[object]]:
    """A line for LPIPS and one for our own distance."""
    import lpips
    import torch
    import torchvision

    from rdface.screening.perceptual.lite0 import PerceptualLite0
    from rdface.screening.perceptual.lpips_alexnet import LpipsAlexNet

    torch.set_num_threads(1)
    torch.manual_seed(0)
    trunk = torchvision.models.alexnet(weights=None)
    package = lpips.LPIPS(net="alex", pnet_rand=True, verbose=False).eval()
    for slot in range(1, 6):
        for name, module in getattr(package.net, f"slice{slot}").named_children():
            if hasattr(module, "weight"):
                module.load_state_dict(trunk.features[int(name)].state_dict())

    def by_package(a: np.ndarray, b: np.ndarray) -> float:
        pair = [torch.from_numpy(x).permute(2, 0, 1)[None].float() / 127.5 - 1 for x in (a, b)]
        with torch.inference_mode():
            return float(package(*pair))

    own = PerceptualLite0()

    def by_own(a: np.ndarray, b: np.ndarray) -> float:
        return float(squared_distances(own.rows(a[None]), own.rows(b[None]))[0, 0])

    rng, rows = np.random.default_rng(0), []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RDFACE_CACHE"] = f"{folder}/cache"
        pool = pictures(Path(folder, "pool"), images, conditions, rng)
        real = pictures(Path(folder, "real"), TRAINING * conditions, conditions, rng)
        material = Material(pool, real, real, None, pool.cohort.condition_ids, ScreenOptions())
        spaces: list[tuple[PerceptualSpace, Callable[[np.ndarray, np.ndarray], float]]] = [
            (LpipsAlexNet(trunk.state_dict()), by_package),
            (own, by_own),
        ]
        for space, pair in spaces:
            kept: dict[str, np.ndarray] = {}

            def ours(space: PerceptualSpace = space, kept: dict = kept) -> None:
                kept["ours"] = mean_distances(material, space)

            def plain(
                space: PerceptualSpace = space, kept: dict = kept, pair: Callable = pair
            ) -> None:
                found = []
                for row, label in enumerate(pool.labels):
                    a = align(read_image(pool.cohort.path(str(row))), None, space.crop)
                    others = np.flatnonzero(real.labels == label)
                    crops = [read_image(real.cohort.path(str(other))) for other in others]
                    found.append(np.mean([pair(a, align(b, None, space.crop)) for b in crops]))
                kept["plain"] = np.array(found)

            fresh, loop = timed(ours), timed(plain)
            size = f"{images} x {TRAINING}"
            gap = float(np.abs(kept["ours"] - kept["plain"]).max())
            rows.append(line(space.name, size, fresh, loop, gap))
            rows.append(line(f"{space.name}, cached", size, timed(ours), loop, gap))
    return rows


def line(what: str, size: str, ours: float, plain: float, gap: float) -> list[object]:
    """Cells of one row."""
    return [what, size, f"{ours:.3f}", f"{plain:.2f}", f"{plain / ours:.1f}", f"{gap:.1e}"]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Time screening beside the plain double loop.")
    parser.add_argument("--images", type=int, default=10300)
    parser.add_argument("--conditions", type=int, default=103)
    parser.add_argument("--perceptual", type=int, default=0, help="pictures; 0: none")
    given = parser.parse_args()
    rows = [landmarks(given.images, given.conditions)]
    if given.perceptual:
        rows += perceptual(given.perceptual, given.conditions)
    show(
        ["what", "size", "seconds", "double loop, seconds", "ratio", "largest difference"],
        rows,
        "One thread; images x conditions, or images x training images of their condition",
    )


if __name__ == "__main__":
    main()
