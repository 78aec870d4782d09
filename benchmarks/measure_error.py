"""How far the measures lie from the truth of the simulated head, and how that grows with yaw.

    python benchmarks/measure_error.py
    python benchmarks/measure_error.py --cohort sim103 --seed 0

Needs the weights `yunet`, `mesh468` and `mpfb2`, and the renderer. The pilots `error`: unaffected
resting children of all ages, both sexes and mixed ancestry, rendered at yaw 0 to 30 degrees, pitch
0, light and camera drawn anew for each picture. The truth is that of the very head that was
rendered: the named points of rdface.simulate.head in the head's own frame, put through the
formulas of rdface.faces. Errors are in units of the SD of the true measure between these children.
Intervals are 95 % percentile bootstraps over children (2,000 resamples). `face_height`,
`face_width` and `asymmetry` are by or over the whole mesh of the network, which the head does not
have: their truth is by or over the named points, so their bias and error have no meaning; r has.

With --cohort the children are those of a simulated cohort with their traits, smiles and poses, as
its plan (images, conditions, seed) draws them anew; nothing is rendered. One picture a patient.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pilots import YAWS, Pilot, mesh_points, pilots, render_missing

from rdface.backbones import embed_cohort
from rdface.cohort import Cohort, load_cohort
from rdface.faces import locate_faces
from rdface.faces.anthropometry import MEASURES, NAMES, measure_face
from rdface.faces.mirror import mirrored
from rdface.faces.ruler import POINTS
from rdface.simulate.head.landmarks import find_landmarks
from rdface.simulate.head.mesh import load_head
from rdface.simulate.head.shape import shape_head
from rdface.simulate.people.plan import Shot, make_plan
from rdface.weights import where

OTHER_SCALE = ("face_height", "face_width", "asymmetry")
RESAMPLES = 2000


@dataclass(frozen=True)
class Errors:
    """Measured and true values, `[children, yaws, M]` and `[children, M]`."""

    measured: np.ndarray
    true: np.ndarray

    @property
    def spread(self) -> np.ndarray:
        """SD of the true measures between children, `[M]`."""
        return np.asarray(self.true.std(axis=0, ddof=1))

    def part(self, children: np.ndarray) -> Errors:
        """Some of the children."""
        return Errors(self.measured[children], self.true[children])

    def r(self, yaw: int) -> np.ndarray:
        """Correlation of measured with true over children."""
        first = self.measured[:, yaw] - self.measured[:, yaw].mean(axis=0)
        second = self.true - self.true.mean(axis=0)
        norm = np.sqrt((first**2).sum(axis=0) * (second**2).sum(axis=0))
        return np.asarray((first * second).sum(axis=0) / np.maximum(norm, 1e-30))

    def bias(self, yaw: int) -> np.ndarray:
        """Mean error."""
        return np.asarray((self.measured[:, yaw] - self.true).mean(axis=0) / self.spread)

    def error(self, yaw: int) -> np.ndarray:
        """SD of the error."""
        return np.asarray((self.measured[:, yaw] - self.true).std(axis=0, ddof=1) / self.spread)

    def drift(self, yaw: int) -> np.ndarray:
        """Mean change against yaw 0 in SD of what is measured there."""
        change = (self.measured[:, yaw] - self.measured[:, 0]).mean(axis=0)
        return np.asarray(change / self.measured[:, 0].std(axis=0, ddof=1))

    def change(self, yaw: int) -> np.ndarray:
        """SD of that change."""
        change = (self.measured[:, yaw] - self.measured[:, 0]).std(axis=0, ddof=1)
        return np.asarray(change / self.measured[:, 0].std(axis=0, ddof=1))


def true_measures(wanted: Sequence[Pilot | Shot]) -> np.ndarray:
    """`[N, M]`, from the vertices of the head itself; head turns are no part of them."""
    mesh = load_head(where("mpfb2"))
    landmarks = find_landmarks(mesh)
    used = np.array(sorted({vertex for pair in POINTS.values() for vertex in pair}))
    faces = np.zeros((len(wanted), 468, 3))
    for row, pilot in enumerate(wanted):
        head = shape_head(mesh, pilot.child, pilot.view.expression)
        for name, place in landmarks.points(head.own).items():
            if name in POINTS:  # x to the subject's left as here; y up and z to the front are not
                faces[row, list(POINTS[name])] = np.atleast_2d(place) * [1, -1, -1]
    points = faces[:, used]
    centre = points.mean(axis=1, keepdims=True)
    size = np.sqrt(((points - centre) ** 2).sum(axis=-1).mean(axis=-1))
    faces[:, used] = (points - centre) / size[:, None, None]
    table = np.stack([measure.ruler(faces).mean(axis=1) for measure in MEASURES], axis=1)
    # Over the named points alone: the others are all at 0 and would only thin it out.
    apart = np.linalg.norm(faces - mirrored(faces), axis=-1)[:, used].mean(axis=1)
    table[:, NAMES.index("asymmetry")] = apart
    return table


def errors(wanted: list[Pilot], points: np.ndarray, *, correct_pose: bool = True) -> Errors:
    """Of the children whose face is found at every yaw."""
    values = np.full((len(wanted), len(NAMES)), np.nan)
    found = np.isfinite(points).all((1, 2))
    values[found] = measure_face(points[found], correct_pose=correct_pose)
    table = values.reshape(-1, len(YAWS), len(NAMES))
    whole = np.isfinite(table).all((1, 2))
    return Errors(table[whole], true_measures(wanted[:: len(YAWS)])[whole])


def intervals(of: Errors, name: str, yaw: int) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of a statistic, `[M]` each."""
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, len(of.true), (RESAMPLES, len(of.true)))
    values = [getattr(of.part(children), name)(yaw) for children in drawn]
    low, high = np.percentile(values, [2.5, 97.5], axis=0)
    return low, high


