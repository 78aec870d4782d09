"""Meet the table of belonging: severity 1 moves a trait's own measure by 2.5 SD.

    python -m rdface.simulate.traits.calibration [TRAIT ...]

writes `calibrated.csv`, the effects that all traits, or those named, are made of. The recipe of a
trait (table) says by what it is sculpted. How much of it is taken, and which small smooth
displacements about named points are added so that other measures stay within half an SD, is the
ridge solution of a linear system in SD of unaffected children, corrected a few times for what is
not linear.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rdface.files import write_text
from rdface.simulate.head.landmarks import find_landmarks
from rdface.simulate.head.measures import LOOKS, MEASURES, measure
from rdface.simulate.head.mesh import HeadMesh, load_head
from rdface.simulate.head.point_fields import FIELD_NAMES, point_field
from rdface.simulate.head.shape import Shape, shape_head, trait_shift
from rdface.simulate.people.child import Child
from rdface.simulate.traits.belonging import BELONGS, UNMEASURED
from rdface.simulate.traits.catalogue import CALIBRATED, recipes, traits
from rdface.simulate.traits.norms import norms, pair_shifts, unaffected_children

PAIRS: Final = 100  # children that a trait is calibrated on; others test it
_SEED = 11
_OWN = 30.0  # weight of the measures a trait belongs to; that of the others is 1
_LIMIT = 0.5  # SD that other measures may move
_STIFF = 0.35  # price of a displacement of 1 mm, in SD
_FAITHFUL = 0.1  # price of another gain than 1
_ROUNDS = 8
_SMALLEST = 0.03  # mm; smaller displacements are dropped


@dataclass(frozen=True)
class _System:
    """How the measures [n_measures] of the mean child answer to the displacements [n_fields]."""

    answers: NDArray[np.float64]
    shapes: list[Shape]
    mesh: HeadMesh

    def shifts(self, effects: Mapping[str, float]) -> NDArray[np.float64]:
        """Mean shift [n_measures] in SD."""
        looks = {name: effects.get(name, 0.0) for name in LOOKS}
        moved = trait_shift(self.mesh, effects)
        return np.asarray(pair_shifts(self.mesh, self.shapes, moved, looks).mean(0))


def pair_children(count: int = PAIRS, seed: int = _SEED) -> list[Child]:
    """Unaffected children of all ages and ancestries."""
    return unaffected_children(count, seed)


def system_of(mesh: HeadMesh, children: list[Child]) -> _System:
    """Measure how these children's heads answer to every displacement of 1 mm."""
    shapes = [shape_head(mesh, child, {}) for child in children]
    columns = [
        pair_shifts(mesh, shapes, point_field(mesh, name), {}).mean(0) for name in FIELD_NAMES
    ]
    return _System(np.stack(columns, axis=1), shapes, mesh)


def calibrate(system: _System, trait: str) -> dict[str, float]:
    """The effects of one trait at severity 1."""
    recipe = recipes()[trait].effects
    if trait in UNMEASURED:
        return dict(recipe)
    wanted = np.zeros(len(MEASURES))
    weight = np.ones(len(MEASURES))
    for name, amount in BELONGS[trait].items():
        wanted[MEASURES.index(name)] = amount
        weight[MEASURES.index(name)] = _OWN
    whole = system.shifts(recipe)
    own = wanted != 0
    goal, effects = wanted.copy(), dict(recipe)
    shifts = whole
    for _ in range(_ROUNDS):
        matrix = np.column_stack([whole, system.answers]) * weight[:, None]
        price = np.diag([_FAITHFUL, *[_STIFF] * system.answers.shape[1]])
        right = np.concatenate([goal * weight, [_FAITHFUL], np.zeros(len(price) - 1)])
        gain, *moves = np.linalg.lstsq(np.vstack([matrix, price]), right, rcond=None)[0]
        effects = _combine(recipe, float(gain), moves)
        for name in BELONGS[trait]:  # grown and painted signs have no other way
            if name in LOOKS:
                place = MEASURES.index(name)
                effects[name] = wanted[place] * norms(system.mesh).sd[place]
        shifts = system.shifts(effects)
        # Others are asked for what they are, held within the limit.
        goal = np.where(own, goal + wanted - shifts, np.clip(shifts, -_LIMIT, _LIMIT))
    return {name: round(amount, 4) for name, amount in effects.items() if abs(amount) > 1e-4}


def _combine(recipe: Mapping[str, float], gain: float, moves: list[float]) -> dict[str, float]:
    effects = {name: gain * amount for name, amount in recipe.items()}
    for name, move in zip(FIELD_NAMES, moves, strict=True):
        if abs(move) >= _SMALLEST:
            effects[f"point:{name}"] = effects.get(f"point:{name}", 0.0) + move
    return effects


def write_calibration(mesh: HeadMesh, path: Path, names: Sequence[str] = ()) -> None:
    """Calibrate all traits, or those named, and write one row an effect."""
    system = system_of(mesh, pair_children())
    kept = traits() if names else {}
    made = {
        trait: kept[trait].effects if names and trait not in names else calibrate(system, trait)
        for trait in recipes()
    }
    rows = [
        f"{trait},{name},{weight}"
        for trait, effects in made.items()
        for name, weight in effects.items()
    ]
    write_text(path, "\n".join(["trait,effect,weight", *rows, ""]))


@lru_cache(maxsize=1)
def measured_points() -> dict[str, frozenset[str]]:
    """Measure -> the named points that it depends on."""
    from rdface.simulate.head.landmarks import MIDLINE, PAIRED
    from rdface.weights import where

    mesh = load_head(where("mpfb2"))
    places = find_landmarks(mesh).points(mesh.rest)
    usual = measure(places, {})
    rng = np.random.default_rng(0)
    found: dict[str, set[str]] = {name: set() for name in MEASURES}
    for point in (*MIDLINE, *PAIRED, "pupil"):
        moved = places | {point: places[point] + rng.normal(0, 0.02, places[point].shape)}
        for name, change in zip(MEASURES, measure(moved, {}) - usual, strict=True):
            if abs(change) > 1e-9:
                found[name].add(point)
    return {name: frozenset(points) for name, points in found.items()}


if __name__ == "__main__":
    from rdface.weights import where

    write_calibration(load_head(where("mpfb2")), CALIBRATED, sys.argv[1:])
