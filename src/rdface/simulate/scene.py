"""A head as a mitsuba scene, rendered to radiance, coverage, albedo and normals.

One thread, variant `scalar_rgb`: the picture depends on its inputs alone. Hairs are flat ribbons
that face the camera and carry a cylinder's normals; mitsuba's own curves read past their last
strand and crash now and then.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.simulate.camera import Camera, Ellipse, frame, head_ellipse
from rdface.simulate.child import Child, View
from rdface.simulate.clothes import clothes_mask, collar_surface, thickness
from rdface.simulate.expression import lips_part
from rdface.simulate.fields import Points, smoothstep
from rdface.simulate.hair import Strands, grow_hair
from rdface.simulate.mesh import HeadMesh
from rdface.simulate.scalp import Scalp, find_scalp
from rdface.simulate.shape import Shape, shape_head
from rdface.simulate.skin import paint_eyes, paint_skin
from rdface.simulate.subdivision import vertex_normals
from rdface.simulate.worn import worn

_COLOUR = {"type": "mesh_attribute", "name": "vertex_color"}
_ROUGH = {"type": "mesh_attribute", "name": "vertex_rough"}


@dataclass(frozen=True)
class Rendering:
    """Float [H, W, ...]: linear radiance, coverage in 0..1, albedo, shading normal."""

    radiance: NDArray[np.float64]
    coverage: NDArray[np.float64]
    albedo: NDArray[np.float64]
    normals: NDArray[np.float64]


def render(
    mesh: HeadMesh, child: Child, view: View, *, size: int, samples: int, hide: int = 0
) -> tuple[Rendering, Ellipse]:
    """Render one picture of `size` pixels a side with `samples` light paths a pixel.

    Args:
        mesh: The head.
        child: Who is seen.
        view: How the picture is taken.
        size: Width and height in pixels.
        samples: Light paths per pixel.
        hide: Strands left out, for another try after a renderer that died.
    """
    mi = _mitsuba()
    shape = shape_head(mesh, child, view.expression)
    camera = frame(mesh, shape, view, size)
    scalp = find_scalp(mesh, shape)
    hair = grow_hair(mesh, shape, child, scalp)
    objects = _surfaces(mesh, shape, child, view) | _belongings(mesh, shape, child, view, scalp)
    for number, strands in enumerate(hair):
        objects[f"hair{number}"] = _ribbons(strands, camera, hide)
    scene = mi.load_dict({**_studio(camera, view, samples), **objects})
    layers = np.array(mi.render(scene, spp=samples, seed=view.seed % 2**31), dtype=np.float64)
    picture = Rendering(
        layers[..., :3], np.clip(layers[..., 3], 0, 1), layers[..., 4:7], layers[..., 7:10]
    )
    return picture, head_ellipse(mesh, shape, hair, camera)


def _mitsuba() -> Any:  # noqa: ANN401 - its stubs do not know what arrays it takes
    mi: Any = import_module("mitsuba")
    if mi.variant() != "scalar_rgb":
        mi.set_variant("scalar_rgb")
        import_module("drjit").set_thread_count(1)
    return mi


def _studio(camera: Camera, view: View, samples: int) -> dict[str, Any]:
    mi = _mitsuba()

    tint = view.warmth
    azimuth, elevation = np.radians((view.light_azimuth, view.light_elevation))
    toward = np.array(
        [
            np.sin(azimuth) * np.cos(elevation),
            np.sin(elevation),
            np.cos(azimuth) * np.cos(elevation),
        ]
    )
    lamp = camera.centre + 4 * camera.height * toward
    transform = mi.ScalarTransform4f
    warm = view.key / view.lamp**2 * np.array([1 + tint, 1.0, 1 - 1.2 * tint])
    cool = view.ambient * np.array([1 - 0.6 * tint, 1.0, 1 + 0.6 * tint])
    return {
        "type": "scene",
        "integrator": {
            "type": "aov",
            "aovs": "albedo:albedo,normal:sh_normal",
            "image": {"type": "path", "max_depth": 4, "rr_depth": 8, "hide_emitters": True},
        },
        "ambient": {"type": "constant", "radiance": {"type": "rgb", "value": cool.tolist()}},
        "key": {
            "type": "rectangle",
            "to_world": transform().look_at(lamp.tolist(), camera.centre.tolist(), [0, 1, 0.01])
            @ transform().scale([view.lamp * camera.height] * 3),
            "emitter": {"type": "area", "radiance": {"type": "rgb", "value": warm.tolist()}},
        },
        "sensor": {
            "type": "perspective",
            "fov": camera.fov,
            "to_world": transform().look_at(
                camera.origin.tolist(), camera.centre.tolist(), camera.up.tolist()
            ),
            "film": {
                "type": "hdrfilm",
                "width": camera.size,
                "height": camera.size,
                "pixel_format": "rgba",
                "rfilter": {"type": "gaussian"},
            },
            "sampler": {"type": "multijitter", "sample_count": samples},
        },
    }


def _surfaces(mesh: HeadMesh, shape: Shape, child: Child, view: View) -> dict[str, Any]:
    parts = mesh.parts
    rest = {name: np.asarray(part.matrix @ mesh.rest) for name, part in parts.items()}
    points, normals = parts["skin"].surface(shape.own)
    cloth = clothes_mask(rest["skin"], view.clothes)
    stand = thickness(rest["skin"], view.clothes)
    points = points + normals * (shape.scale * stand)[:, None]
    rough = np.where(cloth > 0.5, 0.95, 0.46)
    skin = paint_skin(mesh, rest["skin"], child, view)
    principled = {"type": "principled", "base_color": _COLOUR, "roughness": _ROUGH}
    matt = {**principled, "specular": 0.32, "sheen": 0.1}
    wet = {"type": "principled", "base_color": _COLOUR, "roughness": 0.12, "specular": 0.4}
    wet |= {"clearcoat": 0.3, "clearcoat_gloss": 0.97}
    eyes, eye_normals = parts["eyes"].surface(shape.own)
    objects = {
        "skin": _mesh("skin", points, normals, parts["skin"].triangles, matt, skin, rough),
        "eyes": _mesh(
            "eyes",
            eyes,
            eye_normals,
            parts["eyes"].triangles,
            wet,
            paint_eyes(rest["eyes"], child, view),
        ),
        "lashes": _lashes(mesh, shape, child, rest["lashes"]),
    }
    # A closed mouth hides teeth and tongue, which some jaws would push through the skin.
    if lips_part(child.effects, {**child.identity, **view.expression}) > 0.1:
        for name, colour in (("teeth", (0.75, 0.70, 0.62)), ("tongue", (0.55, 0.22, 0.20))):
            inside, outward = parts[name].surface(shape.own)
            if name == "tongue":
                out = child.looks.get("tongue:out", 0.0) * smoothstep(0.9, 1.4, rest[name][:, 2])
                inside = inside + shape.scale * out[:, None] * np.array([0.0, -0.04, 0.16])
            tint = np.tile(np.array(colour), (len(inside), 1))
            objects[name] = _mesh(name, inside, outward, parts[name].triangles, wet, tint)
    return objects


def _belongings(
    mesh: HeadMesh, shape: Shape, child: Child, view: View, scalp: Scalp
) -> dict[str, Any]:
    """Glasses, headwear and collar."""
    objects = {}
    for name, item in worn(mesh, shape, child, scalp).items():
        objects[name] = _plain_mesh(
            name, item.points, item.triangles, item.colours, item.rough, item.metal
        )
    collar = collar_surface(scalp.rest, scalp.points, view.clothes, shape.scale)
    if collar is not None:
        objects["collar"] = _plain_mesh("collar", *collar, 0.95)
    return objects


def _plain_mesh(
    name: str,
    points: Points,
    triangles: NDArray[np.int32],
    colours: Points,
    rough: float,
    metal: float = 0.0,
) -> Any:  # noqa: ANN401
    bsdf = {"type": "principled", "base_color": _COLOUR, "roughness": rough, "metallic": metal}
    return _mesh(name, points, vertex_normals(points, triangles), triangles, bsdf, colours)


def _lashes(mesh: HeadMesh, shape: Shape, child: Child, rest: Points) -> Any:  # noqa: ANN401
    part = mesh.parts["lashes"]
    points, normals = part.surface(shape.own)
    eyes = np.asarray(mesh.parts["eyes"].matrix @ shape.own)
    eye_rest = np.asarray(mesh.parts["eyes"].matrix @ mesh.rest)
    long = child.looks.get("lash:long", 0.0)
    for left in (True, False):
        own = (rest[:, 0] > 0) == left
        centre = eyes[(eye_rest[:, 0] > 0) == left].mean(0)
        ray = points[own] - centre
        distance = np.linalg.norm(ray, axis=1, keepdims=True)
        points[own] += 0.8 * long * (distance - distance.min()) * ray / distance
    opacity = 0.35 * (1 + 0.8 * long) * (1 - min(1.0, child.looks.get("lash:sparse", 0.0)))
    dark = {"type": "diffuse", "reflectance": {"type": "rgb", "value": [0.02, 0.014, 0.01]}}
    return _mesh(
        "lashes",
        points,
        normals,
        part.triangles,
        {"type": "mask", "opacity": float(np.clip(opacity, 0.0, 0.9)), "bsdf": _twosided(dark)},
    )


def _twosided(bsdf: dict[str, Any]) -> dict[str, Any]:
    return {"type": "twosided", "bsdf": bsdf}


def _mesh(
    name: str,
    points: Points,
    normals: Points,
    triangles: NDArray[np.int32],
    bsdf: dict[str, Any],
    colours: Points | None = None,
    rough: NDArray[np.float64] | None = None,
) -> Any:  # noqa: ANN401 - mitsuba has no types
    mi = _mitsuba()

    properties = mi.Properties()
    properties["bsdf"] = mi.load_dict(bsdf if bsdf["type"] == "mask" else _twosided(bsdf))
    mesh = mi.Mesh(
        name,
        len(points),
        len(triangles),
        has_vertex_normals=True,
        has_vertex_texcoords=False,
        props=properties,
    )
    if colours is not None:
        mesh.add_attribute("vertex_color", 3, np.ascontiguousarray(colours, np.float32).ravel())
    if rough is not None:
        mesh.add_attribute("vertex_rough", 1, np.ascontiguousarray(rough, np.float32))
    parameters = mi.traverse(mesh)
    parameters["vertex_positions"] = points.astype(np.float32).ravel()
    parameters["vertex_normals"] = normals.astype(np.float32).ravel()
    parameters["faces"] = triangles.astype(np.uint32).ravel()
    parameters.update()
    return mesh


def _ribbons(strands: Strands, camera: Camera, hide: int) -> Any:  # noqa: ANN401
    """Two triangles per piece of hair, turned to the camera, with a cylinder's normals."""
    points = strands.points[: len(strands.points) - hide]
    n, k, _ = points.shape
    along = np.gradient(points, axis=1)
    sight = camera.origin - points
    across = np.cross(along, sight)
    across /= np.maximum(np.linalg.norm(across, axis=-1, keepdims=True), 1e-12)
    facing = np.cross(across, along)
    facing /= np.maximum(np.linalg.norm(facing, axis=-1, keepdims=True), 1e-12)
    wide = across * strands.radius[:n, :, None]
    corners = np.stack([points - wide, points + wide], axis=2).reshape(-1, 3)
    lean = 0.8
    normals = np.stack([facing - lean * across, facing + lean * across], axis=2).reshape(-1, 3)
    normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
    first = (2 * (np.arange(n)[:, None] * k + np.arange(k - 1)[None])).ravel()
    triangles = np.concatenate(
        [np.c_[first, first + 1, first + 3], np.c_[first, first + 3, first + 2]]
    )
    colours = np.repeat(strands.colour[:n], 2 * k, axis=0)
    bsdf = {"type": "principled", "base_color": _COLOUR, "roughness": 0.40, "specular": 0.5}
    return _mesh("hair", corners, normals, triangles.astype(np.int32), bsdf, colours)
