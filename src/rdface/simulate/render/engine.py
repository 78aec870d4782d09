"""The renderer mitsuba, in one thread, and meshes in its own form."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rdface.simulate.head.fields import Points


def mitsuba() -> Any:  # noqa: ANN401 - its stubs do not know what arrays it takes
    """The module, with the variant `scalar_rgb` and one thread."""
    mi: Any = import_module("mitsuba")
    if mi.variant() != "scalar_rgb":
        mi.set_variant("scalar_rgb")
        import_module("drjit").set_thread_count(1)
    return mi


def twosided(bsdf: dict[str, Any]) -> dict[str, Any]:
    """The material on both sides of a surface."""
    return {"type": "twosided", "bsdf": bsdf}


def as_mesh(
    name: str,
    points: Points,
    normals: Points,
    triangles: NDArray[np.int32],
    bsdf: dict[str, Any],
    colours: Points | None = None,
    rough: NDArray[np.float64] | None = None,
    marks: Points | None = None,
) -> Any:  # noqa: ANN401 - mitsuba has no types
    """A mitsuba mesh.

    Args:
        name: Its name.
        points: Vertices [n, 3].
        normals: Their unit normals [n, 3].
        triangles: Vertex numbers [m, 3].
        bsdf: Description of its material.
        colours: Linear RGB of the vertices [n, 3], the attribute `vertex_color`.
        rough: Roughness of the vertices [n], the attribute `vertex_rough`.
        marks: What the vertices belong to [n, 2], kept as texture coordinates: skin, eyeball.
    """
    mi = mitsuba()
    properties = mi.Properties()
    properties["bsdf"] = mi.load_dict(bsdf if bsdf["type"] == "mask" else twosided(bsdf))
    mesh = mi.Mesh(
        name,
        len(points),
        len(triangles),
        has_vertex_normals=True,
        has_vertex_texcoords=True,
        props=properties,
    )
    if colours is not None:
        mesh.add_attribute("vertex_color", 3, np.ascontiguousarray(colours, np.float32).ravel())
    if rough is not None:
        mesh.add_attribute("vertex_rough", 1, np.ascontiguousarray(rough, np.float32))
    marked = np.zeros((len(points), 2)) if marks is None else marks
    parameters = mi.traverse(mesh)
    for key, values in {
        "vertex_texcoords": marked.astype(np.float32),
        "vertex_positions": points.astype(np.float32),
        "vertex_normals": normals.astype(np.float32),
        "faces": triangles.astype(np.uint32),
    }.items():
        # `parameters[key] = values` first compares with what was there, one number at a time.
        place, kind, owner, _ = parameters.properties[key]
        buffer = type(parameters.get_property(place, kind, owner))
        parameters.set_dirty(key)
        parameters.set_property(place, kind, buffer(values.ravel()))
    parameters.update()
    return mesh
