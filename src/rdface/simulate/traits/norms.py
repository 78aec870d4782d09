"""Unaffected simulated children, measured: what a trait's shift is divided by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rdface.simulate.head.landmarks import Landmarks, Points, find_landmarks
from rdface.simulate.head.measures import measure
from rdface.simulate.head.mesh import HeadMesh
from rdface.simulate.head.shape import Shape, shape_head
from rdface.simulate.people.child import Child, draw_child, stream
from rdface.simulate.people.plan import IDENTITY

CHILDREN = 600
_SEED = 20_260
_AGES = (0.4, 17.0)


@dataclass(frozen=True)
class Norms:
    """Standard deviation [n_measures] of children of one age and sex, and how many were measured.

    The mean follows sex and a cubic in the logarithm of the age; what is left is pooled.
    """

    sd: NDArray[np.float64]
    n: int


def unaffected_children(count: int, seed: int) -> list[Child]:
    """Children without traits, of all ages, both sexes and all ancestries."""
    years = np.linspace(*_AGES, count)
    return [
        draw_child(
            seed,
            f"N{number:04d}",
            male=bool(stream(seed, number, "sex").uniform() < 0.5),
            years=float(age),
            effects={},
            identity_strength=IDENTITY,
        )
        for number, age in enumerate(years)
    ]


@lru_cache(maxsize=2)
def norms(mesh: HeadMesh) -> Norms:
    """Measure unaffected children."""
    children = unaffected_children(CHILDREN, _SEED)
    landmarks = find_landmarks(mesh)
    values = np.stack(
        [measure_shape(landmarks, shape_head(mesh, child, {}), child) for child in children]
    )
    age = np.log([child.years + 1 for child in children])
    male = np.array([child.male for child in children], dtype=float)
    design = np.column_stack([np.ones(CHILDREN), age, age**2, age**3, male])
    fit = np.linalg.lstsq(design, values, rcond=None)[0]
    rest = values - design @ fit
    return Norms(np.sqrt((rest**2).sum(0) / (CHILDREN - design.shape[1])), CHILDREN)


def measure_shape(landmarks: Landmarks, shape: Shape, child: Child) -> NDArray[np.float64]:
    """The measures [n_measures] of a child with its traits."""
    return measure(landmarks.points(shape.own), child.looks)


def pair_shifts(
    mesh: HeadMesh, shapes: Sequence[Shape], shift: Points, looks: dict[str, float]
) -> NDArray[np.float64]:
    """By how many SD the measures of each child change when traits are added.

    Args:
        mesh: The head.
        shapes: Heads of unaffected children.
        shift: What the traits add to the coarse vertices of an adult-sized head, [n, 3] dm.
        looks: What they add to brows, lashes and the like.

    Returns:
        [n_shapes, n_measures] in SD of unaffected children.
    """
    landmarks = find_landmarks(mesh)
    scales = np.array([shape.scale for shape in shapes])
    # Placing points is linear, so the shift is placed once for all heads.
    moved = {
        name: scales.reshape(-1, *[1] * way.ndim) * way
        for name, way in landmarks.points(shift).items()
    }
    usual = landmarks.many([shape.plain for shape in shapes])
    before = measure(usual, {})
    after = measure({name: usual[name] + moved[name] for name in usual}, looks)
    return np.asarray((after - before) / norms(mesh).sd)
