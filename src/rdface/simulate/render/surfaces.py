"""Skin, eyes, lashes, teeth and tongue as the renderer's meshes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.simulate.hair.scalp import Scalp
from rdface.simulate.head.fields import Points, blob, mirrored, smoothstep
from rdface.simulate.head.mesh import HeadMesh
from rdface.simulate.head.shape import Shape
from rdface.simulate.head.subdivision import vertex_normals
from rdface.simulate.people.child import Child, View
from rdface.simulate.photo.camera import Camera
from rdface.simulate.photo.clothes import clothes_mask, collar_surface, thickness
from rdface.simulate.photo.expression import lips_part
from rdface.simulate.render.engine import as_mesh, twosided
from rdface.simulate.render.skin import LIP_TARGETS, paint_skin
from rdface.simulate.render.worn import worn

EYE_ALBEDO = 0.5  # of the rendered eyeballs; their colours are laid over per pixel
_AWAY = -0.35  # cosine to the camera below which skin is not rendered
COLOUR = {"type": "mesh_attribute", "name": "vertex_color"}
_ROUGH = {"type": "mesh_attribute", "name": "vertex_rough"}


@dataclass(frozen=True)
class Vertices:
    """Of one surface: positions, unit normals and rest positions [n, 3], masks [n] by name."""

    points: Points
    normals: Points
    rest: Points
    regions: dict[str, NDArray[np.float64]]


def build_surfaces(
    mesh: HeadMesh, shape: Shape, child: Child, view: View, camera: Camera
) -> tuple[dict[str, Vertices], dict[str, Any]]:
    """Vertices of skin and eyes, and the meshes of all surfaces by name.

    Skin that faces away from the camera is left out, for what stands before it throws the same
    shadows, and so is what lies well outside the picture.
    """
    parts = mesh.parts
    rest = {name: mesh.rest_of(name) for name in ("skin", "eyes", "lashes", "teeth", "tongue")}
    points, normals = parts["skin"].surface(shape.own)
    cloth = clothes_mask(rest["skin"], view.clothes)
    stand = thickness(rest["skin"], view.clothes)
    points = points + normals * (shape.scale * stand)[:, None]
    rows, triangles = _in_sight(points, normals, parts["skin"].triangles, camera)
    points, normals, cloth = points[rows], normals[rows], cloth[rows]
    rough = np.where(cloth > 0.5, 0.95, _roughness(rest["skin"][rows], child))
    marks = np.stack([1 - (cloth > 0.5), np.zeros(len(cloth))], axis=1)
    skin = paint_skin(mesh, rest["skin"], child, view, rows)
    principled = {"type": "principled", "base_color": COLOUR, "roughness": _ROUGH}
    matt = {**principled, "specular": 0.32, "sheen": 0.1}
    wet = {"type": "principled", "base_color": COLOUR, "roughness": 0.12, "specular": 0.4}
    wet |= {"clearcoat": 0.3, "clearcoat_gloss": 0.97}
    eyes, eye_normals = parts["eyes"].surface(shape.own)
    sclera = {"type": "diffuse", "reflectance": {"type": "rgb", "value": EYE_ALBEDO}}
    eye_marks = np.tile((0.0, 1.0), (len(eyes), 1))
    objects = {
        "skin": as_mesh("skin", points, normals, triangles, matt, skin, rough, marks),
        "eyes": as_mesh(
            "eyes", eyes, eye_normals, parts["eyes"].triangles, sclera, marks=eye_marks
        ),
        "lashes": _lashes(mesh, shape, child, rest["lashes"]),
    }
    # A closed mouth hides teeth and tongue, which some jaws would push through the skin.
    if lips_part(child.effects, child.identity, view.expression) > 0.1:
        for name, colour in (("teeth", (0.75, 0.70, 0.62)), ("tongue", (0.55, 0.22, 0.20))):
            inside, outward = parts[name].surface(shape.own)
            if name == "tongue":
                out = child.looks.get("tongue:out", 0.0) * smoothstep(0.9, 1.4, rest[name][:, 2])
                inside = inside + shape.scale * out[:, None] * np.array([0.0, -0.04, 0.16])
            tint = np.tile(np.array(colour), (len(inside), 1))
            objects[name] = as_mesh(name, inside, outward, parts[name].triangles, wet, tint)
    lips = mesh.reach("skin", *LIP_TARGETS)[rows]
    bare = Vertices(points, normals, rest["skin"][rows], {"lips": lips})
    return {"skin": bare, "eyes": Vertices(eyes, eye_normals, rest["eyes"], {})}, objects


def _in_sight(
    points: Points, normals: Points, triangles: NDArray[np.int32], camera: Camera
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Vertices [n] that the picture needs, and its triangles in their numbers [m, 3]."""
    sight = camera.origin - points
    facing = np.einsum("ij,ij->i", sight, normals)
    turned = np.asarray(facing > _AWAY * np.linalg.norm(sight, axis=1))
    places = camera.project(points) / camera.size
    framed = np.asarray(((places > -0.08) & (places < 1.08)).all(axis=1))
    kept = triangles[turned[triangles].any(1) & framed[triangles].any(1)]
    used = np.zeros(len(points), dtype=bool)
    used[kept] = True
    rows = np.flatnonzero(used)
    numbers = np.cumsum(used, dtype=np.int32) - 1
    return rows, numbers[kept]


