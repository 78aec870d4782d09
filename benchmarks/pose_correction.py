"""Fit the shifts that go with the pose, and say what is left of it in the measures.

    python benchmarks/pose_correction.py --write    # fit and write the constants
    python benchmarks/pose_correction.py            # what the constants do

Needs the weights `yunet`, `mesh468` and `mpfb2`, and the renderer. Fitted on the pilots `pose` (30
unaffected children in 6 poses each). Tested on other children: the pilots `error`, at yaw 0 to 30
degrees, `controls`, one picture each as a cohort has it, and whatever cohorts --cohort names, all
of seeds that were not used for fitting. rho: rank correlation of the measure with the known
abs(yaw) and pitch. ICC: the share of the variance over all pictures of `error` that lies between
children. The last table is of the pilots `asymmetry`: the trait against the same children without
it, as Cohen's d of asymmetry at each yaw and over all, with a bootstrap over children.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from pilots import Pilot, mesh_points, pilots, render_missing
from scipy.stats import spearmanr

from rdface.faces import pose_correction
from rdface.faces.anthropometry import MEASURES, NAMES
from rdface.faces.mesh468 import mesh_fingerprint
from rdface.faces.mirror import mirrored
from rdface.faces.pose import head_pose, pose_free
from rdface.faces.pose_correction import PATTERNS, pose_corrected, pose_terms
from rdface.files import write_text

CHILDREN = {"pose": 30, "error": 14, "asymmetry": 14, "controls": 60}
PLACE = Path(pose_correction.__file__).with_suffix(".csv")


def seen(kind: str) -> tuple[list[Pilot], np.ndarray]:
    """The pilots of a kind in which a face is found, and their points."""
    wanted = pilots(kind, CHILDREN[kind])
    render_missing(wanted)
    points = mesh_points(wanted)
    found = np.isfinite(points).all((1, 2))
    return [pilot for pilot, yes in zip(wanted, found, strict=True) if yes], points[found]


def centred(values: np.ndarray, who: np.ndarray) -> np.ndarray:
    """Each row less the mean of its child's rows."""
    values = values.copy()
    for child in np.unique(who):
        values[who == child] -= values[who == child].mean(axis=0)
    return values


def fit(points: np.ndarray, who: np.ndarray, yaw: np.ndarray) -> np.ndarray:
    """The patterns and the sway, `[6, 468, 3]`; every face is there with its mirror image."""
    shapes, pose = pose_free(points), head_pose(points)
    terms = np.concatenate([pose_terms(pose), pose_terms(pose * [-1, 1])])
    faces = np.concatenate([shapes, mirrored(shapes)]).reshape(2 * len(shapes), -1)
    children = np.concatenate([who, who + who.max() + 1])
    found = np.linalg.lstsq(centred(terms, children), centred(faces, children), rcond=None)[0]
    patterns = found.reshape(len(PATTERNS), 468, 3)
    rest = shapes - np.einsum("nk,kpi->npi", pose_terms(pose), patterns)
    odd = ((rest - mirrored(rest)) / 2).reshape(len(rest), -1)
    values, ways = np.linalg.svd(centred(odd, who), full_matrices=False)[1:]
    print(f"share of the sway in what is left between the sides: {share(values):.2f}")
    odd = odd - odd @ ways[:1].T @ ways[:1]
    apart = np.linalg.norm(odd.reshape(len(odd), 468, 3), axis=-1).mean(axis=1)
    turned = pose_correction.doubted(terms[: len(rest), 0])
    doubts = np.arange(0, 40, 0.5)
    follows = [abs(spearmanr(apart / (1 + doubt * turned), yaw).statistic) for doubt in doubts]
    print(f"least rank correlation with abs(yaw) at DOUBT = {doubts[np.argmin(follows)]:.1f}")
    return np.concatenate([patterns, ways[:1].reshape(1, 468, 3)])


def share(values: np.ndarray) -> float:
    """Of the variance in the first component."""
    return float(values[0] ** 2 / (values**2).sum())


def write(patterns: np.ndarray, n_pictures: int) -> None:
    """Write the constants where the package reads them."""
    today = datetime.now(UTC).date()
    lines = [
        f"# made by: python benchmarks/pose_correction.py --write, {today}",
        f"# of: {n_pictures} pictures of {CHILDREN['pose']} unaffected simulated children (CC0)",
        f"# points by: mesh468 {mesh_fingerprint()[:16]}, steady",
        "point," + ",".join(f"{name}_{axis}" for name in (*PATTERNS, "sway") for axis in "xyz"),
    ]
    for point in range(468):
        cells = [f"{value:.5f}" for value in patterns[:, point].ravel()]
        lines.append(f"{point}," + ",".join(cells))
    write_text(PLACE, "\n".join(lines) + "\n")


def measured(faces: np.ndarray) -> np.ndarray:
    """`[N, M]` of faces free of pose."""
    return np.stack([measure.ruler(faces).mean(axis=1) for measure in MEASURES], axis=1)


def icc(values: np.ndarray, who: np.ndarray) -> np.ndarray:
    """Share of the variance that lies between children, `[M]` (one-way, at 0 or above)."""
    groups = np.unique(who)
    within = (centred(values, who) ** 2).sum(axis=0) / (len(values) - len(groups))
    means = np.array([values[who == child].mean(axis=0) for child in groups])
    between = np.maximum(means.var(axis=0, ddof=1) - within * len(groups) / len(values), 0)
    return between / (between + within)


