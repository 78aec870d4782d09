"""A head as a mitsuba scene, rendered to radiance, coverage, albedo and normals.

One thread, variant `scalar_rgb`: the picture depends on its inputs alone. Hairs are flat ribbons
that face the camera and carry a cylinder's normals; mitsuba's own curves read past their last
strand and crash now and then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.simulate.hair.grow import grow_hair
from rdface.simulate.hair.ribbons import Ribbons, weave
from rdface.simulate.hair.scalp import find_scalp
from rdface.simulate.head.fields import Points
from rdface.simulate.head.mesh import HeadMesh
from rdface.simulate.head.shape import Shape, shape_head
from rdface.simulate.people.child import Child, View
from rdface.simulate.photo.camera import Camera, Ellipse, frame, head_ellipse
from rdface.simulate.render.engine import as_mesh, mitsuba
from rdface.simulate.render.imprint import Imprint, imprint
from rdface.simulate.render.surfaces import COLOUR, Vertices, belongings, build_surfaces

_GUIDES = "albedo:albedo,normal:sh_normal,place:position,marks:uv"
Layer = NDArray[np.float32]


@dataclass(frozen=True)
class Rendering:
    """Float [H, W, ...] of what mitsuba saw, and what is known of every pixel.

    Attributes:
        radiance: Linear radiance, background black.
        coverage: 0..1.
        albedo: Of the surfaces, times coverage; eyes are EYE_ALBEDO throughout.
        normals: Shading normals, times coverage.
        depth: Distance from the camera in head heights less that of the head's centre.
        skin: Bare skin.
        eyes: Eyeballs.
        toward: Unit vectors in the picture's own axes (right, up, to the viewer) of the key light.
        axes: Rows right, up, to the viewer, in the scene's axes.
    """

    radiance: Layer
    coverage: Layer
    albedo: Layer
    normals: Layer
    depth: Layer
    skin: Imprint
    eyes: Imprint
    toward: Points
    axes: Points


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
    mi = mitsuba()
    shape = shape_head(mesh, child, view.expression)
    camera = frame(mesh, shape, view, size)
    scalp = find_scalp(mesh, shape)
    hair = grow_hair(mesh, shape, child, scalp)
    surfaces, objects = build_surfaces(mesh, shape, child, view, camera)
    objects |= belongings(mesh, shape, child, view, scalp)
    skin = surfaces["skin"]
    head = skin.points[skin.rest[:, 1] > 6.2]
    for number, strands in enumerate(hair):
        woven = weave(strands, camera, head, shape.scale, hide)
        objects[f"hair{number}"] = _ribbons(woven)
    scene = mi.load_dict({**_studio(camera, view, samples), **objects})
    seed = view.seed % 2**31
    # Two passes: mitsuba's `aov` integrator is three times slower than its parts when it nests
    # the path integrator, and gives the same radiance to the bit.
    guides = mi.load_dict({"type": "aov", "aovs": _GUIDES})
    light = np.array(mi.render(scene, spp=samples, seed=seed), dtype=np.float32)
    layers = np.array(
        mi.render(scene, integrator=guides, spp=max(1, samples - samples // 2), seed=seed)
    )
    layers = layers[..., -11:].astype(np.float32)
    picture = _rendering(shape, camera, view, surfaces, light, layers)
    return picture, head_ellipse(mesh, shape, hair, camera)


def _rendering(
    shape: Shape,
    camera: Camera,
    view: View,
    surfaces: Mapping[str, Vertices],
    light: Layer,
    layers: Layer,
) -> Rendering:
    albedo, normals, positions, shares = np.split(layers, [3, 6, 9], axis=2)
    coverage = np.clip(light[..., 3], 0, 1)
    sight = positions - camera.origin
    distance = np.linalg.norm(camera.origin - camera.centre)
    depth = (np.linalg.norm(sight, axis=2) - distance) / camera.height
    depth = np.where(coverage > 0.5, np.clip(depth, -1, 1), 0).astype(np.float32)
    maps = {}
    for name, share in (("skin", shares[..., 0]), ("eyes", shares[..., 1])):
        own = surfaces[name]
        faces = ((camera.origin - own.points) * own.normals).sum(1) > -0.02 * camera.height
        faces &= own.rest[:, 1] > 5.4
        regions = {region: mask[faces] for region, mask in own.regions.items()}
        maps[name] = imprint(
            np.clip(share, 0, 1).astype(np.float64),
            positions.astype(np.float64),
            own.points[faces],
            own.rest[faces],
            regions,
            shape.scale,
        )
    ahead = (camera.origin - camera.centre) / np.linalg.norm(camera.origin - camera.centre)
    right = np.cross(camera.up, ahead)
    right /= np.linalg.norm(right)
    axes = np.stack([right, np.cross(ahead, right), ahead])
    return Rendering(
        np.ascontiguousarray(light[..., :3]),
        coverage,
        albedo,
        normals,
        depth,
        maps["skin"],
        maps["eyes"],
        axes @ _toward(view),
        axes,
    )


def _toward(view: View) -> Points:
    """Unit vector from the head to the key light, in the scene's axes."""
    azimuth, elevation = np.radians((view.light_azimuth, view.light_elevation))
    flat = np.cos(elevation)
    return np.array([np.sin(azimuth) * flat, np.sin(elevation), np.cos(azimuth) * flat])


def _studio(camera: Camera, view: View, samples: int) -> dict[str, Any]:
    mi = mitsuba()

    tint = view.warmth
    # Behind the camera, so that it never stands in the picture, and as large as it looked at four
    # head heights: light and its softness stay the same.
    away = max(4.0, 1.25 * view.distance)
    lamp = camera.centre + away * camera.height * _toward(view)
    transform = mi.ScalarTransform4f
    warm = view.key / view.lamp**2 * np.array([1 + tint, 1.0, 1 - 1.2 * tint])
    cool = view.ambient * np.array([1 - 0.6 * tint, 1.0, 1 + 0.6 * tint])
    return {
        "type": "scene",
        "integrator": {"type": "path", "max_depth": 3, "rr_depth": 8, "hide_emitters": True},
        "ambient": {"type": "constant", "radiance": {"type": "rgb", "value": cool.tolist()}},
        "key": {
            "type": "rectangle",
            "to_world": transform().look_at(lamp.tolist(), camera.centre.tolist(), [0, 1, 0.01])
            @ transform().scale([away / 4 * view.lamp * camera.height] * 3),
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


def _ribbons(woven: Ribbons) -> Any:  # noqa: ANN401
    bsdf = {"type": "principled", "base_color": COLOUR, "roughness": 0.40, "specular": 0.5}
    return as_mesh("hair", woven.points, woven.normals, woven.triangles, bsdf, woven.colours)
