"""Material made in place: faces whose embeddings are given, so that no network runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from rdface.cohort import Cohort, CohortInfo
from rdface.faces import FaceTable
from rdface.faces.table import BOX_COLUMNS, POINT_COLUMNS
from rdface.screening import ScoreTable, ScreenOptions
from rdface.screening.material import Faces, Material
from rdface.screening.score_table import HEAD

CONDITIONS = ("A", "B", "C", "D")
FACE = np.array([[30, 40], [70, 40], [50, 60], [35, 80], [65, 80]], float)


def face_table(names: list[str], points: np.ndarray, scores: np.ndarray) -> FaceTable:
    """A table of faces ``[N, 5, 2]`` in boxes of 100 x 120; a NaN score is no face."""
    frame = pd.DataFrame({"image_id": names})
    frame["status"] = np.where(np.isnan(scores), "none", "one")
    frame["n_faces"] = (~np.isnan(scores)).astype(int)
    frame["attempt"], frame["points"] = "plain", "mesh468"
    frame["width"], frame["height"] = 160, 160
    frame["score"] = scores
    for name, value in zip(BOX_COLUMNS, (0, 0, 100, 120), strict=True):
        frame[name] = np.where(np.isnan(scores), np.nan, value)
    frame[list(POINT_COLUMNS)] = np.where(
        np.isnan(scores)[:, None], np.nan, points.reshape(len(points), 10)
    )
    return FaceTable(frame)


def faces(
    labels: np.ndarray,
    rng: np.random.Generator,
    *,
    prefix: str,
    missing: tuple[int, ...] = (),
    noise: float = 2.0,
    root: Path = Path("/nowhere"),
) -> Faces:
    """Faces whose five points and embeddings depend on the condition, with noise."""
    names = [f"{prefix}{row}" for row in range(len(labels))]
    shift = np.random.default_rng(99).normal(size=(len(CONDITIONS), 5, 2)) * 5
    points = FACE + shift[labels] + noise * rng.normal(size=(len(labels), 5, 2))
    scores = rng.uniform(0.8, 1, len(labels))
    scores[list(missing)] = np.nan
    images = pd.DataFrame(
        {
            "image_id": names,
            "file": [f"images/{name}.png" for name in names],
            "sha256": [f"{prefix}{row:060x}" for row in range(len(labels))],
            "patient_id": [f"{prefix}p{row // 2}" for row in range(len(labels))],
            "condition": [CONDITIONS[label] for label in labels],
            "synthetic_of": "",
        }
    )
    info = CohortInfo(name="made", version="1", licence="CC0-1.0", simulated=True)
    cohort = Cohort(root, info, images, pd.DataFrame({"condition": CONDITIONS}))
    found = Faces(cohort, face_table(names, points, scores), np.asarray(labels, dtype=np.intp))
    centres = np.random.default_rng(98).normal(size=(len(CONDITIONS), 1404)) * 0.05
    average = np.random.default_rng(97).normal(size=1404)
    for backbone, width in (("landmarks", 1404), ("anthropometry", 36), ("facenet", 32)):
        rows = average[:width] + centres[labels, :width]
        rows = rows + 0.01 * noise * rng.normal(size=(len(labels), width))
        rows[list(missing)] = np.nan
        found._embedded[backbone] = rows
    found._embedded["sface"] = found._embedded["facenet"]
    return found


def material(
    *, missing: tuple[int, ...] = (), options: ScreenOptions | None = None, seed: int = 0
) -> Material:
    """12 training images of conditions A to C (none of D) and a pool of 8, two of each."""
    rng = np.random.default_rng(seed)
    training = faces(np.repeat([0, 1, 2], 4), rng, prefix="t")
    pool = faces(np.repeat([0, 1, 2, 3], 2), rng, prefix="s", missing=missing)
    chosen = options or ScreenOptions()
    return Material(pool, training, training, None, CONDITIONS, chosen)


def scored(columns: dict[str, np.ndarray], conditions: np.ndarray | None = None) -> ScoreTable:
    """A table with these scores; ids in the order of rows."""
    n = len(next(iter(columns.values())))
    frame = pd.DataFrame({"image_id": [f"i{row:05d}" for row in range(n)]})
    frame["condition"] = np.full(n, "A") if conditions is None else conditions
    frame["condition_by"] = "generator"
    assert tuple(frame.columns) == HEAD
    card = {"options": ScreenOptions().model_dump(mode="json"), "pool": {"sha256": ""}}
    return ScoreTable(frame.assign(**columns), card)