def shots_of(cohort: Cohort, seed: int) -> tuple[Shot, ...]:
    """The plan that a cohort was rendered from."""
    images = cohort.images
    shots = make_plan(len(images), images["condition"].nunique(), seed).shots
    same = [shot.image_id for shot in shots] == list(cohort.image_ids)
    if not same or [f"{shot.view.yaw:.1f}" for shot in shots] != list(images["yaw"]):
        raise SystemExit(f"{cohort.info.name} is not of seed {seed} of this simulator's plans")
    return shots


def of_cohort(name: str, seed: int) -> str:
    """R over the patients of a cohort, a row a measure."""
    cohort = load_cohort(name)
    images = cohort.images
    shots = shots_of(cohort, seed)
    faces = locate_faces(cohort)
    seen = np.array([faces.face(image_id) is not None for image_id in cohort.image_ids])
    first = ~images["patient_id"].duplicated().to_numpy() & seen
    values = embed_cohort(cohort, "anthropometry", faces)[first].astype(float)
    true = true_measures([shot for shot, yes in zip(shots, first, strict=True) if yes])
    of = Errors(values[:, None], true)
    print(f"{name}: {first.sum()} patients\n")
    return table(["r", "SD of error"], [cells(of, "r", 0), cells(of, "error", 0, False)])


def cells(of: Errors, name: str, yaw: int, plain: bool = True) -> list[str]:
    """A statistic with its interval, a text per measure."""
    low, high = intervals(of, name, yaw)
    return [
        "-" if measure in OTHER_SCALE and not plain else f"{value:.2f} [{a:.2f}, {b:.2f}]"
        for measure, value, a, b in zip(NAMES, getattr(of, name)(yaw), low, high, strict=True)
    ]


def table(head: list[str], columns: list[list[str]]) -> str:
    """Markdown, one row a measure."""
    lines = ["| measure | " + " | ".join(head) + " |", "|---" * (len(head) + 1) + "|"]
    for row, name in enumerate(NAMES):
        lines.append(f"| `{name}` | " + " | ".join(column[row] for column in columns) + " |")
    return "\n".join(lines)


def main() -> None:
    """Render what is missing, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--children", type=int, default=14)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--cohort", help="A simulated cohort instead.")
    parser.add_argument("--seed", type=int, default=0, help="Of its plan.")
    given = parser.parse_args()
    if given.cohort:
        print(of_cohort(given.cohort, given.seed))
        return
    wanted = pilots("error", given.children)
    render_missing(wanted, given.workers)
    points = mesh_points(wanted)
    of, before = errors(wanted, points), errors(wanted, points, correct_pose=False)
    last = len(YAWS) - 1
    print(f"{len(of.true)} of {given.children} children found at every yaw\n")
    head = ["r at yaw 0", "bias at yaw 0", "SD of error at yaw 0", f"r at yaw {YAWS[last]}"]
    columns = [cells(of, "r", 0), cells(of, "bias", 0, False), cells(of, "error", 0, False)]
    print(
        table(
            [*head, "without correction"],
            [*columns, cells(of, "r", last), cells(before, "r", last)],
        )
    )
    print("\nSD of error at each yaw, and the bias at 30 degrees\n")
    growth = [
        ["-" if n in OTHER_SCALE else f"{v:.2f}" for n, v in zip(NAMES, of.error(k), strict=True)]
        for k in range(len(YAWS))
    ]
    print(
        table(
            [*(str(yaw) for yaw in YAWS), "bias at 30"],
            [*growth, cells(of, "bias", last, False)],
        )
    )
    print("\nDrift against yaw 0, in SD of the measured between children (SD of the change)\n")
    drift = [
        [f"{m:+.2f} ({s:.2f})" for m, s in zip(of.drift(k), of.change(k), strict=True)]
        for k in range(1, len(YAWS))
    ]
    print(
        table(
            [*(str(yaw) for yaw in YAWS[1:]), "at 30 with interval", "without correction"],
            [*drift, cells(of, "drift", last), cells(before, "drift", last)],
        )
    )


if __name__ == "__main__":
    main()