def _roughness(rest: Points, child: Child) -> NDArray[np.float64]:
    """Skin is oilier on forehead, nose and chin, and lips are smoother still, [n]."""
    sides = mirrored(rest)
    oily = (
        0.8 * blob(sides, (0.10, 7.70, 1.4), (0.28, 0.16, 0.4))
        + 1.0 * blob(sides, (0.0, 7.02, 1.7), (0.10, 0.20, 0.3))
        + 0.5 * blob(sides, (0.0, 6.38, 1.6), (0.12, 0.09, 0.3))
        + 0.8 * blob(sides, (0.0, 6.62, 1.6), (0.22, 0.08, 0.3))
        + 0.3 * blob(sides, (0.36, 7.05, 1.3), (0.12, 0.10, 0.3))
    )
    own = np.random.default_rng([child.look, 7]).normal(0, 0.03)
    return np.asarray(np.clip(0.56 + own - 0.15 * np.clip(oily, 0, 1), 0.3, 0.8))


def belongings(
    mesh: HeadMesh, shape: Shape, child: Child, view: View, scalp: Scalp
) -> dict[str, Any]:
    """Glasses, headwear and collar."""
    objects = {}
    for name, item in worn(mesh, shape, child, scalp).items():
        objects[name] = _plain(
            name, item.points, item.triangles, item.colours, item.rough, item.metal
        )
    collar = collar_surface(scalp.rest, scalp.points, view.clothes, shape.scale)
    if collar is not None:
        objects["collar"] = _plain("collar", *collar, 0.95)
    return objects


def _plain(
    name: str,
    points: Points,
    triangles: NDArray[np.int32],
    colours: Points,
    rough: float,
    metal: float = 0.0,
) -> Any:  # noqa: ANN401 - mitsuba has no types
    bsdf = {"type": "principled", "base_color": COLOUR, "roughness": rough, "metallic": metal}
    return as_mesh(name, points, vertex_normals(points, triangles), triangles, bsdf, colours)


def _lashes(mesh: HeadMesh, shape: Shape, child: Child, rest: Points) -> Any:  # noqa: ANN401
    part = mesh.parts["lashes"]
    points, normals = part.surface(shape.own)
    eyes = np.asarray(mesh.parts["eyes"].matrix @ shape.own)
    eye_rest = mesh.rest_of("eyes")
    long = child.looks.get("lash:long", 0.0)
    tip = np.zeros(len(points))
    for left in (True, False):
        own = (rest[:, 0] > 0) == left
        centre = eyes[(eye_rest[:, 0] > 0) == left].mean(0)
        ray = points[own] - centre
        distance = np.linalg.norm(ray, axis=1, keepdims=True)
        beyond = distance - distance.min()
        tip[own] = beyond[:, 0] / max(float(beyond.max()), 1e-9)
        points[own] += 0.8 * long * beyond * ray / distance
    # Dense at the lid, thin at the tips, and in tufts across.
    tufts = 0.75 + 0.25 * np.sin(160 * rest[:, 0])
    opacity = (0.85 * (1 - tip) ** 1.5 + 0.10) * tufts * (1 + 0.6 * long)
    opacity *= 1 - min(1.0, child.looks.get("lash:sparse", 0.0))
    dark = {"type": "diffuse", "reflectance": {"type": "rgb", "value": [0.02, 0.014, 0.01]}}
    mask = {"type": "mask", "opacity": _ROUGH, "bsdf": twosided(dark)}
    opacity = np.clip(opacity, 0.0, 0.9)
    return as_mesh("lashes", points, normals, part.triangles, mask, rough=opacity)
