"""From a child to the vertices of its head, with and without its traits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rdface.simulate.head.fields import FIELDS, smoothstep
from rdface.simulate.head.mesh import HeadMesh
from rdface.simulate.head.point_fields import point_field
from rdface.simulate.people.child import ANCESTRIES, Child

_ANCHORS = ((1.0, "baby"), (11.0, "child"), (25.0, "young"))  # MakeHuman's ages in years

_FARTHEST = 0.22  # dm that traits may move a vertex of an adult-sized head


@dataclass(frozen=True)
class Shape:
    """Coarse vertices [n, 3] in dm: `plain` without traits, `own` with them.

    `scale` is the head's size over that of the adult base mesh, which local targets and fields
    are multiplied with.
    """

    plain: NDArray[np.float64]
    own: NDArray[np.float64]
    scale: float


def age_weights(years: float) -> dict[str, float]:
    """Weights of the age shapes, linear between their anchors and held at the ends."""
    years = min(max(years, _ANCHORS[0][0]), _ANCHORS[-1][0])
    for (young, first), (old, second) in pairwise(_ANCHORS):
        if years <= old:
            share = (years - young) / (old - young)
            return {first: 1 - share, second: share}
    raise AssertionError("the last anchor is the upper limit")


def macro_weights(child: Child) -> dict[str, float]:
    """MakeHuman macro targets of the child's age, sex, ancestry and build."""
    sex = "male" if child.male else "female"
    heavy, thin = max(child.build, 0.0), max(-child.build, 0.0)
    builds = {"maxweight": heavy, "minweight": thin, "averageweight": 1 - heavy - thin}
    weights: dict[str, float] = {}
    for age, share in age_weights(child.years).items():
        for name, part in zip(ANCESTRIES, child.ancestry, strict=True):
            weights[f"macrodetails/{name}-{sex}-{age}"] = share * part
        for name, part in builds.items():
            weights[f"macrodetails/universal-{sex}-{age}-averagemuscle-{name}"] = share * part
    return weights


def shape_head(mesh: HeadMesh, child: Child, expression: Mapping[str, float]) -> Shape:
    """Shape the head of a child that makes an expression."""
    base = mesh.morph(macro_weights(child))
    face = mesh.rest[:, 1] > 6.9
    scale = float(base[face, 0].std() / mesh.rest[face, 0].std())
    plain = base + scale * _local(mesh, _targets(child.identity)) + scale * _local(mesh, expression)
    own = plain + scale * trait_shift(mesh, child.effects)
    return Shape(plain, own, scale)


def trait_shift(mesh: HeadMesh, effects: Mapping[str, float]) -> NDArray[np.float64]:
    """What traits add to the coarse vertices of an adult-sized head, [n, 3] dm."""
    shift = _local(mesh, _targets(effects)) + _fields(mesh, effects)
    # Some targets pull the neck along: what clothes cover stays where it is.
    shift *= smoothstep(5.75, 6.10, mesh.rest[:, 1])[:, None]
    # Many traits on one place add up to more than a face can bear: the sum levels off smoothly.
    length = np.linalg.norm(shift, axis=1, keepdims=True) / _FARTHEST
    return np.asarray(shift * np.tanh(length) / np.maximum(length, 1e-9))


def _targets(effects: Mapping[str, float]) -> dict[str, float]:
    return {name: weight for name, weight in effects.items() if ":" not in name}


def _local(mesh: HeadMesh, weights: Mapping[str, float]) -> NDArray[np.float64]:
    return mesh.morph(weights) - mesh.rest


def _fields(mesh: HeadMesh, effects: Mapping[str, float]) -> NDArray[np.float64]:
    shift = np.zeros_like(mesh.rest)
    for name, weight in effects.items():
        prefix, _, own = name.partition(":")
        if prefix == "field":
            shift += weight * FIELDS[own](mesh.rest)
        elif prefix == "point":
            shift += weight * point_field(mesh, own)
    return shift
