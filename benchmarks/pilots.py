"""Pictures of simulated children in poses of one's choosing, made once and kept in a folder.

For benchmarks/pose_correction.py and benchmarks/measure_error.py. The children are unaffected (the
plan's severity is 0) and of seeds that no cohort of rdface uses; their faces rest, brows raised as
the simulator's are at least; glasses, film, camera and light are as in a cohort. Run again, only
what is missing is rendered; another version of the simulator renders everything anew.

    python benchmarks/pilots.py pose 40 --workers 1
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from rdface.engines import Here, Local, Needs
from rdface.files import cache_dir, write_bytes
from rdface.simulate.make import ATTEMPTS, _made_with
from rdface.simulate.people.child import Child, stream
from rdface.simulate.people.plan import Shot, make_plan
from rdface.simulate.photo.view import View, draw_view
from rdface.simulate.traits.catalogue import traits

SIZE, SAMPLES = 192, 3
SEEDS = {"pose": 90001, "error": 90002, "asymmetry": 90002, "controls": 90003}
YAWS = (0, 5, 10, 15, 20, 25, 30)
_UNIT = "expression/units/caucasian/"
REST = {f"{_UNIT}eyebrows-left-inner-up": 0.25, f"{_UNIT}eyebrows-right-inner-up": 0.25}


@dataclass(frozen=True)
class Pilot:
    """One picture: who, how, and what it is called."""

    name: str
    patient: int
    shot: Shot
    child: Child
    view: View


def unaffected(count: int, seed: int) -> list[Shot]:
    """One shot each of so many children without any trait."""
    plan = make_plan(206, 103, seed, severity=0)  # whatever the count, so that fewer are a part
    shots = {shot.patient_id: shot for shot in reversed(plan.shots)}
    if count > len(shots):
        raise SystemExit(f"one plan has {len(shots)} children, fewer than {count}")
    order = np.random.default_rng(seed).permutation(sorted(shots))[:count]
    return [replace(shots[patient], severities={}, unshown=()) for patient in order]


def posed(seed: int, name: str, *, yaw: float, pitch: float, roll: float = 0) -> View:
    """A photograph of a resting face; light, clothes, camera and film as in any cohort."""
    return replace(
        draw_view(seed, name),
        yaw=yaw,
        pitch=pitch,
        roll=roll,
        expression=REST,
        mood="neutral",
        gaze=(-0.6 * yaw, 0.0),
    )


def pilots(kind: str, count: int) -> list[Pilot]:
    """The pictures of one kind for `count` children.

    * `pose`: the front, then five yaws spread over -32 to 32 degrees, pitches over -13 to 13.
    * `error`: yaw 0 to 30 by 5, pitch 0.
    * `asymmetry`: the children of `error` with the trait facial_asymmetry, yaw 0, 10, 20.
    * `controls`: one picture as a cohort has it, with its own pose and smile.
    """
    seed = SEEDS[kind]
    found = []
    for number, shot in enumerate(unaffected(count, seed)):
        child = replace(shot.child, effects={})
        who = f"{kind}-{number:03d}"
        if kind == "controls":
            found.append(Pilot(f"{who}-0", number, shot, child, shot.view))
        elif kind == "pose":
            rng = stream(seed, shot.patient_id, "pose")
            yaws = -32 + 64 * (rng.permutation(5) + rng.uniform(size=5)) / 5
            pitches = -13 + 26 * (rng.permutation(5) + rng.uniform(size=5)) / 5
            poses = [(0.0, 0.0, 0.0)]
            poses += [
                (round(float(y), 2), round(float(p), 2), round(float(rng.normal(0, 3)), 2))
                for y, p in zip(yaws, pitches, strict=True)
            ]
            for place, (yaw, pitch, roll) in enumerate(poses):
                view = posed(seed, f"{number}/{place}", yaw=yaw, pitch=pitch, roll=roll)
                found.append(Pilot(f"{who}-{place}", number, shot, child, view))
        else:
            if kind == "asymmetry":
                child = replace(child, effects=dict(traits()["facial_asymmetry"].effects))
            for yaw in YAWS if kind == "error" else (0, 10, 20):
                view = posed(seed, f"{number}/{yaw}", yaw=float(yaw), pitch=0.0)
                found.append(Pilot(f"{who}-yaw{yaw:02d}", number, shot, child, view))
    return found


@lru_cache(maxsize=1)
def _version() -> str:
    """Of the simulator, its head and the packages that it renders with."""
    from rdface.weights import where

    return _made_with(where("mpfb2"))


def picture(pilot: Pilot) -> Path:
    """Where the picture lies; its name follows from all that it is made of."""
    content = json.dumps([asdict(pilot.child), asdict(pilot.view), SIZE, SAMPLES, _version()])
    key = hashlib.sha256(content.encode()).hexdigest()[:12]
    return cache_dir("pilots") / f"{pilot.name}-{key}.jpg"


def render_pilot(given: None, pilot: Pilot, here: Here) -> None:
    """Render one picture; runs in a worker."""
    from rdface.imaging import encode_jpeg
    from rdface.simulate.head.mesh import load_head
    from rdface.simulate.photo.film import expose
    from rdface.simulate.render.develop import develop
    from rdface.simulate.render.scene import render
    from rdface.weights import where

    rendering = render(
        load_head(where("mpfb2")),
        pilot.child,
        pilot.view,
        size=SIZE,
        samples=SAMPLES,
        hide=max(0, here.attempt - 1),
    )[0]
    taken = expose(develop(rendering, pilot.child, pilot.view), pilot.view.film)
    data = encode_jpeg(taken, pilot.view.quality)
    write_bytes(picture(pilot), data)


def render_missing(wanted: Sequence[Pilot], workers: int = 1) -> None:
    """Render what the folder lacks."""
    missing = [pilot for pilot in wanted if not picture(pilot).is_file()]
    engine, needs = Local(workers), Needs(attempts=ATTEMPTS, threads=1)
    for number, _ in enumerate(engine.run(render_pilot, missing, None, needs=needs), 1):
        print(f"\rrendered {number} of {len(missing)}", end="", file=sys.stderr)


def mesh_points(wanted: Sequence[Pilot]) -> np.ndarray:
    """The 468 points of every picture, as the backbones find them: `[N, 468, 3]`.

    NaN where no face is found.
    """
    from rdface.backbones.crop_mesh import CROP, crop_points
    from rdface.faces import align, find_faces, load_detector, main_face
    from rdface.faces.finder import refined
    from rdface.faces.mesh468 import Mesh468, mesh_fingerprint
    from rdface.imaging import read_image

    detector, mesh = load_detector("yunet"), Mesh468()
    rows = np.full((len(wanted), 468, 3), np.nan)
    for row, pilot in enumerate(wanted):
        place = picture(pilot)
        kept = place.with_suffix(f".{mesh_fingerprint()[:8]}-steady.npy")
        if not kept.is_file():
            image = read_image(place)
            face = main_face(find_faces(image, detector)[0])
            found = np.full((468, 3), np.nan)
            if face is not None:
                crop = align(image, refined(image, face, mesh)[0], CROP)
                found = crop_points(crop[None], steady=True)[0].astype(np.float64)
            np.save(kept, found)
        rows[row] = np.load(kept)
    return rows


def main() -> None:
    """Render one kind."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=SEEDS)
    parser.add_argument("children", type=int)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    render_missing(pilots(given.kind, given.children), given.workers)


if __name__ == "__main__":
    main()
