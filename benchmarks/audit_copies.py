"""Are planted copies of training faces found, and is anything else called one?

    python benchmarks/audit_copies.py --cohort sim103 --folds 5 --copies 12 --blends 40

In each fold of ``strict`` the test patients are divided in two: one half calibrates the audit, the
other half are strangers whom it knows nothing of. A pool is planted with copies of training faces
of ten kinds, half-and-half blends of two training patients, and the strangers. Everything follows
from the seed.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import pandas as pd

from rdface.cohort import Cohort, CohortInfo, load_cohort, write_cohort
from rdface.faces import align, locate_faces
from rdface.faces.crop import crop_matrix, similarity, warp
from rdface.files import write_bytes
from rdface.imaging import read_image
from rdface.metrics.small_samples import wilson_interval
from rdface.protocols import PROTOCOLS
from rdface.screening.audit import Settings, divide
from rdface.screening.audit.framing import frame
from rdface.screening.audit.looking import look_at
from rdface.screening.audit.running import remember
from rdface.synthesis.portraits import portrait_crop

Picture = np.ndarray
Change = Callable[[Picture, np.random.Generator], Picture]


def moved(picture: Picture, rng: np.random.Generator) -> Picture:
    """Turned by up to 8 degrees, enlarged by up to 15 %, moved by up to 4 %."""
    side = picture.shape[0]
    matrix = cv2.getRotationMatrix2D(
        (side / 2, side / 2), rng.uniform(-8, 8), rng.uniform(1.0, 1.15)
    )
    matrix[:, 2] += rng.uniform(-0.04, 0.04, 2) * side
    return cv2.warpAffine(picture, matrix, (side, side), borderMode=cv2.BORDER_REFLECT)


def lit(picture: Picture, rng: np.random.Generator) -> Picture:
    """Contrast times 0.7 to 1.3, brightness up or down by up to 30."""
    return _pixels(picture * rng.uniform(0.7, 1.3) + rng.uniform(-30, 30))


def noisy(picture: Picture, rng: np.random.Generator) -> Picture:
    """Gaussian noise of standard deviation 10."""
    return _pixels(picture + rng.normal(0, 10, picture.shape))


def encoded(picture: Picture, rng: np.random.Generator) -> Picture:
    """JPEG of quality 30."""
    data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 30])[1]
    return cv2.imdecode(data, cv2.IMREAD_COLOR)


def shrunk(picture: Picture, rng: np.random.Generator) -> Picture:
    """To half the size and back."""
    side = picture.shape[0]
    small = cv2.resize(picture, (side // 2, side // 2), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (side, side), interpolation=cv2.INTER_CUBIC)


KINDS: dict[str, Change] = {
    "exact": lambda picture, rng: picture,
    "mirrored": lambda picture, rng: picture[:, ::-1],
    "JPEG, quality 30": encoded,
    "brightness and contrast": lit,
    "turned, cropped": moved,
    "noise": noisy,
    "half the size": shrunk,
    "grey": lambda picture, rng: np.repeat(picture.mean(axis=2, keepdims=True), 3, axis=2),
    "mirrored, turned, lit": lambda picture, rng: lit(moved(picture[:, ::-1], rng), rng),
    "turned, lit, noise, JPEG": lambda picture, rng: encoded(
        noisy(lit(moved(picture, rng), rng), rng), rng
    ),
}


def plant(
    real: Cohort,
    training: list[str],
    strangers: list[str],
    out: Path,
    *,
    copies: int,
    blends: int,
    size: int,
    seed: int,
) -> Cohort:
    """Write a pool of copies of every kind, of blends and of strangers.

    The column ``planted`` says what each is.
    """
    rng = np.random.default_rng(seed)
    faces = locate_faces(real)
    crop = portrait_crop(size)
    table = real.images.set_index("image_id")
    seen = [name for name in training if faces.face(name) is not None]
    rows: list[dict[str, str]] = []

    def add(picture: Picture, kind: str, parents: list[str]) -> None:
        name = f"planted-{len(rows):05d}"
        data = cv2.imencode(".png", np.ascontiguousarray(_pixels(picture)[..., ::-1]))[1]
        write_bytes(out / "images" / f"{name}.png", data.tobytes())
        rows.append(
            {
                "image_id": name,
                "file": f"images/{name}.png",
                "patient_id": f"synthetic:{name}",
                "condition": str(table.at[parents[0], "condition"]),
                "source": "planted",
                "synthetic_of": "|".join(parents),
                "planted": kind,
            }
        )

    def portrait(name: str) -> Picture:
        return align(read_image(real.path(name)), faces.face(name), crop)

    for kind, change in KINDS.items():
        for name in rng.choice(seen, copies, replace=False):
            add(change(portrait(str(name)), rng), kind, [str(name)])
    while blends:
        first = str(rng.choice(seen))
        mates = [
            name
            for name in seen
            if table.at[name, "condition"] == table.at[first, "condition"]
            and table.at[name, "patient_id"] != table.at[first, "patient_id"]
        ]
        if mates:
            second = str(rng.choice(mates))
            add(_blend(real, faces, first, second, size), "blend of two", [first, second])
            blends -= 1
    for name in strangers:
        add(portrait(name), "stranger", [name])
    info = CohortInfo.model_validate(
        {
            "name": "planted",
            "version": "1",
            "licence": real.info.licence,
            "simulated": real.info.simulated,
            "pool_of": {"name": real.info.name, "sha256": real.sha256},
        }
    )
    return write_cohort(out, info, pd.DataFrame(rows), real.conditions)


def _blend(real: Cohort, faces, first: str, second: str, size: int) -> Picture:  # noqa: ANN001
    """Half of either portrait, the five points of the second laid on those of the first."""
    one, two = (read_image(real.path(name)) for name in (first, second))
    face = faces.face(first)
    matrix = crop_matrix(one, face, portrait_crop(size))
    points = face.points @ matrix[:, :2].T + matrix[:, 2]
    other = warp(two, similarity(faces.face(second).points, points), size, size)
    return (align(one, face, portrait_crop(size)).astype(float) + other) / 2


def _pixels(picture: Picture) -> Picture:
    return np.clip(np.round(picture), 0, 255).astype(np.uint8)


def find_planted(
    real: Cohort,
    training: list[str],
    held_out: list[str],
    *,
    copies: int,
    blends: int,
    size: int,
    seed: int,
    place: Path,
) -> pd.DataFrame:
    """Plant a pool and search it.

    Held-out patients are divided by turns: calibration, strangers.

    Returns:
        One row a planted face: ``planted``, ``parent``, and the audit's columns.
    """
    patient = dict(zip(real.images["image_id"], real.images["patient_id"], strict=True))
    people = list(dict.fromkeys(patient[name] for name in held_out))
    unknown = {people[k] for k in np.random.default_rng(seed).permutation(len(people))[::2]}
    strangers = [name for name in held_out if patient[name] in unknown]
    pool = plant(
        real,
        training,
        strangers,
        place / "pool",
        copies=copies,
        blends=blends,
        size=size,
        seed=seed,
    )
    kept = real.images[~real.images["image_id"].isin(strangers)].reset_index(drop=True)
    sides = divide(pool, dataclasses.replace(real, images=kept), training)
    how = Settings(seed=seed)
    framed = frame(sides, size, how.detector, place / "framed")
    looked = [
        look_at(side, (how.identity,), how.identity, how.detector)
        for side in (framed.synthetic, framed.training, framed.held_out)
    ]
    _, _, images = remember(framed, looked, how)
    images["planted"] = pool.images["planted"].to_numpy()
    images["parent"] = pool.images["synthetic_of"].to_numpy()
    return images


def summarise(images: pd.DataFrame) -> list[dict[str, object]]:
    """Per kind: how many are graded copy, copy or near copy, and traced to the right face."""
    lines = []
    groups = [(kind, images[images["planted"] == kind]) for kind in images["planted"].unique()]
    groups.insert(len(KINDS), ("all copies", images[images["planted"].isin(list(KINDS))]))
    for kind, part in groups:
        line: dict[str, object] = {"kind": kind, "n": len(part)}
        for name, grades in (("copy", ["copy"]), ("copy or near copy", ["copy", "near copy"])):
            rate = float(part["grade"].isin(grades).mean())
            line[name] = [rate, *wilson_interval(rate, len(part))]
        line["right face"] = float((part["nearest_training"] == part["parent"]).mean())
        lines.append(line)
    return lines


def main() -> None:
    """Read the command line and print Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cohort", default="sim103")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--copies", type=int, default=12, help="of each kind and fold")
    parser.add_argument("--blends", type=int, default=40, help="of each fold")
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--images", type=int, help="only the first so many images of the cohort")
    parser.add_argument("--out", type=Path, help="JSON")
    given = parser.parse_args()
    real = load_cohort(given.cohort)
    if given.images:
        few = real.images.iloc[: given.images].reset_index(drop=True)
        real = dataclasses.replace(real, images=few)
    split = PROTOCOLS.get("strict")(real.images, seed=given.seed, cohort_sha256=real.sha256)
    tables = []
    for fold in split.folds[: given.folds]:
        with TemporaryDirectory() as place:
            tables.append(
                find_planted(
                    real,
                    list(fold.development),
                    list(fold.test),
                    copies=given.copies,
                    blends=given.blends,
                    size=given.size,
                    seed=given.seed + fold.index,
                    place=Path(place),
                )
            )
    images = pd.concat(tables, ignore_index=True)
    lines = summarise(images)
    sys.stdout.write("| planted | n | copy, % | copy or near copy, % | nearest is its model, % |\n")
    sys.stdout.write("|---|---|---|---|---|\n")
    for line in lines:
        cells = [
            "{:.1f} [{:.1f}, {:.1f}]".format(*(100 * end for end in line[name]))  # type: ignore[attr-defined]
            for name in ("copy", "copy or near copy")
        ]
        right = "–" if line["kind"] in ("stranger", "blend of two") else line["right face"]
        right = right if isinstance(right, str) else f"{100 * right:.1f}"  # type: ignore[operator]
        sys.stdout.write(f"| {line['kind']} | {line['n']} | {' | '.join(cells)} | {right} |\n")
    if given.out is not None:
        given.out.write_text(json.dumps(lines, indent=2))
        images.to_parquet(given.out.with_suffix(".parquet"))


if __name__ == "__main__":
    main()