def rho(values: np.ndarray, cause: np.ndarray) -> np.ndarray:
    """Rank correlation of every column with one cause."""
    return np.array([spearmanr(column, cause).statistic for column in values.T])


def cohorts(names: list[str]) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Name, points and known pose of the pictures of cohorts."""
    from rdface.backbones.crop_mesh import CROP, crop_points
    from rdface.cohort import load_cohort
    from rdface.faces import align, locate_faces
    from rdface.imaging import read_image

    found = []
    for name in names:
        cohort = load_cohort(name)
        faces, rows = locate_faces(cohort), []
        for image_id in cohort.image_ids:
            crop = align(read_image(cohort.path(image_id)), faces.face(image_id), CROP)
            rows.append(crop_points(crop[None], steady=True)[0])
        pose = cohort.images[["yaw", "pitch"]].astype(float).to_numpy()
        found.append((name, np.array(rows), pose))
    return found


def main() -> None:
    """Fit if asked to; print what is left."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="Fit and write the constants.")
    parser.add_argument("--cohort", action="append", default=[], help="Also test on this cohort.")
    given = parser.parse_args()
    if given.write:
        wanted, points = seen("pose")
        level = np.sin(np.radians(head_pose(points)[[p.name.endswith("-0") for p in wanted], 1]))
        print(f"mean sine of the pitch estimated of frontal faces (LEVEL): {level.mean():.3f}")
        who = np.array([pilot.patient for pilot in wanted])
        yaw = np.array([abs(pilot.view.yaw) for pilot in wanted])
        write(fit(points, who, yaw), len(wanted))
        pose_correction._text.cache_clear()
        pose_correction._patterns.cache_clear()
    wanted, points = seen("error")
    who = np.array([pilot.patient for pilot in wanted])
    yaw = np.array([pilot.view.yaw for pilot in wanted])
    plain, better = measured(pose_free(points)), measured(pose_corrected(points))
    posed, faces = seen("controls")
    pose = np.array([(pilot.view.yaw, pilot.view.pitch) for pilot in posed])
    tested = [("`controls`", faces, pose), *cohorts(given.cohort)]
    print(f"\n`error`: {len(wanted)} pictures of {len(np.unique(who))} children\n")
    head = ["measure", "`error`: rho with yaw", "ICC"]
    columns = [
        [f"{a:.2f} -> {b:.2f}" for a, b in zip(rho(plain, yaw), rho(better, yaw), strict=True)],
        [f"{a:.2f} -> {b:.2f}" for a, b in zip(icc(plain, who), icc(better, who), strict=True)],
    ]
    for name, faces, pose in tested:
        before, after = measured(pose_free(faces)), measured(pose_corrected(faces))
        for label, cause in (("abs(yaw)", np.abs(pose[:, 0])), ("pitch", pose[:, 1])):
            head.append(f"{name} ({len(faces)}): rho with {label}")
            pairs = zip(rho(before, cause), rho(after, cause), strict=True)
            columns.append([f"{a:.2f} -> {b:.2f}" for a, b in pairs])
    print("| " + " | ".join(head) + " |\n" + "|---" * len(head) + "|")
    for row, name in enumerate(NAMES):
        print(f"| `{name}` | " + " | ".join(column[row] for column in columns) + " |")
    detection(wanted, points)


def detection(plain: list[Pilot], points: np.ndarray) -> None:
    """Whether a real asymmetry is still seen, at each yaw."""
    having, others = seen("asymmetry")
    column = NAMES.index("asymmetry")
    print("\n| yaw | children | d before [95 %] | without | with | d after [95 %] |")
    print("|---|---|---|---|---|---|")
    sizes = [
        [measured(corrected(faces))[:, column] for faces in (others, points)]
        for corrected in (pose_free, pose_corrected)
    ]
    with_it = {(p.patient, p.view.yaw): row for row, p in enumerate(having)}
    without = {(p.patient, p.view.yaw): row for row, p in enumerate(plain)}
    yaws = (0, 10, 20)
    both = with_it.keys() & without.keys()
    children = sorted({c for c, _ in both if all((c, yaw) in both for yaw in yaws)})
    for chosen in ((0,), (10,), (20,), yaws):
        rows = np.array([[[p[c, y] for y in chosen] for c in children] for p in (with_it, without)])
        before, after = ([s[k][rows[k]] for k in (0, 1)] for s in sizes)
        name = "all three" if len(chosen) > 1 else str(chosen[0])
        print(
            f"| {name} | {len(children)} | {cohen(*before)} | {after[1].mean():.4f} "
            f"| {after[0].mean():.4f} | {cohen(*after)} |"
        )


def cohen(first: np.ndarray, second: np.ndarray) -> str:
    """Cohen's d of pictures `[children, yaws]` with an interval over children."""

    def d(chosen: np.ndarray) -> float:
        one, two = first[chosen].ravel(), second[chosen].ravel()
        pooled = np.sqrt((one.var(ddof=1) + two.var(ddof=1)) / 2)
        return float((one.mean() - two.mean()) / pooled)

    rng = np.random.default_rng(0)
    drawn = [d(rng.integers(0, len(first), len(first))) for _ in range(2000)]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return f"{d(np.arange(len(first))):.2f} [{low:.2f}, {high:.2f}]"


if __name__ == "__main__":
    main()
