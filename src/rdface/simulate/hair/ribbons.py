"""Strands of hair as flat ribbons of triangles that face the camera.

Strands that the head hides, and knots that a straight strand does without, are left out: building
the renderer's tree over them costs more than all the light paths of a picture.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rdface.simulate.hair.grow import Strands
from rdface.simulate.head.fields import Points
from rdface.simulate.photo.camera import Camera

_CELLS = 64  # of the coarse depth map, each side
_BEHIND = 0.22  # head-scaled dm behind the face's front that count as hidden
_CROWD = 6000  # strands that are kept at least, for sparse hair is seen hair by hair
_FINEST = 0.9  # pixels that a ribbon is wide at least, on average, if enough hairs are there
_FEWEST = 0.4  # share of the strands kept at least
_STRAIGHT = 0.6  # pixels that a left-out knot may lie beside its chord


@dataclass(frozen=True)
class Ribbons:
    """Triangles of all strands: points, unit normals and linear RGB [n, 3], triangles [m, 3]."""

    points: Points
    normals: Points
    colours: Points
    triangles: NDArray[np.int32]


def weave(strands: Strands, camera: Camera, head: Points, scale: float, hide: int = 0) -> Ribbons:
    """Ribbons of the strands that can be seen.

    Args:
        strands: The hairs.
        camera: Where they are seen from.
        head: Points [n, 3] of the head's skin, which hides what grows behind it.
        scale: Head size over that of an adult.
        hide: Strands left out at the end, for another try after a renderer that died.
    """
    last = max(len(strands.points) - hide, 0)
    distance = np.linalg.norm(camera.origin - camera.centre)
    pixel = float(2 * distance * np.tan(np.radians(camera.fov) / 2) / camera.size)
    lasting, wider = _thin(strands, pixel)
    lasting = lasting[lasting < last]
    kept = lasting[~hidden(strands.points[lasting], camera, head, scale)]
    points, radius = strands.points[kept], wider * strands.radius[kept]
    colour = strands.colour[kept]
    pieces: list[Ribbons] = []
    while True:
        n_knots = points.shape[1]
        if n_knots < 5 or n_knots % 2 == 0:
            pieces.append(_ribbons(points, radius, colour, camera))
            break
        beside = points[:, 1::2] - 0.5 * (points[:, :-1:2] + points[:, 2::2])
        bent = (np.linalg.norm(beside, axis=-1) > _STRAIGHT * pixel).any(axis=1)
        pieces.append(_ribbons(points[bent], radius[bent], colour[bent], camera))
        points, radius, colour = points[~bent, ::2], radius[~bent, ::2], colour[~bent]
    return _joined(pieces)


def _thin(strands: Strands, pixel: float) -> tuple[NDArray[np.int64], float]:
    """Fewer and wider hairs where one is narrower than a pixel; numbers [m] and the widening.

    R. Cook et al., Stochastic simplification of aggregate detail, SIGGRAPH 2007. A hair's own
    shade decides on it, so that hairs which a hairline takes away change no other.
    """
    everyone = np.arange(len(strands.points))
    usual = len(strands.plain)  # without traits, so that none of them decides on the share
    if usual <= _CROWD or not len(everyone):
        return everyone, 1.0
    width = 2 * float(strands.radius.mean())
    share = round(min(1.0, max(width / (_FINEST * pixel), _FEWEST, _CROWD / usual)), 1)
    luck = (strands.colour.sum(axis=1) * 1e5) % 1
    return everyone[luck < share], 1 / share


def hidden(points: Points, camera: Camera, head: Points, scale: float) -> NDArray[np.bool_]:
    """Whether all knots of a strand [n, k, 3] lie well behind the front of the head, [n]."""
    ahead = camera.centre - camera.origin
    ahead = ahead / np.linalg.norm(ahead)

    def seen(places: Points) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        cells = np.floor(camera.project(places) * (_CELLS / camera.size)).astype(np.int64)
        inside = ((cells >= 0) & (cells < _CELLS)).all(axis=1)
        number = np.where(inside, cells[:, 1] * _CELLS + cells[:, 0], _CELLS * _CELLS)
        return number, (places - camera.origin) @ ahead

    front = np.full(_CELLS * _CELLS + 1, np.inf)
    number, depth = seen(head)
    np.minimum.at(front, number, depth)
    grid = front[:-1].reshape(_CELLS, _CELLS)
    # A cell hides only if all its neighbours do, so that nothing near an outline is lost.
    padded = np.pad(grid, 1, constant_values=np.inf)
    shifts = [(down, right) for down in range(3) for right in range(3)]
    grid = np.max([padded[d : d + _CELLS, r : r + _CELLS] for d, r in shifts], axis=0)
    front = np.append(grid.ravel(), np.inf)
    number, depth = seen(points.reshape(-1, 3))
    behind = depth > front[number] + _BEHIND * scale
    return np.asarray(behind.reshape(points.shape[:2]).all(axis=1))


def _ribbons(
    points: Points, radius: NDArray[np.float64], colour: Points, camera: Camera
) -> Ribbons:
    """Two triangles per piece of hair, turned to the camera, with a cylinder's normals."""
    n, k, _ = points.shape
    along = np.gradient(points, axis=1) if n else points
    sight = camera.origin - points
    across = _unit(np.cross(along, sight))
    facing = _unit(np.cross(across, along))
    wide = across * radius[..., None]
    corners = np.stack([points - wide, points + wide], axis=2).reshape(-1, 3)
    lean = 0.8
    normals = np.stack([facing - lean * across, facing + lean * across], axis=2).reshape(-1, 3)
    first = (2 * (np.arange(n)[:, None] * k + np.arange(k - 1)[None])).ravel()
    triangles = np.concatenate(
        [np.c_[first, first + 1, first + 3], np.c_[first, first + 3, first + 2]]
    )
    colours = np.repeat(colour, 2 * k, axis=0)
    return Ribbons(corners, _unit(normals), colours, triangles.astype(np.int32))


def _unit(vectors: Points) -> Points:
    length = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))[..., None]
    return np.asarray(vectors / np.maximum(length, 1e-12))


def _joined(pieces: list[Ribbons]) -> Ribbons:
    starts = np.cumsum([0] + [len(piece.points) for piece in pieces[:-1]])
    return Ribbons(
        np.concatenate([piece.points for piece in pieces]),
        np.concatenate([piece.normals for piece in pieces]),
        np.concatenate([piece.colours for piece in pieces]),
        np.concatenate(
            [piece.triangles + start for piece, start in zip(pieces, starts, strict=True)]
        ).astype(np.int32),
    )
